import type { WireAnswer, WireClient, WireRequest } from '@podpass/http';
import { isObject, KernelError, parseJson } from '@podpass/kernel';

/** How the webhook shows who it is to an API server. */
export interface ApiCredential {
  /** Client certificate and key in PEM. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
  /** A bearer token, or a way to get the present one. */
  readonly token?: string | (() => Promise<string>);
}

export interface ApiConnection {
  readonly wire: WireClient;
  /** Base URL of the API server, for example `https://host:6443`. */
  readonly apiServer: string;
  readonly credential: ApiCredential;
  /** CA of the API server in PEM; the platform's when absent. */
  readonly ca?: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface KubernetesApi {
  /** One JSON call. Answers of any status return; only a broken connection rejects. */
  call(method: string, path: string, body?: object): Promise<ApiAnswer>;
  /** The lines of a watch. */
  lines(path: string, signal: AbortSignal): AsyncIterable<string>;
}

/** A list page may hold this many bytes. */
const maxBytes = 32 * 1024 * 1024;

export const createKubernetesApi = ({ wire, apiServer, credential, ca }: ApiConnection): KubernetesApi => {
  const base = apiServer.replace(/\/+$/, '');
  const prepare = async (method: string, path: string): Promise<WireRequest> => {
    const token = typeof credential.token === 'function' ? await credential.token() : credential.token;
    return {
      method,
      url: base + path,
      headers: { Accept: 'application/json', ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) },
      maxBytes,
      ...(ca === undefined ? {} : { ca }),
      ...(credential.clientCertificate === undefined ? {} : { clientCertificate: credential.clientCertificate }),
    };
  };
  const read = (answer: WireAnswer): ApiAnswer => {
    const body = parseJson(answer.body.toString('utf8'));
    return { status: answer.status, body: isObject(body) ? body : {} };
  };
  return {
    async call(method, path, body) {
      const request = await prepare(method, path);
      if (body === undefined) return read(await wire.request(request));
      const headers = { ...request.headers, 'Content-Type': 'application/json' };
      return read(await wire.request({ ...request, headers, body: JSON.stringify(body) }));
    },
    async *lines(path, signal) {
      yield* wire.lines({ ...(await prepare('GET', path)), signal });
    },
  };
};

/** An unexpected answer as a KernelError `unavailable` that names the status and the server's message. */
export const unexpected = (what: string, answer: ApiAnswer): KernelError => {
  const message = typeof answer.body['message'] === 'string' ? `: ${answer.body['message'].slice(0, 512)}` : '';
  return new KernelError('unavailable', `${what} failed with status ${answer.status}${message}`, { detail: answer.status });
};
