import { constants } from 'node:fs';
import { open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { sep } from 'node:path';
import { messageOf } from '@podpass/kernel';
import { translate, type MountTable } from '../env/translate.ts';
import type { Component, ComponentLaunch, ProbeAnswer } from '../types.ts';
import { startFailure } from './spawned.ts';
import type { Exit, Runtime } from './types.ts';

/** What a process ends with that SIGKILL ended: a component that does not heed its signal is given up after its grace period. */
const killed: Exit = { exitCode: 137, signal: 9, reason: 'Error' };

export interface ComponentOptions {
  readonly component: Component;
  readonly args: readonly string[];
  readonly pod: ComponentLaunch['pod'];
  readonly mounts: MountTable;
  /** Folder of all volumes of the pod. */
  readonly volumes: string;
  /** Set when the pod names a command of its own, which a part of the platform does not have. */
  readonly refusal: string | undefined;
}

/** Bytes of the largest file that a part of the platform reads: settings. */
const fileLimit = 1024 * 1024;
/** Linux: names a file without opening it, which for a pipe would never end and for a device would do something. */
const pathOnly = 0o10000000;

const contentOf = async (file: FileHandle): Promise<string> => {
  const buffer = Buffer.alloc(fileLimit + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length);
    length += bytesRead;
    if (length > fileLimit) throw new Error('the file is too large');
    if (bytesRead === 0) return buffer.toString('utf8', 0, length);
  }
};

/** The plain file at `place`, if it lies below `root`; undefined otherwise. What is checked is what is read, however the path changes meanwhile. */
const fileBelow = async (root: string, place: string): Promise<string | undefined> => {
  const linux = process.platform === 'linux';
  const named = await open(place, linux ? pathOnly : constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined);
  if (named === undefined) return undefined;
  try {
    const own = `/proc/self/fd/${String(named.fd)}`;
    const real = await (linux ? readlink(own) : realpath(place));
    if (!(await named.stat()).isFile() || !real.startsWith(root + sep)) return undefined;
    if (!linux) return await contentOf(named);
    await using file = await open(own, constants.O_RDONLY);
    return await contentOf(file);
  } finally {
    await named.close();
  }
};

/**
 * Reads a file of the container by its path there. The pod's other containers may write in its volumes, at the same time: a link may not
 * lead out of the pod's volumes, and only plain files are read.
 */
const reader =
  ({ mounts, volumes }: Pick<ComponentOptions, 'mounts' | 'volumes'>) =>
  async (path: string): Promise<string> => {
    const place = translate(path, mounts);
    const root = await realpath(volumes).catch(() => undefined);
    const text = place === undefined || root === undefined ? undefined : await fileBelow(root, place);
    if (text === undefined) throw new Error(`no such file in the container: ${path}`);
    return text;
  };

/** Runs a part of the platform as a container: in this process, but with a container's log, exit code, restarts and end. */
export const componentRuntime = (options: ComponentOptions): Runtime => ({
  name: 'component',
  start({ env, log, container }) {
    const { promise: exited, resolve } = Promise.withResolvers<Exit>();
    const stopping = new AbortController();
    const probes = new Map<number, (path: string) => ProbeAnswer>();
    const sink = log.sink('stdout');
    const finish = (exit: Exit): void => {
      sink.end();
      log.close();
      resolve(exit);
    };
    if (options.refusal !== undefined) {
      finish(startFailure(container, options.refusal));
      return { exited, stop: () => Promise.resolve() };
    }
    const run = async (): Promise<number> =>
      options.component({
        args: options.args,
        env,
        pod: options.pod,
        readFile: reader(options),
        log: (line) => sink.write(Buffer.from(`${line}\n`)),
        answerProbes: (port, answer) => void probes.set(port, answer),
        signal: stopping.signal,
      });
    run().then(
      (exitCode) => finish({ exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' }),
      (thrown: unknown) => {
        log.sink('stderr').write(Buffer.from(`${messageOf(thrown)}\n`));
        finish({ exitCode: 1, reason: 'Error' });
      },
    );
    return {
      exited,
      probe(port, path) {
        try {
          return probes.get(port)?.(path);
        } catch (thrown) {
          return { status: 500, body: messageOf(thrown) };
        }
      },
      async stop(graceMs) {
        stopping.abort();
        const timer = setTimeout(() => finish(killed), graceMs);
        await exited;
        clearTimeout(timer);
      },
    };
  },
});
