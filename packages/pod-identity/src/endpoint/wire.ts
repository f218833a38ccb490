/** Bounds of the listener at the metadata address. Everything that speaks to it is a program in a pod. */
export const endpointLimits = {
  /** Bytes of the request line and all headers; the largest real request has about 1 KiB. */
  headerBytes: 8_192,
  headerCount: 64,
  /** Bytes of a body: no operation takes one. */
  bodyBytes: 1_024,
  /** Milliseconds for the headers, and for the whole request. */
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  /** Milliseconds that an idle connection is kept. */
  keepAlive: 5_000,
  /** Connections of one pod, and of everything that is no pod. */
  connectionsPerSource: 64,
  /** Connections at once on one node. */
  connections: 2_048,
  /** Requests on one connection. */
  requestsPerConnection: 10_000,
} as const;

/** Seconds after which a client that came before NMI may try again. */
export const retryAfterSeconds = '5';
