import { execFile } from 'node:child_process';
import { get } from 'node:http';
import { connect } from 'node:net';
import { messageOf } from '@podpass/kernel';
import type { Container, Probe } from '../api/types.ts';
import { podAddress } from '../wire.ts';

/** Undefined is success; text says what went wrong. */
export type ProbeResult = string | undefined;

export interface ProbeContext {
  readonly container: Container;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Translates a mount path to its place on the host. */
  readonly argument: (text: string) => string;
}

const longestAnswer = 10 * 1024;

const portOf = (container: Container, port: number | string): number | undefined =>
  typeof port === 'number'
    ? port
    : (container.ports?.find((item) => item.name === port)?.containerPort ?? (/^\d+$/u.test(port) ? Number(port) : undefined));

const http = (probe: NonNullable<Probe['httpGet']>, container: Container, timeout: number): Promise<ProbeResult> => {
  const port = portOf(container, probe.port);
  if (port === undefined) return Promise.resolve(`the port ${String(probe.port)} is not one of the container`);
  if (probe.scheme === 'HTTPS') return Promise.resolve('probes over HTTPS are not supported by this kubelet');
  return new Promise((resolve) => {
    const headers = Object.fromEntries((probe.httpHeaders ?? []).map(({ name, value }) => [name, value]));
    const request = get({ host: probe.host ?? podAddress, port, path: probe.path ?? '/', headers, timeout, agent: false }, (answer) => {
      const status = answer.statusCode ?? 0;
      answer.destroy();
      resolve(status >= 200 && status < 400 ? undefined : `HTTP probe failed with statuscode: ${String(status)}`);
    });
    request.on('timeout', () => request.destroy(new Error('context deadline exceeded')));
    request.on('error', (thrown) =>
      resolve(`Get "http://${probe.host ?? podAddress}:${String(port)}${probe.path ?? '/'}": ${thrown.message}`),
    );
  });
};

const tcp = (probe: NonNullable<Probe['tcpSocket']>, container: Container, timeout: number): Promise<ProbeResult> => {
  const port = portOf(container, probe.port);
  if (port === undefined) return Promise.resolve(`the port ${String(probe.port)} is not one of the container`);
  return new Promise((resolve) => {
    const socket = connect({ host: probe.host ?? podAddress, port, timeout });
    const finish = (result: ProbeResult) => {
      socket.destroy();
      resolve(result);
    };
    socket.on('connect', () => finish(undefined));
    socket.on('timeout', () => finish(`dial tcp ${podAddress}:${String(port)}: i/o timeout`));
    socket.on('error', (thrown) => finish(`dial tcp ${podAddress}:${String(port)}: ${thrown.message}`));
  });
};

const exec = (command: readonly string[], context: ProbeContext, timeout: number): Promise<ProbeResult> =>
  new Promise((resolve) => {
    const [program = '', ...args] = command.map(context.argument);
    try {
      execFile(
        program,
        args,
        { env: { ...context.env }, cwd: context.cwd, timeout, killSignal: 'SIGKILL', maxBuffer: longestAnswer },
        (failure, stdout, stderr) => resolve(failure === null ? undefined : `${stdout}${stderr}`.trim().slice(0, 500) || failure.message),
      );
    } catch (thrown) {
      resolve(messageOf(thrown));
    }
  });

/** Runs a probe once. Never rejects. */
export const runProbe = (probe: Probe, context: ProbeContext): Promise<ProbeResult> => {
  const timeout = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.httpGet !== undefined) return http(probe.httpGet, context.container, timeout);
  if (probe.tcpSocket !== undefined) return tcp(probe.tcpSocket, context.container, timeout);
  if (probe.exec !== undefined) return exec(probe.exec.command ?? [], context, timeout);
  return Promise.resolve('gRPC probes are not supported by this kubelet');
};
