import { availableParallelism } from 'node:os';
import { spawn, type ChildProcess } from 'node:child_process';
import { open, readdir, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { isObject, makeFolder, parseJson } from '@podpass/kernel';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import type { System } from '../system.ts';
import type { DataFolder } from './folder.ts';

/** What the server says once it serves. */
export interface Ready {
  readonly pid: number;
  readonly proxy: string;
  readonly control: string;
  readonly https: number;
}

export interface StartedServer {
  readonly ready: Ready;
  readonly child: ChildProcess;
}

/**
 * Flags of V8 that keep full collections rare; each of them delays the requests that it meets and takes cores from the signatures.
 * - The live heap is small and the garbage short-lived: it may grow to three times its live size instead of a fraction more.
 * - What a request makes is never created in the old generation. V8 would decide so for objects that often outlive a young collection, as those of
 *   requests under way do; each of them then held all of its request, buffers outside the heap included, until the next full collection.
 */
const serverFlags = ['--heap-growing-percent=200', '--no-allocation-site-pretenuring'] as const;

/** A start that takes longer has failed. Milliseconds. */
export const startLimit = 60_000;
const maxReadyLine = 64 * 1024;

/**
 * Starts the server as a process of its own session, so that it gets no signals that are meant for this one, and waits until it is ready.
 * Throws CliFailure with the server's own reason when it cannot start.
 */
export const startServer = async (system: System, folder: DataFolder, args: readonly string[]): Promise<StartedServer> => {
  const errors = await openErrorLog(folder);
  try {
    const child = spawn(system.node, [...serverFlags, system.serverEntry(), '--data', folder.root, ...args], {
      cwd: system.cwd,
      env: {
        // Signatures fill the thread pool: more threads than cores only take turns with the event loop.
        UV_THREADPOOL_SIZE: String(Math.max(2, availableParallelism())),
        // Few threads share few arenas: glibc would keep some megabytes more for each of them.
        MALLOC_ARENA_MAX: '2',
        ...system.env,
        ...(system.compileCache && { NODE_COMPILE_CACHE: system.compileCache }),
      },
      detached: true,
      stdio: ['ignore', 'pipe', errors?.fd ?? 'ignore'],
    });
    try {
      return { ready: readReady(await firstLine(child, folder), folder), child };
    } catch (thrown) {
      // Its reason is known; nothing waits for it any longer.
      child.stdout?.destroy();
      child.unref();
      throw thrown;
    }
  } finally {
    await errors?.close();
  }
};

/** In a folder that is not Podpass's nothing is created: the server will refuse it. */
const openErrorLog = async (folder: DataFolder): Promise<FileHandle | undefined> => {
  try {
    const present = await readdir(folder.root).catch((): string[] => []);
    if (present.length > 0 && !present.includes(path.basename(folder.marker))) return undefined;
    await makeFolder(path.dirname(folder.errorLog));
    return await open(folder.errorLog, 'a', 0o600);
  } catch {
    return undefined;
  }
};

const firstLine = (child: ChildProcess, folder: DataFolder): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    const fail = (failure: CliFailure) => {
      child.kill('SIGKILL');
      finish();
      reject(failure);
    };
    const timer = setTimeout(() => fail(notStarted(`It was not ready within ${startLimit / 1000} seconds.`, folder)), startLimit);
    const onData = (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const end = text.indexOf('\n');
      if (end < 0 && text.length < maxReadyLine) return;
      finish();
      resolve(text.slice(0, end));
    };
    const onClose = (code: number | null, signal: string | null) =>
      fail(notStarted(`The server ended with ${signal ? `signal ${signal}` : `exit code ${code}`} before it was ready.`, folder));
    const onError = (error: Error) => fail(notStarted(error.message, folder));
    // The server would go on by itself: it is in a session of its own.
    const onSignal = () => fail(new CliFailure('interrupted', 'The start was interrupted.', { exitCode: exitCodes.interrupted }));
    const finish = () => {
      clearTimeout(timer);
      child.stdout?.off('data', onData);
      child.off('close', onClose).off('error', onError);
      for (const name of interrupting) process.off(name, onSignal);
    };
    child.stdout?.on('data', onData);
    // `close` and not `exit`: the reason for the end may still be in the pipe.
    child.on('close', onClose).on('error', onError);
    for (const name of interrupting) process.on(name, onSignal);
  });

const interrupting = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const notStarted = (why: string, folder: DataFolder) =>
  new CliFailure('not-started', 'The platform cannot start.', { why, next: `See ${folder.errorLog}, and \`podpass logs\`.` });

const readReady = (line: string, folder: DataFolder): Ready => {
  const said = parseJson(line);
  if (!isObject(said)) throw notStarted('The server said something that is not understood.', folder);
  const { ready, pid, proxy, control, https, code, message, hint } = said;
  if (ready === true && typeof pid === 'number' && typeof proxy === 'string' && typeof control === 'string' && typeof https === 'number') {
    return { pid, proxy, control, https };
  }
  throw new CliFailure(typeof code === 'string' ? code : 'not-started', 'The platform cannot start.', {
    why: typeof message === 'string' ? message : `The server gave no reason; its data folder is ${folder.root}.`,
    next: typeof hint === 'string' ? hint : 'See `podpass logs`.',
    exitCode: code === 'usage' ? exitCodes.usage : exitCodes.failed,
  });
};
