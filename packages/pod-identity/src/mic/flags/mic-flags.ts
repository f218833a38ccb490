import { parseDuration, parseFlags, type FlagTable } from './go-flags.ts';
import { klogFlags } from './klog-flags.ts';

/** MIC's flags with upstream's names and defaults: https://azure.github.io/aad-pod-identity/docs/configure/feature_flags/ */
const micFlags = {
  kubeconfig: { kind: 'string', value: '', usage: 'path of a kubeconfig; not supported, the service account is used' },
  cloudconfig: { kind: 'string', value: '', usage: 'path of the cloud configuration, for example azure.json' },
  forceNamespaced: { kind: 'bool', value: 'false', usage: 'only bind pods to identities of their own namespace' },
  version: { kind: 'bool', value: 'false', usage: 'print the version and exit' },
  syncRetryDuration: { kind: 'duration', value: '1h0m0s', usage: 'time after which everything is looked at anew' },
  'leader-election-instance': { kind: 'string', value: '', usage: 'identity in the leader election; the host name by default' },
  'leader-election-namespace': { kind: 'string', value: 'default', usage: 'namespace of the lease' },
  'leader-election-name': { kind: 'string', value: 'aad-pod-identity-mic', usage: 'name of the lease' },
  'leader-election-duration': { kind: 'duration', value: '15s', usage: 'duration of the lease' },
  'http-probe-port': { kind: 'string', value: '8080', usage: 'port on which the node\u2019s probes are answered' },
  'prometheus-port': { kind: 'string', value: '8888', usage: 'accepted; metrics are the platform\u2019s' },
  enableProfile: { kind: 'bool', value: 'false', usage: 'accepted; there is no profile endpoint' },
  enableScaleFeatures: { kind: 'bool', value: 'false', usage: 'accepted; always on' },
  createDeleteBatch: { kind: 'int', value: '20', usage: 'requests in flight per scale set' },
  clientQps: { kind: 'float', value: '5', usage: 'accepted; requests are not slowed down' },
  'immutable-user-msis': { kind: 'string', value: '', usage: 'client ids, separated by commas, that are never taken from a scale set' },
  'config-map-name': { kind: 'string', value: 'aad-pod-identity-config', usage: 'accepted; there are no earlier types to upgrade' },
  'type-upgrade-status-key': { kind: 'string', value: 'type-upgrade-status', usage: 'accepted; there are no earlier types to upgrade' },
  'enable-type-upgrade': { kind: 'bool', value: 'true', usage: 'accepted; there are no earlier types to upgrade' },
  'update-user-msi-max-retry': { kind: 'int', value: '2', usage: 'further attempts after identities were refused' },
  'update-user-msi-retry-interval': { kind: 'duration', value: '1s', usage: 'time between further attempts' },
  'identity-assignment-reconcile-interval': {
    kind: 'duration',
    value: '3m0s',
    usage: 'time after which assignments are compared with the scale sets',
  },
} as const satisfies FlagTable;

/** Durations in milliseconds. */
export interface MicSettings {
  readonly kubeconfig: string;
  readonly cloudConfig: string;
  readonly forceNamespaced: boolean;
  readonly version: boolean;
  readonly probePort: string;
  readonly syncRetry: number;
  readonly lease: { readonly instance: string; readonly namespace: string; readonly name: string; readonly duration: number };
  readonly batch: number;
  /** Client ids in lower case. */
  readonly immutable: ReadonlySet<string>;
  readonly retries: number;
  readonly retryInterval: number;
  readonly reconcileInterval: number;
}

export type MicArguments =
  | { readonly ok: true; readonly settings: MicSettings }
  | { readonly ok: false; readonly code: number; readonly lines: readonly string[] };

/** Reads arguments and the variable FORCENAMESPACED. `hostName` is the default instance of the leader election. */
export const readMicArguments = (args: readonly string[], env: Readonly<Record<string, string>>, hostName: string): MicArguments => {
  const parsed = parseFlags('mic', { ...klogFlags, ...micFlags }, args);
  if (!parsed.ok) return parsed;
  const { values } = parsed;
  const time = (name: keyof typeof micFlags): number => Math.max(1, parseDuration(values[name]) ?? 1);
  return {
    ok: true,
    settings: {
      kubeconfig: values.kubeconfig,
      cloudConfig: values.cloudconfig,
      forceNamespaced: values.forceNamespaced === 'true' || env['FORCENAMESPACED'] === 'true',
      version: values.version === 'true',
      probePort: values['http-probe-port'],
      syncRetry: time('syncRetryDuration'),
      lease: {
        instance: values['leader-election-instance'] === '' ? hostName : values['leader-election-instance'],
        namespace: values['leader-election-namespace'],
        name: values['leader-election-name'],
        duration: time('leader-election-duration'),
      },
      batch: Math.max(1, Number(values.createDeleteBatch)),
      immutable: new Set(
        values['immutable-user-msis']
          .split(',')
          .map((id) => id.trim().toLowerCase())
          .filter((id) => id !== ''),
      ),
      retries: Math.max(0, Number(values['update-user-msi-max-retry'])),
      retryInterval: time('update-user-msi-retry-interval'),
      reconcileInterval: time('identity-assignment-reconcile-interval'),
    },
  };
};
