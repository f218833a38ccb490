import { messageOf } from '@podpass/kernel';
import { inClusterClient, runWithLease } from '@podpass/kube-client';
import { serveHealth } from '../health.ts';
import type { Component, ComponentDependencies, ComponentLaunch } from '../types.ts';
import { cloudConfigOfEnv, parseCloudConfig, type CloudConfig } from './cloud-config.ts';
import type { CloudProvider } from './cloud.ts';
import { runController } from './controller.ts';
import { readMicArguments, type MicSettings } from './flags/mic-flags.ts';
import { createKlog, type Klog } from './klog.ts';
import { micVersion, userAgent } from './wire.ts';

export interface MicOptions {
  readonly dependencies: ComponentDependencies;
  readonly cloud: CloudProvider;
}

/** Where a node keeps its cloud configuration. */
const nodeCloudConfig = '/etc/kubernetes/azure.json';

/** Ends the program: the line is logged, and the code is the container's. */
class Fatal extends Error {}

/** The named file must be readable; without a name the node's own is used where there is one, and otherwise the variables. */
const readCloudConfig = async (launch: ComponentLaunch, path: string): Promise<CloudConfig> => {
  const read = async (file: string): Promise<CloudConfig> => {
    const config = parseCloudConfig(await launch.readFile(file));
    if (config === undefined) throw new Fatal(`failed to create the cloud provider, error: ${file} is no JSON object`);
    return config;
  };
  if (path === '') return read(nodeCloudConfig).catch(() => cloudConfigOfEnv(launch.env));
  try {
    return await read(path);
  } catch (thrown) {
    throw thrown instanceof Fatal ? thrown : new Fatal(`failed to create the cloud provider, error: ${messageOf(thrown)}`);
  }
};

const check = (launch: ComponentLaunch, settings: MicSettings, log: Klog): void => {
  if ((launch.env['MIC_POD_NAMESPACE'] ?? '') === '')
    throw new Fatal('namespace not specified. Please add meta.namespace as env variable MIC_POD_NAMESPACE');
  if (settings.kubeconfig !== '')
    throw new Fatal('could not read config properly: --kubeconfig is not supported, the service account is used');
  if (settings.cloudConfig === '') log.warning('--cloudconfig not passed will use aadpodidentity-admin-secret');
  log.warning('--kubeconfig not passed will use InClusterConfig');
};

/** The identity that the cloud configuration names is the machines' own: it stays, as do those that the flag names. */
const immutableIds = (settings: MicSettings, config: CloudConfig): ReadonlySet<string> =>
  new Set([...settings.immutable, ...(config.userAssignedIdentityId === '' ? [] : [config.userAssignedIdentityId.toLowerCase()])]);

const lead = async (
  launch: ComponentLaunch,
  settings: MicSettings,
  { options, log }: { options: MicOptions; log: Klog },
): Promise<number> => {
  const { dependencies, cloud } = options;
  const { wire, clock, telemetry } = dependencies;
  const health = serveHealth(launch, settings.probePort);
  const immutable = immutableIds(settings, await readCloudConfig(launch, settings.cloudConfig));
  const client = inClusterClient({ launch, wire, userAgent });
  const { instance, namespace, name, duration } = settings.lease;
  log.info(`Running MIC in namespaced mode: ${String(settings.forceNamespaced)}`);
  log.info('initiating MIC Leader election');
  const outcome = await runWithLease({
    client,
    namespace,
    name,
    identity: instance,
    clock,
    log: telemetry.log,
    duration,
    signal: launch.signal,
    onStarted: (signal) => {
      telemetry.metrics.podIdentity.micNewLeaderElections.increment();
      log.info(`became leader: ${instance}`);
      return runController({
        client,
        cloud,
        clock,
        telemetry,
        log,
        settings: { ...settings, immutable },
        signal,
        onSynced: () => health.set(true),
      });
    },
    endpointsInstead: true,
    onFailed: (message) => log.error(`error retrieving resource lock ${namespace}/${name}: ${message}`),
    onLost: () => log.error('lost leader lease'),
  });
  return outcome === 'stopped' ? 0 : 1;
};

/**
 * MIC of aad-pod-identity, standard mode: binds pods to identities and keeps the scale sets carrying what their pods need.
 * Takes upstream's flags and variables. Exit codes: 2 for flags that are none, 1 for what upstream calls fatal and for a
 * lost lease, 0 when it was told to end.
 *
 * What differs from upstream, on purpose: leases instead of Endpoints locks, which are used where
 * upstream's own role grants nothing else; a refused identity never holds up others;
 * whether an identity is still needed is decided by scale set and resource id over all namespaces; two identities of one
 * name in two namespaces are both assigned; throttling holds up one scale set; a missing node does not abort the
 * reconciliation; a change is acted on at once; what failed is tried again after 1 to 60 seconds, not only at the next
 * change or hour; a scale set is addressed in the resource group that its node names; probes are
 * answered without a listener, and metrics and profiles are the platform's, so that their ports are accepted and not opened; there are no earlier types to upgrade.
 */
export const createMic =
  (options: MicOptions): Component =>
  async (launch) => {
    const { clock } = options.dependencies;
    const log = createKlog({ clock, source: 'mic.ts', write: launch.log });
    // The host name of a pod is its name; a variable might be the machine's, and make two replicas one.
    const parsed = readMicArguments(launch.args, launch.env, launch.pod.name);
    if (!parsed.ok) {
      for (const line of parsed.lines) launch.log(line);
      return parsed.code;
    }
    if (parsed.settings.version) {
      launch.log(JSON.stringify({ version: micVersion, component: 'mic' }));
      return 0;
    }
    try {
      log.info(`starting mic process. Version: ${micVersion}`);
      check(launch, parsed.settings, log);
      return await lead(launch, parsed.settings, { options, log });
    } catch (thrown) {
      if (launch.signal.aborted) return 0;
      log.fatal(messageOf(thrown));
      return 1;
    }
  };
