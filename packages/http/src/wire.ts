/**
 * Every limit and default of the sockets. Sizes are bytes, times are milliseconds of the machine (a shifted kernel
 * clock must not cut connections).
 */
export interface Limits {
  /** Request line and headers together. Azure Resource Manager takes less; bearer tokens with many groups need a few KiB. */
  readonly headerBytes: number;
  /** Header lines of one request. Node would drop the surplus silently; here the request is refused. */
  readonly headerCount: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headersTimeout: number;
  /** From the first byte of a request to the end of its body. */
  readonly requestTimeout: number;
  /** How often the two are checked. */
  readonly timeoutCheckInterval: number;
  /** How long an idle connection is kept. Azure's front ends keep theirs for minutes; SDK pools expect that. */
  readonly keepAliveTimeout: number;
  /** From the TCP connection to the end of the TLS handshake. */
  readonly handshakeTimeout: number;
  /** How much of a refused body is read and thrown away, so that the client gets to read the refusal. */
  readonly drainBytes: number;
  readonly drainTimeout: number;
}

export const defaultLimits: Limits = {
  headerBytes: 32 * 1024,
  headerCount: 200,
  headersTimeout: 20_000,
  requestTimeout: 30_000,
  timeoutCheckInterval: 2_000,
  keepAliveTimeout: 180_000,
  handshakeTimeout: 10_000,
  drainBytes: 32 * 1024 * 1024,
  drainTimeout: 5_000,
};

export const jsonType = 'application/json; charset=utf-8';
export const textType = 'text/plain; charset=utf-8';

/** Carries the reason for which the proxy refused, for scripts and tests. */
export const refusalHeader = 'x-podpass-refusal';

/** The proxy's own limits. */
export const proxyLimits = {
  headerBytes: 16 * 1024,
  headersTimeout: 20_000,
  connectTimeout: 10_000,
  /** A tunnel without a byte in either direction for this long is closed. */
  idleTimeout: 600_000,
} as const;

/** The wire client's own limits. */
export const clientLimits = {
  timeout: 10_000,
  maxBytes: 1024 * 1024,
  headerBytes: 64 * 1024,
  /** Connections to one host with the same credentials. */
  socketsPerHost: 64,
  idleSocketsPerHost: 8,
  idleTimeout: 30_000,
  connectTimeout: 5_000,
  /** One line of a watch; Kubernetes objects are at most 1.5 MiB. */
  lineBytes: 4 * 1024 * 1024,
} as const;
