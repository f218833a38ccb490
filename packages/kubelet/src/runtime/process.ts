import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { messageOf } from '@podpass/kernel';
import { grace } from '../wire.ts';
import { forgetProcess, recordProcess } from './pid-file.ts';
import { signalGroup } from './signal.ts';
import type { Exit, Runtime } from './types.ts';

/** What runc reports when a program cannot be started. */
const startError = 128;

const exitOf = (code: number | null, signal: NodeJS.Signals | null): Exit => {
  if (signal !== null) {
    const number = constants.signals[signal];
    return { exitCode: 128 + number, signal: number, reason: 'Error' };
  }
  return { exitCode: code ?? startError, reason: code === 0 ? 'Completed' : 'Error' };
};

/**
 * Runs a container as a local process group of its own, so that everything it started ends with it. Its output goes
 * to the container's log; it has no input.
 */
export const processRuntime: Runtime = {
  name: 'process',
  start({ argv, env, cwd, log, podFolder, container }) {
    const { promise: exited, resolve } = Promise.withResolvers<Exit>();
    const [program = '', ...args] = argv;
    const fail = (thrown: unknown): void => {
      log.close();
      resolve({ exitCode: startError, reason: 'StartError', message: `failed to start container "${container}": ${messageOf(thrown)}` });
    };
    const child = (() => {
      try {
        return spawn(program, args, { cwd, env: { ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
      } catch (thrown) {
        fail(thrown);
        return undefined;
      }
    })();
    if (child === undefined) return { exited, stop: () => Promise.resolve() };
    const { pid } = child;
    for (const stream of ['stdout', 'stderr'] as const) {
      const sink = log.sink(stream);
      child[stream].on('data', (chunk: Buffer) => sink.write(chunk));
      child[stream].on('end', () => sink.end());
      child[stream].on('error', () => sink.end());
    }
    const recorded = pid === undefined ? Promise.resolve() : recordProcess(podFolder, container, pid).catch(() => undefined);
    child.on('error', fail);
    child.on('exit', () => {
      // Whatever the program left in its group ends with it; this also closes its output.
      if (pid !== undefined) signalGroup(pid, 'SIGKILL');
    });
    child.on('close', (code, signal) => {
      log.close();
      recorded
        .then(() => forgetProcess(podFolder, container))
        .then(
          () => resolve(exitOf(code, signal)),
          () => resolve(exitOf(code, signal)),
        );
    });
    return {
      exited,
      async stop(graceMs) {
        if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
        if (graceMs > 0) signalGroup(pid, 'SIGTERM');
        const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
        // A process that not even SIGKILL ends (uninterruptible sleep) must not hold up the kubelet.
        const lost = new Promise<void>((done) => {
          setTimeout(done, graceMs + grace.reap).unref();
        });
        await Promise.race([exited, lost]);
        clearTimeout(timer);
      },
    };
  },
};
