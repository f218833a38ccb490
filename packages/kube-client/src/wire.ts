/** What the client sends and expects, with the limits of the platform's own parts. */

/** Content types of request bodies: https://kubernetes.io/docs/reference/using-api/api-concepts/ */
export const contentTypes = {
  json: 'application/json',
  mergePatch: 'application/merge-patch+json',
  jsonPatch: 'application/json-patch+json',
} as const;

/** Largest answer in bytes: one page of a list. */
export const maxAnswer = 32 * 1024 * 1024;
/** Milliseconds for one request; watches only for their headers. */
export const requestTimeout = 30_000;
/** Characters of a server's message that are kept. */
export const longestMessage = 1_000;

export const informerLimits = {
  /** Objects per page of a list. */
  page: 500,
  /** Seconds after which the server ends a watch. */
  watchSeconds: 300,
  /** Seconds that the server may be late with it. A connection that died silently would never end by itself. */
  watchGrace: 30,
  /** Pauses in milliseconds after failures: doubling from the first to the last. */
  shortestPause: 50,
  longestPause: 10_000,
  /** A watch that lasted this long, in milliseconds, was no failure even when it brought nothing. */
  healthyWatch: 1_000,
} as const;

/** Paths and variables of a container that talks to its cluster: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
export const inCluster = {
  tokenFile: '/var/run/secrets/kubernetes.io/serviceaccount/token',
  host: 'KUBERNETES_SERVICE_HOST',
  port: 'KUBERNETES_SERVICE_PORT',
  defaultPort: '443',
  /** Milliseconds for which a token that was read is used again. */
  tokenCache: 5_000,
} as const;

/** Defaults of leader election in milliseconds, as client-go's callers use them. */
export const leaseDefaults = { duration: 15_000 } as const;

export const eventLimits = {
  /** Events that are remembered for counting. */
  remembered: 1_000,
  /** Events that may wait for the API server; further ones are dropped. */
  waiting: 2_000,
  message: 1_024,
  namePart: 200,
} as const;

export const paths = {
  lease: (namespace: string, name?: string): string =>
    `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases${name === undefined ? '' : `/${encodeURIComponent(name)}`}`,
  endpoints: (namespace: string, name?: string): string =>
    `/api/v1/namespaces/${encodeURIComponent(namespace)}/endpoints${name === undefined ? '' : `/${encodeURIComponent(name)}`}`,
  events: (namespace: string, name?: string): string =>
    `/api/v1/namespaces/${encodeURIComponent(namespace)}/events${name === undefined ? '' : `/${encodeURIComponent(name)}`}`,
} as const;
