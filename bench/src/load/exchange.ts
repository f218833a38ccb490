import { text } from 'node:stream/consumers';
import { loadHttps } from './https-load.ts';

/**
 * Exchanges genuine assertions for access tokens over HTTPS keep-alive on loopback, in a process of its own. Reads
 * `{port, host, path, forms, seconds, connections, rate?, warmUp?}` from standard input; `forms` are request bodies, sent in turn.
 * Prints the result as JSON.
 */
const input = JSON.parse(await text(process.stdin)) as {
  port: number;
  host: string;
  path: string;
  forms: readonly string[];
  seconds: number;
  connections: number;
  rate?: number;
  warmUp?: number;
};
const { host, path, forms, ...load } = input;
const requests = forms.map((form) =>
  Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: ${Buffer.byteLength(form)}\r\n\r\n${form}`,
  ),
);
process.stdout.write(`${JSON.stringify(await loadHttps({ ...load, host, requests }))}\n`);
