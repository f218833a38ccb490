import type { WireRequest } from '@podpass/http';
import { isKernelError, isObject, parseJson, type JsonObject } from '@podpass/kernel';
import { kubeErrorOf, kubeErrorOfText } from './error.ts';
import type { KubeClient, KubeClientOptions } from './types.ts';
import { contentTypes, maxAnswer, requestTimeout } from './wire.ts';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: JsonObject | readonly JsonObject[] | undefined;
  readonly type?: string;
  readonly signal?: AbortSignal | undefined;
}

const asObject = (value: unknown): JsonObject => (isObject(value) ? (value as JsonObject) : {});

/** The refusal inside a failed stream, when there is one. */
const refusal = (thrown: unknown): unknown => {
  if (!isKernelError(thrown, 'unavailable') || !isObject(thrown.detail)) return thrown;
  const { status, body } = thrown.detail;
  return typeof status === 'number' ? kubeErrorOfText(status, typeof body === 'string' ? body : '') : thrown;
};

/**
 * A client of one API server with one credential. Answers of other status than 2xx reject with KubeError; broken
 * connections and timeouts reject with the wire client's KernelError `unavailable`. Nothing is retried here.
 */
export const createKubeClient = ({
  origin,
  wire,
  credential,
  userAgent,
  ca,
  timeout = requestTimeout,
  maxBytes = maxAnswer,
}: KubeClientOptions): KubeClient => {
  const base = origin.replace(/\/+$/, '');
  const prepare = async ({ method, path, body, type, signal }: Call): Promise<WireRequest> => ({
    method,
    url: `${base}${path}`,
    headers: {
      'User-Agent': userAgent,
      Accept: contentTypes.json,
      ...('token' in credential ? { Authorization: `Bearer ${await credential.token()}` } : {}),
      ...(body === undefined ? {} : { 'Content-Type': type ?? contentTypes.json }),
    },
    timeout,
    maxBytes,
    ...('clientCertificate' in credential ? { clientCertificate: credential.clientCertificate } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const send = async (call: Call): Promise<JsonObject> => {
    const answer = await wire.request(await prepare(call));
    const text = answer.body.toString('utf8');
    if (answer.status < 200 || answer.status > 299) throw kubeErrorOfText(answer.status, text);
    return asObject(parseJson(text));
  };
  return {
    get: (path, signal) => send({ method: 'GET', path, signal }),
    create: (path, body, signal) => send({ method: 'POST', path, body, signal }),
    replace: (path, body, signal) => send({ method: 'PUT', path, body, signal }),
    patch: (path, body, signal) =>
      send({ method: 'PATCH', path, body, type: Array.isArray(body) ? contentTypes.jsonPatch : contentTypes.mergePatch, signal }),
    async delete(path, body, signal) {
      await send({ method: 'DELETE', path, body, signal });
    },
    async *watch(path, signal) {
      try {
        for await (const line of wire.lines(await prepare({ method: 'GET', path, signal }))) {
          const value = parseJson(line);
          if (!isObject(value) || typeof value['type'] !== 'string' || !isObject(value['object'])) throw kubeErrorOf(500, undefined);
          yield { type: value['type'], object: asObject(value['object']) };
        }
      } catch (thrown) {
        throw refusal(thrown);
      }
    },
  };
};
