/*
 * Every path, name, limit and default of the kubelet. Times are milliseconds unless the name says otherwise. Sources:
 * https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/ and pkg/kubelet of Kubernetes.
 */

export const component = 'kubelet';
export const leaseNamespace = 'kube-node-lease';

export const paths = {
  nodes: '/api/v1/nodes',
  node: (name: string) => `/api/v1/nodes/${encodeURIComponent(name)}`,
  pods: '/api/v1/pods',
  pod: (namespace: string, name: string) => `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`,
  object: (namespace: string, resource: 'configmaps' | 'secrets', name: string) =>
    `/api/v1/namespaces/${encodeURIComponent(namespace)}/${resource}/${encodeURIComponent(name)}`,
  token: (namespace: string, account: string) =>
    `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(account)}/token`,
  events: (namespace: string) => `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`,
  leases: `/apis/coordination.k8s.io/v1/namespaces/${leaseNamespace}/leases`,
  /** Served by the kubelet itself: `/containerLogs/NAMESPACE/POD/CONTAINER`. */
  logs: /^\/containerLogs\/([^/]+)\/([^/]+)\/([^/]+)$/u,
} as const;

/** Who may read logs: the API server's own identity, and administrators of the cluster. */
export const logReaders = { user: 'kube-apiserver', group: 'system:masters' } as const;

export const heartbeat = {
  lease: 10_000,
  leaseSeconds: 40,
  nodeStatus: 300_000,
} as const;

export const api = {
  timeout: 10_000,
  maxBytes: 64 * 1024 * 1024,
  /** Seconds that one watch lasts. */
  watchSeconds: 300,
  /** How long to wait after a failed list or watch, doubling to the longest. */
  retryShortest: 200,
  retryLongest: 10_000,
} as const;

export const restart = {
  /** CrashLoopBackOff: the second restart waits this long, every further one twice as long. */
  first: 10_000,
  longest: 300_000,
  /** A container that ran this long starts over. */
  reset: 600_000,
} as const;

export const mount = {
  retryShortest: 500,
  retryLongest: 122_000,
  /** How often config maps, secrets and downward values are looked at again. */
  resync: 60_000,
  /** Bytes that the files of one volume may add up to. */
  volumeBytes: 16 * 1024 * 1024,
} as const;

export const token = {
  defaultSeconds: 3600,
  /** Refreshed when less than this part of the lifetime is left, or after a day, whichever is first. */
  remainingPart: 0.2,
  longestAge: 24 * 3_600_000,
  jitter: 10_000,
  /** How long to wait before asking again after a refresh failed. */
  retry: 10_000,
} as const;

export const logLimits = {
  /** A log is turned over at this size; one older part is kept. */
  fileBytes: 10 * 1024 * 1024,
  /** Longer lines are written in parts. */
  lineBytes: 16 * 1024,
  /** Chunks that a slow reader of a followed log may be behind. */
  backlog: 10_000,
} as const;

export const grace = {
  defaultSeconds: 30,
  /** What containers get when the platform itself stops. */
  shutdown: 2_000,
  /** After SIGKILL. */
  reap: 5_000,
} as const;

export const eventTypes = { normal: 'Normal', warning: 'Warning' } as const;

/** What a pod's own files are called below its folder. */
export const podFolders = { volumes: 'volumes', logs: 'logs', home: 'home', temporary: 'tmp', processes: 'processes' } as const;

/** Where programs are looked up when nothing else says so. */
export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** All pods share the host's network. */
export const podAddress = '127.0.0.1';

/** Pods of one node: what AKS sets for its own network plug-in, and this platform for a pool that does not say. */
export const nodePods = 250;
