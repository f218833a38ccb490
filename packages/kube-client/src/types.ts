import type { WireClient } from '@podpass/http';
import type { JsonObject } from '@podpass/kernel';
import type { Logger } from '@podpass/telemetry';

/** How a client proves who it is: a certificate, or a bearer token that is asked for before every request (tokens rotate). */
export type ClientCredential =
  | { readonly clientCertificate: { readonly cert: string; readonly key: string } }
  | { readonly token: () => Promise<string> };

export interface KubeClientOptions {
  /** Origin of the API server: `https://name[:port]`. */
  readonly origin: string;
  readonly wire: WireClient;
  readonly credential: ClientCredential;
  /** Sent as User-Agent. */
  readonly userAgent: string;
  /** CA certificates in PEM that vouch for the API server; the wire client's own when absent. */
  readonly ca?: string;
  /** Milliseconds for one request, for watches until their headers; 30 000 when absent. */
  readonly timeout?: number;
  /** Largest answer, or line of a watch, in bytes; 32 MiB when absent. */
  readonly maxBytes?: number;
}

/** The API server as one credential sees it. Refusals reject with KubeError, everything else is what the wire client throws. */
export interface KubeClient {
  get(path: string, signal?: AbortSignal): Promise<JsonObject>;
  /** POST. */
  create(path: string, body: JsonObject, signal?: AbortSignal): Promise<JsonObject>;
  /** PUT: replaces, with the compare that a resourceVersion in the body asks for. */
  replace(path: string, body: JsonObject, signal?: AbortSignal): Promise<JsonObject>;
  /** PATCH with a JSON merge patch, or with a JSON patch when the body is an array. */
  patch(path: string, body: JsonObject | readonly JsonObject[], signal?: AbortSignal): Promise<JsonObject>;
  delete(path: string, body?: JsonObject, signal?: AbortSignal): Promise<void>;
  /** Watch events, each with its `type` and `object`. Rejects with KubeError when the server refuses. */
  watch(path: string, signal: AbortSignal): AsyncIterable<{ readonly type: string; readonly object: JsonObject }>;
}

/** An object with the metadata that every stored object has. */
export interface KubeObject extends JsonObject {
  readonly metadata: JsonObject & {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
}

export interface InformerOptions {
  readonly client: KubeClient;
  /** Collection path, for example `/api/v1/pods`. */
  readonly path: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly log: Logger;
  /** Called after the cache holds the change. `before` is undefined for additions, `after` for deletions. Must not throw. */
  readonly onChange?: (before: KubeObject | undefined, after: KubeObject | undefined) => void;
  /** Called after every complete list, when the cache holds it and its differences were told. Must not throw. */
  readonly onList?: () => void;
  /** What the cache keeps of an object; the whole of it when absent. Must keep the metadata of KubeObject. */
  readonly keep?: (object: KubeObject) => KubeObject;
  /** Pauses in milliseconds after failures: doubling from the first to the last; 50 and 10 000 when absent. */
  readonly pauses?: { readonly shortest: number; readonly longest: number };
}

/** A cache of one collection, kept current by list and watch with doubling pauses after failures. */
export interface Informer {
  /** Starts; resolves after the first complete list. Rejects only when `signal` aborts before. */
  start(signal: AbortSignal): Promise<void>;
  readonly synced: boolean;
  /** Waits, once the signal has aborted, until no request is under way any more. */
  settle(): Promise<void>;
  /** By `namespace/name` (`/name` for cluster-wide objects). */
  get(key: string): KubeObject | undefined;
  byUid(uid: string): KubeObject | undefined;
  list(): Iterable<KubeObject>;
}
