import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { randomHex } from '@podpass/kernel';
import type { NamespaceOptions } from '../../types.ts';
import { forgetProcess, recordProcess } from '../pid-file.ts';
import { spawnContainer, startFailure } from '../spawned.ts';
import type { ContainerLaunch, Exit, RunningContainer, Runtime } from '../types.ts';
import { createAgent } from './agent.ts';
import { createControlGroups, type ControlGroups } from './cgroup.ts';
import { fstab } from './fstab.ts';
import { initProcess } from './init-process.ts';
import { claim } from './launch.ts';
import { layoutOf } from './layers.ts';
import { machineMounts } from './mounts.ts';
import type { Isolation } from './plan.ts';
import { createRoots, type Root, type Roots } from './roots.ts';
import { makeSkeleton } from './skeleton.ts';
import { places, podTable, volumeTable, type TableOptions } from './tables.ts';
import { begun } from './wire.ts';

export interface NamespaceRuntimeOptions extends NamespaceOptions {
  readonly podsDir: string;
  /** Whether the platform runs without root. */
  readonly rootless: boolean;
}

export interface NamespaceRuntime {
  readonly rootless: boolean;
  /** What containers find at its place in spite of what is masked. */
  readonly shared: NamespaceOptions['shared'];
  /** Makes what the containers share, and removes what an earlier run left. */
  prepare(): Promise<void>;
  /** A runtime for one container; `onUnlimited` hears which limits this machine cannot enforce. */
  forContainer(isolation: Isolation, onUnlimited: (limits: readonly string[]) => void): Runtime;
  /** Removes what is left when the last container has ended. Never rejects. */
  close(): Promise<void>;
}

interface Prepared {
  readonly groups: ControlGroups;
  readonly roots: Roots;
}

const initName = (container: string): string => `${container}.init`;

/** Where the sources of the volumes are bound, and what is mounted for the pod. */
const makeStage = (table: TableOptions): void => {
  const { base, isolation } = table;
  for (const [index, { file, subPath }] of isolation.mounts.entries()) {
    const point = join(base, 'stage', String(index));
    if (file && subPath === '') writeFileSync(point, '');
    else mkdirSync(point);
  }
  writeFileSync(join(base, 'pod.table'), fstab(podTable(table)), { mode: 0o600 });
  writeFileSync(join(base, 'volumes.table'), fstab(volumeTable(table)), { mode: 0o600 });
};

/** What the start said on the status descriptor: sentences of failure, or that the program began. */
const createStatus = () => {
  let text = '';
  return {
    hear(chunk: Buffer): void {
      if (text.length < 4096) text += chunk.toString('utf8');
    },
    get begun(): boolean {
      return text.split('\n').includes(begun);
    },
    /** `unshare` of util-linux 2.38 cannot end by SIGKILL as its child did: it says this instead, and exits with 1. */
    get killed(): boolean {
      return text.includes('unshare: sigprocmask unblock failed');
    },
    get failure(): string {
      return text.trim().replaceAll('\n', ': ') || 'its namespaces could not be made (see its log)';
    },
  };
};

interface StartOptions {
  readonly isolation: Isolation;
  readonly root: Root;
  readonly unlimited: (limits: readonly string[]) => void;
}

const startContainer = (launch: ContainerLaunch, { isolation, root, unlimited }: StartOptions): RunningContainer => {
  const { container, podFolder } = launch;
  const { child, group, network, options } = root;
  const table: TableOptions = { ...options, isolation, stage: `.${randomHex(12)}` };
  makeStage(table);
  const missing = group.limit(isolation.limits);
  if (missing.length > 0) unlimited(missing);
  const rest = claim({ launch, table, places: places(table, launch.cwd), network });
  const status = createStatus();
  let agent: ReturnType<typeof createAgent> | undefined;
  let init: number | undefined;
  let pid: number | undefined;

  const settle = async (given: Exit): Promise<Exit> => {
    const exit = status.killed ? { exitCode: 137, signal: constants.signals.SIGKILL, reason: 'Error' } : given;
    const killed = group.outOfMemory();
    await root.remove();
    await forgetProcess(podFolder, initName(container));
    if (killed && exit.exitCode === 137) return { ...exit, reason: 'OOMKilled' };
    return status.begun || exit.exitCode === 137 ? exit : startFailure(container, status.failure);
  };

  const running = spawnContainer({
    ...launch,
    channels: child,
    onChannels(channel, toAgent) {
      channel.on('error', () => undefined);
      channel.on('data', (chunk: Buffer) => {
        status.hear(chunk);
        if (!status.begun || init !== undefined || pid === undefined) return;
        init = initProcess(pid);
        if (init !== undefined) recordProcess(podFolder, initName(container), init).catch(() => undefined);
      });
      agent = createAgent(toAgent);
      toAgent.write(rest);
    },
    onProcess(started) {
      pid = started;
      launch.onProcess?.(started);
    },
    terminate(started) {
      init ??= initProcess(started);
      // A start that is not over yet has nothing to end gently.
      if (init === undefined) return;
      try {
        process.kill(init, 'SIGTERM');
      } catch {
        // It ended a moment ago.
      }
    },
    settle,
  });
  return {
    ...running,
    exec: (probe, timeoutMs) => agent?.exec(probe, timeoutMs) ?? Promise.resolve({ exitCode: 126, output: 'the container does not run' }),
  };
};

/**
 * Runs containers in namespaces of their own, out of the tools of util-linux. See `script.ts` for how one is made.
 * Fails to prepare on machines that are not Linux.
 */
export const createNamespaceRuntime = (options: NamespaceRuntimeOptions): NamespaceRuntime => {
  let prepared: Prepared | undefined;
  return {
    rootless: options.rootless,
    shared: options.shared,
    async prepare() {
      const podsDir = realpathSync(options.podsDir);
      const skeleton = join(podsDir, '.runtime', 'skeleton');
      const layout = options.rootless ? layoutOf(machineMounts()) : undefined;
      await makeSkeleton(skeleton, layout);
      const groups = createControlGroups(`podpass-${createHash('sha256').update(podsDir).digest('hex').slice(0, 16)}`);
      await groups.clear();
      const folder = join(podsDir, '.runtime', 'roots');
      await rm(folder, { recursive: true, force: true });
      const masked = [podsDir, ...options.masked];
      prepared = { groups, roots: createRoots({ folder, skeleton, groups, layout, masked, rootless: options.rootless }) };
    },
    forContainer: (isolation, onUnlimited) => ({
      name: 'namespace',
      start(launch) {
        try {
          if (prepared === undefined) throw new Error('the runtime is not prepared');
          const { enter } = isolation.network;
          const root = prepared.roots.take({ enter, readOnly: isolation.privileges.readOnlyRoot });
          try {
            return startContainer(launch, { isolation, root, unlimited: onUnlimited });
          } catch (thrown) {
            root.end();
            throw thrown;
          }
        } catch (thrown) {
          launch.log.close();
          const why = thrown instanceof Error ? thrown.message : String(thrown);
          return { exited: Promise.resolve(startFailure(launch.container, why)), stop: () => Promise.resolve() };
        }
      },
    }),
    async close() {
      await prepared?.roots.close();
      await prepared?.groups.clear().catch(() => undefined);
    },
  };
};
