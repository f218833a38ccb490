import type { X509Certificate } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { IncomingHttpHeaders } from 'node:http';

/** One request on its way through a surface: bounded, complete, not yet interpreted. */
export interface Exchange {
  /** Request id (GUID), unique per request; also in the log line. */
  readonly id: string;
  readonly method: string;
  /** Host name in lower case, without port. */
  readonly host: string;
  /** Host as the client wrote it, with its port when not 443: use it to build absolute URLs. */
  readonly authority: string;
  /** Path as sent, still percent-encoded, without the query. */
  readonly path: string;
  /** Decoded query; keys keep their case. */
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The whole body; empty when there was none. Never larger than the surface's limit. */
  readonly body: Buffer;
  readonly peer: Peer;
  /** Aborted when the client goes away or the server closes. */
  readonly signal: AbortSignal;
}

export interface Peer {
  readonly address: string;
  /** The client certificate presented in the TLS handshake. NOT verified: the surface must verify it against its own CA. */
  readonly certificate: X509Certificate | undefined;
}

/** What a surface answers. Objects are sent as JSON. A `stream` is called with a writer after the headers were flushed. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | object;
  readonly stream?: (out: AnswerStream) => Promise<void>;
}

export interface AnswerStream {
  /** Writes a chunk and waits for back-pressure. Rejects when the client is gone. */
  write(chunk: string | Buffer): Promise<void>;
  readonly signal: AbortSignal;
}

/** What went wrong before or outside a surface's own handling. */
export interface Fault {
  readonly kind: 'body-too-large' | 'headers-too-large' | 'malformed-request' | 'bad-path' | 'timeout' | 'internal';
  /** For people; safe to send. */
  readonly message: string;
  /** HTTP status when it is not the usual one of the kind. The surface writes it, also into a body that names its status. */
  readonly status?: number;
  /** Present once the request line and headers were read. */
  readonly exchange?: Pick<Exchange, 'id' | 'host' | 'authority' | 'path' | 'headers' | 'query' | 'method'>;
}

/** One wire surface: a set of host names, limits, a handler and the writer of its own error bodies. */
export interface Surface {
  /** For logs and metrics: `sts`, `arm`, `graph`, `keyvault`, `kube`, `issuer`. */
  readonly name: string;
  /** Whether this surface serves the host (lower case, no port). Must be cheap. */
  serves(host: string): boolean;
  /** Names or patterns that it serves, for the message that a client with a wrong host gets. */
  readonly hosts?: readonly string[];
  /** Largest body in bytes; larger ones become a `body-too-large` fault. */
  readonly bodyLimit: number;
  /** Answers one request. What it throws becomes an `internal` fault (logged with its cause, never sent). */
  handle(exchange: Exchange): Promise<Answer>;
  /** Writes the surface's own error body for a fault. */
  fault(fault: Fault): Answer;
  /** Takes over a protocol upgrade (WebSocket); refused with the surface's 400 when absent. */
  upgrade?(exchange: Exchange, socket: Duplex, head: Buffer): void;
}

/** Opens a connection to a host as the platform sees the world: implemented names go to its own listener. */
export interface Dialer {
  connect(host: string, port: number): Promise<Duplex>;
  /** Whether the host lies outside the platform, so that public roots vouch for it and not the platform's CA. */
  isExternal?(host: string): boolean;
}

export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Client certificate and key in PEM. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
  /** CA certificates in PEM; the platform's CA when absent. */
  readonly ca?: string;
  /** Name for SNI, verification and the Host header when it differs from the URL's host. */
  readonly serverName?: string;
  /** Whole-request limit in milliseconds; default 10 000. */
  readonly timeout?: number;
  /** Largest answer in bytes; default 1 MiB. Larger ones reject. */
  readonly maxBytes?: number;
  /** What `lines` yields: `objects` (default) drops line ends and empty lines; `text` keeps everything as it came, for logs. */
  readonly lines?: 'objects' | 'text';
  readonly signal?: AbortSignal;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The platform's own HTTPS client: TLS always verified, redirects never followed, connections kept alive. */
export interface WireClient {
  request(request: WireRequest): Promise<WireAnswer>;
  /** Streams the answer line by line (Kubernetes watches). Ends when the server ends the answer or `signal` aborts. */
  lines(request: WireRequest): AsyncIterable<string>;
  close(): Promise<void>;
}
