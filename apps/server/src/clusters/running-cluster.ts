import type { ClusterDescription } from '@podpass/arm';
import type { Cluster } from '@podpass/kube';
import { createKubelet } from '@podpass/kubelet';
import type { ClusterParts } from './cluster-parts.ts';
import { startWebhook, type RunningWebhook } from './running-webhook.ts';

/** What runs in this process for one cluster: a kubelet for each node, and the webhook while workload identity is enabled. */
export interface RunningCluster {
  /** Applies another description: nodes come and go, the webhook is installed or taken away. */
  apply(description: ClusterDescription): Promise<void>;
  /** `removePods` ends the pods too, as deleting a cluster does; without it they are left to be picked up at the next start. */
  stop(options: { removePods: boolean }): Promise<void>;
}

type Kubelet = ReturnType<typeof createKubelet>;

/** Creates the parts of one cluster; nothing runs before `apply`. */
export const createRunningCluster = (cluster: Cluster, parts: ClusterParts): RunningCluster => {
  const apiServer = `https://${cluster.spec.fqdn}`;
  const kubelets = new Map<string, Kubelet>();
  let webhook: RunningWebhook | undefined;

  const startNode = async (node: ClusterDescription['nodes'][number]): Promise<void> => {
    const [credential, server] = await Promise.all([
      cluster.issueClient(`system:node:${node.name}`, ['system:nodes']),
      cluster.issueServer({ dns: [node.name], ips: ['127.0.0.1'] }),
    ]);
    const kubelet = createKubelet({
      node: { name: node.name, pool: node.pool, version: cluster.spec.version },
      apiServer,
      credential: { cert: credential.certificate, key: credential.privateKey },
      clusterCa: cluster.clientCa,
      serverCertificate: { cert: server.certificate, key: server.privateKey },
      wire: parts.wire,
      clock: parts.clock,
      telemetry: parts.telemetry,
      podsDir: `${parts.podsFolder}/${cluster.spec.uid}/${node.name}`,
      images: parts.images,
      hostEnvironment: parts.hostEnvironment,
    });
    kubelets.set(node.name, kubelet);
    await kubelet.start();
    await kubelet.ready;
  };

  const applyNodes = async (nodes: ClusterDescription['nodes']): Promise<void> => {
    const wanted = new Set(nodes.map((node) => node.name));
    const leaving = [...kubelets].filter(([name]) => !wanted.has(name));
    await Promise.all(
      leaving.map(async ([name, kubelet]) => {
        kubelets.delete(name);
        await kubelet.stop({ removePods: true });
      }),
    );
    await Promise.all(nodes.filter((node) => !kubelets.has(node.name)).map(startNode));
  };

  const applyWebhook = async (enabled: boolean): Promise<void> => {
    if (enabled === (webhook !== undefined)) return;
    if (enabled) {
      webhook = await startWebhook(cluster, apiServer, parts);
    } else {
      await webhook?.remove();
      webhook = undefined;
    }
  };

  const applyAll = async (description: ClusterDescription): Promise<void> => {
    await Promise.all([applyNodes(description.nodes), applyWebhook(description.workloadIdentityEnabled)]);
  };
  /** One change at a time: a node or a webhook must not be started twice. */
  let last: Promise<void> = Promise.resolve();

  return {
    apply(description) {
      last = last.then(
        () => applyAll(description),
        () => applyAll(description),
      );
      return last;
    },
    async stop(options) {
      await Promise.all([...[...kubelets.values()].map((kubelet) => kubelet.stop(options)), webhook?.close()]);
      kubelets.clear();
      webhook = undefined;
    },
  };
};
