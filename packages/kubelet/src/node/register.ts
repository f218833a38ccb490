import { availableParallelism, arch, release, totalmem, type as systemType } from 'node:os';
import { isObject, type Clock, type JsonObject } from '@podpass/kernel';
import { isKubeStatus, type KubeClient } from '@podpass/kube-client';
import { timestamp } from '../time.ts';
import type { NodeDescription, RuntimeChoice } from '../types.ts';
import { heartbeat, leaseNamespace, paths, podAddress, nodePods } from '../wire.ts';
import { microTimestamp } from '../time.ts';

export interface NodeOptions {
  readonly api: KubeClient;
  readonly clock: Clock;
  readonly node: NodeDescription;
  /** Where the kubelet's own listener is. */
  readonly port: number;
  /** The node's address; the loopback address when absent. */
  readonly address?: string | undefined;
  /** The runtime of its pods; `process` when absent. */
  readonly runtime?: RuntimeChoice['name'] | undefined;
}

/** Kubernetes names architectures as Go does. */
const goArch = (): string => ({ x64: 'amd64', ia32: '386' })[arch() as 'x64' | 'ia32'] ?? arch();

const labels = ({ name, pool, labels: more }: NodeDescription): JsonObject => ({
  'beta.kubernetes.io/arch': goArch(),
  'beta.kubernetes.io/os': 'linux',
  'kubernetes.io/arch': goArch(),
  'kubernetes.io/hostname': name,
  'kubernetes.io/os': 'linux',
  ...(pool === undefined
    ? {}
    : {
        agentpool: pool,
        'kubernetes.azure.com/agentpool': pool,
        'kubernetes.azure.com/mode': 'system',
        'kubernetes.azure.com/role': 'agent',
      }),
  ...more,
});

const healthy = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const;

const status = ({ clock, node, port, address = podAddress, runtime = 'process' }: NodeOptions, since: string): JsonObject => {
  const now = timestamp(clock.now());
  const resources = {
    cpu: String(availableParallelism()),
    memory: `${String(Math.floor(totalmem() / 1024))}Ki`,
    // The scheduler gives a node no more; the kubelet takes no more from those who go around the scheduler.
    pods: String(node.maxPods ?? nodePods),
    'ephemeral-storage': '10Gi',
  };
  const version = `v${(node.version ?? '1.35.2').replace(/^v/u, '')}`;
  return {
    addresses: [
      { type: 'InternalIP', address },
      { type: 'Hostname', address: node.name },
    ],
    allocatable: resources,
    capacity: resources,
    conditions: healthy.map(([type, value, reason, message]) => ({
      type,
      status: value,
      reason,
      message,
      lastHeartbeatTime: now,
      lastTransitionTime: since,
    })),
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
    nodeInfo: {
      architecture: goArch(),
      bootID: '',
      containerRuntimeVersion: `podpass-${runtime}://${node.version ?? '1.35.2'}`,
      kernelVersion: release(),
      kubeProxyVersion: '',
      kubeletVersion: version,
      machineID: '',
      operatingSystem: 'linux',
      osImage: `${systemType()} (Podpass ${runtime} runtime)`,
      systemUUID: '',
    },
  };
};

/** Creates the Node object, or takes it up, and reports it Ready. */
export const registerNode = async (options: NodeOptions): Promise<void> => {
  const { api, node } = options;
  const metadata = { name: node.name, labels: labels(node) };
  try {
    await api.create(paths.nodes, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata,
      spec: node.providerId === undefined ? {} : { providerID: node.providerId },
    });
  } catch (thrown) {
    if (!isKubeStatus(thrown, 409)) throw thrown;
    // Which machine a node is can be said once, and then never be changed.
    const known = await api.get(paths.node(node.name));
    const unset = !isObject(known['spec']) || known['spec']['providerID'] === undefined;
    const spec = node.providerId !== undefined && unset ? { spec: { providerID: node.providerId } } : {};
    await api.patch(paths.node(node.name), { metadata: { labels: metadata.labels }, ...spec });
  }
  await reportNode(options);
};

/** Reports the node's status anew: every five minutes, and at the start. */
export const reportNode = async (options: NodeOptions): Promise<void> => {
  const { api, node, clock } = options;
  const current = await api.get(paths.node(node.name));
  const conditions = isObject(current['status']) && Array.isArray(current['status']['conditions']) ? current['status']['conditions'] : [];
  const ready: unknown = conditions.find(
    (condition: unknown) => isObject(condition) && condition['type'] === 'Ready' && condition['status'] === 'True',
  );
  const since = isObject(ready) && typeof ready['lastTransitionTime'] === 'string' ? ready['lastTransitionTime'] : timestamp(clock.now());
  await api.patch(`${paths.node(node.name)}/status`, { status: status(options, since) });
};

/** Renews the node's lease, made when it is not there. */
export const renewLease = async ({ api, clock, node }: NodeOptions): Promise<void> => {
  const renewTime = microTimestamp(clock.now());
  try {
    await api.patch(`${paths.leases}/${encodeURIComponent(node.name)}`, {
      spec: { holderIdentity: node.name, leaseDurationSeconds: heartbeat.leaseSeconds, renewTime },
    });
  } catch (thrown) {
    if (!isKubeStatus(thrown, 404)) throw thrown;
    await api.create(paths.leases, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: node.name, namespace: leaseNamespace },
      spec: { holderIdentity: node.name, leaseDurationSeconds: heartbeat.leaseSeconds, renewTime },
    });
  }
};
