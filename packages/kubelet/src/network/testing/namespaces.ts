import { execFile } from 'node:child_process';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { silentTelemetry } from '@podpass/telemetry';
import type { PodNetwork, PodSource } from '../../types.ts';
import { openClusterNetwork } from '../namespace/cluster.ts';
import { probeNamespaces } from '../namespace/probe.ts';
import type { NamespaceNodeOptions } from '../types.ts';

const run = promisify(execFile);

/** Why tests with real namespaces cannot run here; undefined when they can. Says so on the error output. */
export const whyNoNamespaces = async (): Promise<string | undefined> => {
  const { works, because } = await probeNamespaces();
  const python = await run('python3', ['-c', 'import socket']).then(
    () => undefined,
    () => 'the attacks of these tests are Python programs, and there is no python3',
  );
  const why = works ? python : because;
  if (why !== undefined) console.error(`SKIPPED: tests with network namespaces: ${why}`);
  return why;
};

/** Runs a program in a pod and resolves with what it printed. Pods have no NET_ADMIN; `drop` takes more from them. */
export const inPod = async (pod: Pick<PodNetwork, 'enter'>, argv: readonly string[], drop: readonly string[] = []): Promise<string> => {
  const bounding = ['net_admin', ...drop].map((name) => `-${name}`).join(',');
  const [program = '', ...args] = [...pod.enter, 'setpriv', `--bounding-set=${bounding}`, `--inh-caps=${bounding}`, ...argv];
  const { stdout } = await run(program, args, { timeout: 15_000 });
  return stdout.trim();
};

/** A cluster whose metadata connections are answered with their source, or with `nobody`. */
export const testCluster = async (names: Readonly<Record<string, string>> = {}) => {
  const cluster = await openClusterNetwork({ log: silentTelemetry().log, resolve: (name) => names[name] });
  const accepted: Socket[] = [];
  const onMetadataConnection = (socket: Socket, source: PodSource | undefined) => {
    accepted.push(socket);
    socket.end(source === undefined ? 'nobody' : source.uid);
  };
  return {
    cluster,
    accepted,
    openNode: (options: Partial<NamespaceNodeOptions> = {}) =>
      cluster.openNode({ name: 'node-0', plugin: 'azure', podCidr: '10.244.0.0/24', onMetadataConnection, ...options }),
    [Symbol.asyncDispose]: () => cluster.close(),
  };
};

export const podNamed = (uid: string, hostNetwork = false) => ({ uid, namespace: 'default', name: uid, hostNetwork });
