import type { WireClient } from '@podpass/http';
import { isKernelError, isObject, parseJson, type JsonObject } from '@podpass/kernel';
import type { PemPair } from '../types.ts';
import { api } from '../wire.ts';
import { apiError } from './error.ts';

export interface ApiClient {
  get(path: string, signal?: AbortSignal): Promise<JsonObject>;
  create(path: string, body: JsonObject, signal?: AbortSignal): Promise<JsonObject>;
  /** JSON merge patch. */
  patch(path: string, body: JsonObject, signal?: AbortSignal): Promise<JsonObject>;
  delete(path: string, body: JsonObject, signal?: AbortSignal): Promise<void>;
  /** Watch events, each with its `type` and `object`. Rejects with ApiError when the server refuses. */
  watch(path: string, signal: AbortSignal): AsyncIterable<{ readonly type: string; readonly object: JsonObject }>;
}

export interface ApiClientOptions {
  readonly origin: string;
  readonly wire: WireClient;
  readonly credential: PemPair;
}

const agent = { 'User-Agent': 'podpass-kubelet', Accept: 'application/json' };
const jsonBody = { ...agent, 'Content-Type': 'application/json' };
const mergeBody = { ...agent, 'Content-Type': 'application/merge-patch+json' };

/** The refusal inside a failed stream, when there is one. */
const refusal = (thrown: unknown): unknown => {
  if (!isKernelError(thrown, 'unavailable') || !isObject(thrown.detail)) return thrown;
  const { status, body } = thrown.detail;
  return typeof status === 'number' ? apiError(status, typeof body === 'string' ? body : '') : thrown;
};

/** The API server as the node's own credential sees it. Refusals are ApiError, everything else is what the wire client throws. */
export const createApiClient = ({ origin, wire, credential }: ApiClientOptions): ApiClient => {
  const send = async (
    method: string,
    path: string,
    options: { body?: JsonObject; headers: Record<string, string>; signal?: AbortSignal | undefined },
  ) => {
    const answer = await wire.request({
      method,
      url: `${origin}${path}`,
      headers: options.headers,
      clientCertificate: credential,
      timeout: api.timeout,
      maxBytes: api.maxBytes,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const text = answer.body.toString('utf8');
    if (answer.status < 200 || answer.status > 299) throw apiError(answer.status, text);
    const value = parseJson(text);
    return (isObject(value) ? value : {}) as JsonObject;
  };
  return {
    get: (path, signal) => send('GET', path, { headers: agent, signal }),
    create: (path, body, signal) => send('POST', path, { body, headers: jsonBody, signal }),
    patch: (path, body, signal) => send('PATCH', path, { body, headers: mergeBody, signal }),
    async delete(path, body, signal) {
      await send('DELETE', path, { body, headers: jsonBody, signal });
    },
    async *watch(path, signal) {
      try {
        for await (const line of wire.lines({
          method: 'GET',
          url: `${origin}${path}`,
          headers: agent,
          clientCertificate: credential,
          signal,
        })) {
          const value = parseJson(line);
          if (!isObject(value) || typeof value['type'] !== 'string' || !isObject(value['object'])) throw apiError(500, '');
          yield { type: value['type'], object: value['object'] as JsonObject };
        }
      } catch (thrown) {
        throw refusal(thrown);
      }
    },
  };
};
