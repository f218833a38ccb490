import { request as requestHttp, type Agent, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Gets a URL and reads the whole answer. Rejects when there is none. */
export type Get = (url: string, headers: Readonly<Record<string, string>>) => Promise<Answer>;

export interface GetOptions {
  /** For https; one with `proxyEnv` goes through the proxy that the environment names. */
  readonly agent?: Agent;
  /** Milliseconds for everything. NMI may wait 100 s for an assignment. */
  readonly timeout: number;
}

/** Bytes of an answer that are read. */
const largest = 4 * 1_024 * 1_024;

/** Makes a `Get`. The metadata service is always asked directly: it must not be reached through a proxy. */
export const createGet =
  ({ agent, timeout }: GetOptions): Get =>
  (url, headers) =>
    new Promise((resolve, reject) => {
      const secure = url.startsWith('https:');
      const options: RequestOptions = {
        headers: { ...headers },
        signal: AbortSignal.timeout(timeout),
        ...(secure && agent !== undefined ? { agent } : {}),
      };
      const request = (secure ? requestHttps : requestHttp)(url, options, (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > largest) request.destroy(new Error('the answer is too large'));
          else chunks.push(chunk);
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
        response.once('error', reject);
      });
      request.once('error', reject);
      request.end();
    });
