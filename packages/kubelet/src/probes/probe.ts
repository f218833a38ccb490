import { execFile } from 'node:child_process';
import { messageOf } from '@podpass/kernel';
import type { Container, Probe } from '../api/types.ts';
import type { RunningContainer } from '../runtime/types.ts';
import type { PodNetwork } from '../types.ts';
import { podAddress } from '../wire.ts';
import { connectInside } from './connect-inside.ts';
import { connectProbe, statusResult, type ConnectProbe } from './connect.ts';

/** Undefined is success; text says what went wrong. */
export type ProbeResult = string | undefined;

export interface ProbeContext {
  readonly container: Container;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Translates a mount path to its place on the host. */
  readonly argument: (text: string) => string;
  /** The pod's network, when it can only be reached from inside. */
  readonly network?: PodNetwork | undefined;
  /** Runs the exec probe of that number inside the container, when that has namespaces of its own. */
  readonly exec?: RunningContainer['exec'];
  /** Asks a part of the platform, which has no listener; set for those alone. */
  readonly answers?: RunningContainer['probe'] | undefined;
  /** The pod's address; the loopback address when absent. */
  readonly address?: string | undefined;
}

const longestAnswer = 10 * 1024;

const portOf = (container: Container, port: number | string): number | undefined =>
  typeof port === 'number'
    ? port
    : (container.ports?.find((item) => item.name === port)?.containerPort ?? (/^\d+$/u.test(port) ? Number(port) : undefined));

interface Wanted {
  readonly kind: ConnectProbe['kind'];
  readonly host?: string | undefined;
  readonly port: number | string;
  readonly path?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The result of a probe that the component itself answers, in the words of one over the network. */
const ask = (answers: NonNullable<ProbeContext['answers']>, { kind, host, port, path }: ConnectProbe): ProbeResult => {
  const answer = answers(port, path);
  if (answer === undefined) {
    const refused = `dial tcp ${host}:${String(port)}: connect: connection refused`;
    return kind === 'tcp' ? refused : `Get "http://${host}:${String(port)}${path}": ${refused}`;
  }
  return kind === 'tcp' ? undefined : statusResult(answer.status);
};

const connect = ({ kind, host, port, path = '/', headers = {} }: Wanted, context: ProbeContext, timeout: number): Promise<ProbeResult> => {
  const number = portOf(context.container, port);
  if (number === undefined) return Promise.resolve(`the port ${String(port)} is not one of the container`);
  const probe: ConnectProbe = { kind, host: host ?? context.address ?? podAddress, port: number, path, headers, timeout };
  if (context.answers !== undefined) {
    const own = [undefined, '127.0.0.1', 'localhost', context.address].includes(host);
    return Promise.resolve(own ? ask(context.answers, probe) : `a part of the platform is not probed at another host (${probe.host})`);
  }
  const enter = context.network?.enter ?? [];
  return enter.length === 0 ? connectProbe(probe) : connectInside(enter, probe);
};

const http = (probe: NonNullable<Probe['httpGet']>, context: ProbeContext, timeout: number): Promise<ProbeResult> => {
  if (probe.scheme === 'HTTPS') return Promise.resolve('probes over HTTPS are not supported by this kubelet');
  const headers = Object.fromEntries((probe.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  return connect({ kind: 'http', host: probe.host, port: probe.port, path: probe.path, headers }, context, timeout);
};

const outcome = (output: string, otherwise: string): string => output.trim().slice(0, 500) || otherwise;

/** The exec probes of a container in the order in which its runtime numbers them. */
const numberOf = (probe: Probe, { startupProbe, readinessProbe, livenessProbe }: Container): number =>
  [startupProbe, readinessProbe, livenessProbe].filter((each) => each?.exec?.command !== undefined).indexOf(probe);

const exec = async (probe: Probe, context: ProbeContext, timeout: number): Promise<ProbeResult> => {
  const command = probe.exec?.command ?? [];
  if (context.exec !== undefined) {
    const { exitCode, output } = await context.exec(numberOf(probe, context.container), timeout);
    return exitCode === 0 ? undefined : outcome(output, `command exited with ${String(exitCode)}`);
  }
  return new Promise((resolve) => {
    const [program = '', ...args] = command.map(context.argument);
    try {
      execFile(
        program,
        args,
        { env: { ...context.env }, cwd: context.cwd, timeout, killSignal: 'SIGKILL', maxBuffer: longestAnswer },
        (failure, stdout, stderr) => resolve(failure === null ? undefined : outcome(`${stdout}${stderr}`, failure.message)),
      );
    } catch (thrown) {
      resolve(messageOf(thrown));
    }
  });
};

/** Runs a probe once. Never rejects. */
export const runProbe = (probe: Probe, context: ProbeContext): Promise<ProbeResult> => {
  const timeout = (probe.timeoutSeconds ?? 1) * 1000;
  const { httpGet, tcpSocket } = probe;
  if (httpGet !== undefined) return http(httpGet, context, timeout);
  if (tcpSocket !== undefined) return connect({ kind: 'tcp', host: tcpSocket.host, port: tcpSocket.port }, context, timeout);
  if (probe.exec !== undefined) return exec(probe, context, timeout);
  return Promise.resolve('gRPC probes are not supported by this kubelet');
};
