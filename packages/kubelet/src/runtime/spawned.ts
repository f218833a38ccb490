import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Duplex, Readable } from 'node:stream';
import { messageOf } from '@podpass/kernel';
import type { LogFile } from '../logs/file.ts';
import { grace } from '../wire.ts';
import { forgetProcess, recordProcess } from './pid-file.ts';
import { signalGroup } from './signal.ts';
import type { ContainerLaunch, Exit, RunningContainer } from './types.ts';

/** What runc reports when a program cannot be started. */
const startError = 128;

const exitOf = (code: number | null, signal: NodeJS.Signals | null): Exit => {
  if (signal !== null) {
    const number = constants.signals[signal];
    return { exitCode: 128 + number, signal: number, reason: 'Error' };
  }
  return { exitCode: code ?? startError, reason: code === 0 ? 'Completed' : 'Error' };
};

export const startFailure = (container: string, why: string): Exit => ({
  exitCode: startError,
  reason: 'StartError',
  message: `failed to start container "${container}": ${why}`,
});

/** Part of this process's time that the output of one program may take. */
const share = 0.1;

/**
 * Writes what a program prints to its log. One that floods it has to wait, as it would for any pipe that is full: all
 * containers, and the whole platform, share this process.
 */
const pour = (from: Readable, sink: ReturnType<LogFile['sink']>): void => {
  let resting: NodeJS.Timeout | undefined;
  from.on('data', (chunk: Buffer) => {
    const began = performance.now();
    sink.write(chunk);
    const rest = (performance.now() - began) * (1 / share - 1);
    if (rest < 5) return;
    from.pause();
    clearTimeout(resting);
    resting = setTimeout(() => from.resume(), rest);
  });
  from.on('end', () => sink.end());
  from.on('error', () => sink.end());
  from.on('close', () => clearTimeout(resting));
};

/**
 * Starts a command with three descriptors more. Its own complaints (descriptor 2) go to the first channel, for they are not the program's;
 * descriptor 3, from which the program is given its standard error, goes to the log; descriptor 4 is the second channel.
 */
export const spawnChannels = ([program = '', ...args]: readonly string[], env: Readonly<Record<string, string>>): ChildProcess =>
  spawn(program, args, { cwd: '/', env: { ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'] });

export interface SpawnOptions extends ContainerLaunch {
  /** What `spawnChannels` started a moment ago, or longer since: it becomes the container, in place of `argv`. */
  readonly channels?: ChildProcess;
  /** Called with the two channels once the process is there. */
  onChannels?(status: Readable, agent: Duplex): void;
  /** Asks the program to end; the process group gets SIGTERM when absent. */
  terminate?(pid: number): void;
  /** What the end of the process means; may wait for what has to be cleared away. */
  settle?(exit: Exit): Promise<Exit>;
}

/**
 * Runs a container as a process group of its own, so that everything it started ends with it. Its output goes to the
 * container's log; it has no input.
 */
export const spawnContainer = (options: SpawnOptions): RunningContainer => {
  const { argv, env, cwd, log, podFolder, container, channels, settle = (exit) => Promise.resolve(exit) } = options;
  const { promise: exited, resolve } = Promise.withResolvers<Exit>();
  const [program = '', ...args] = argv;
  const finish = (exit: Exit): void => {
    settle(exit).then(resolve, () => resolve(exit));
  };
  const fail = (thrown: unknown): void => {
    log.close();
    finish(startFailure(container, messageOf(thrown)));
  };
  const child = (() => {
    if (channels !== undefined) return channels;
    try {
      return spawn(program, args, { cwd, env: { ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (thrown) {
      fail(thrown);
      return undefined;
    }
  })();
  if (child === undefined) return { exited, stop: () => Promise.resolve() };
  const { pid } = child;
  const [, , , third, fourth] = child.stdio;
  for (const [stream, from] of [
    ['stdout', child.stdout],
    ['stderr', channels === undefined ? child.stderr : third],
  ] as const) {
    const sink = log.sink(stream);
    if (from instanceof Readable) pour(from, sink);
  }
  if (pid !== undefined) {
    if (channels !== undefined && child.stderr !== null && fourth instanceof Duplex) options.onChannels?.(child.stderr, fourth);
    options.onProcess?.(pid);
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
        () => finish(exitOf(code, signal)),
        () => finish(exitOf(code, signal)),
      );
  });
  return {
    exited,
    async stop(graceMs) {
      if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      if (graceMs > 0) {
        if (options.terminate === undefined) signalGroup(pid, 'SIGTERM');
        else options.terminate(pid);
      }
      const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
      // A process that not even SIGKILL ends (uninterruptible sleep) must not hold up the kubelet.
      const lost = new Promise<void>((done) => {
        setTimeout(done, graceMs + grace.reap).unref();
      });
      await Promise.race([exited, lost]);
      clearTimeout(timer);
    },
  };
};
