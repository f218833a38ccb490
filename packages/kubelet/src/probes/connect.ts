import { get } from 'node:http';
import { connect as dial } from 'node:net';

/** A probe over the network, as it is handed to the child that runs it in a pod's network. Times are milliseconds. */
export interface ConnectProbe {
  readonly kind: 'http' | 'tcp';
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: number;
}

/** What the status of an HTTP probe's answer says about the container. */
export const statusResult = (status: number): string | undefined =>
  status >= 200 && status < 400 ? undefined : `HTTP probe failed with statuscode: ${String(status)}`;

const http = ({ host, port, path, headers, timeout }: ConnectProbe): Promise<string | undefined> =>
  new Promise((resolve) => {
    const request = get({ host, port, path, headers: { ...headers }, timeout, agent: false }, (answer) => {
      const status = answer.statusCode ?? 0;
      answer.destroy();
      resolve(statusResult(status));
    });
    request.on('timeout', () => request.destroy(new Error('context deadline exceeded')));
    request.on('error', (thrown) => resolve(`Get "http://${host}:${String(port)}${path}": ${thrown.message}`));
  });

const tcp = ({ host, port, timeout }: ConnectProbe): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = dial({ host, port, timeout });
    const finish = (result: string | undefined) => {
      socket.destroy();
      resolve(result);
    };
    socket.on('connect', () => finish(undefined));
    socket.on('timeout', () => finish(`dial tcp ${host}:${String(port)}: i/o timeout`));
    socket.on('error', (thrown) => finish(`dial tcp ${host}:${String(port)}: ${thrown.message}`));
  });

/** Runs the probe from where this process is. Undefined is success; text says what went wrong. Never rejects. */
export const connectProbe = (probe: ConnectProbe): Promise<string | undefined> =>
  (probe.kind === 'http' ? http(probe) : tcp(probe)).catch((thrown: unknown) =>
    thrown instanceof Error ? thrown.message : String(thrown),
  );
