import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomHex } from '@podpass/kernel';
import { signalGroup } from '../signal.ts';
import { spawnChannels } from '../spawned.ts';
import type { ControlGroups } from './cgroup.ts';
import { fstab } from './fstab.ts';
import { rootCommand, rootVariables } from './launch.ts';
import type { Layout } from './layers.ts';
import { machineMounts } from './mounts.ts';
import { maskedPlaces, rootTable, type RootOptions } from './tables.ts';
import { defaults } from './wire.ts';

export interface RootsOptions {
  /** Where the containers' folders are made. */
  readonly folder: string;
  readonly skeleton: string;
  readonly groups: ControlGroups;
  readonly layout: Layout | undefined;
  readonly rootless: boolean;
  /** Paths that no container sees. */
  readonly masked: readonly string[];
}

interface RootRequest {
  /** Command prefix into the pod's network. */
  readonly enter: readonly string[];
  readonly readOnly: boolean;
}

/** A container's root, made or being made, and the process that will be the container. */
export interface Root {
  readonly options: RootOptions;
  /** Path of the network namespace that the process has yet to enter; empty when it has. */
  readonly network: string;
  readonly child: ChildProcess;
  readonly group: ReturnType<ControlGroups['create']>;
  /** Ends the process, that no container became, and removes it. */
  end(): void;
  /** Removes what is left when the process has ended. Never rejects. */
  remove(): Promise<void>;
}

interface Made extends Root {
  readonly enter: string;
  readonly text: string;
}

const networkOption = '--net=';

/** The prefix without the pod's network, and that. Without privileges all namespaces have to be entered at once. */
const split = (enter: readonly string[], rootless: boolean): { readonly enter: readonly string[]; readonly network: string } => {
  const found = enter.find((word) => word.startsWith(networkOption));
  if (rootless || found === undefined) return { enter, network: '' };
  const rest = enter.filter((word) => word !== found);
  return { enter: rest.some((word) => word.startsWith('--') && word !== '--') ? rest : [], network: found.slice(networkOption.length) };
};

export interface Roots {
  /** A root for a container: the one that waits, when it is what this would make now, or a new one. */
  take(request: RootRequest): Root;
  /** Ends the one that waits. */
  close(): Promise<void>;
}

/**
 * Makes the roots of containers. One is made in advance when a container has come: it is nobody's, knows nothing of any pod, and only one
 * container ever gets it. It is not used when the machine's mounts or what must be hidden have changed since.
 */
export const createRoots = ({ folder, skeleton, groups, layout, rootless, masked }: RootsOptions): Roots => {
  let spare: Made | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const describe = (base: string, readOnly: boolean): RootOptions => ({
    base,
    mounts: machineMounts(),
    masked: maskedPlaces(masked),
    rootless,
    layout,
    readOnly,
  });

  const discard = (child: ChildProcess, remove: () => Promise<void>): Promise<void> => {
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    child.on('error', () => undefined);
    for (const stream of child.stdio) stream?.destroy();
    return remove();
  };

  const make = (request: RootRequest): Made => {
    const { enter, network } = split(request.enter, rootless);
    const id = randomHex(8);
    const base = join(folder, id);
    const options = describe(base, request.readOnly);
    const text = fstab(rootTable(options));
    for (const name of ['root', 'rw', 'stage/old']) mkdirSync(join(base, name), { recursive: true, mode: 0o700 });
    const group = groups.create(id, { memory: undefined, cpu: undefined, pids: defaults.pids });
    const remove = async (): Promise<void> => {
      group.kill();
      await group.remove();
      await rm(base, { recursive: true, force: true }).catch(() => undefined);
    };
    try {
      writeFileSync(join(base, 'root.table'), text, { mode: 0o600 });
      const child = spawnChannels(rootCommand(enter), rootVariables({ base, skeleton, groups: group.folders }));
      const end = () => void discard(child, remove);
      return { options, network, child, group, end, remove, enter: enter.join('\0'), text };
    } catch (thrown) {
      void remove();
      throw thrown;
    }
  };

  const prepare = (request: RootRequest): void => {
    timer = undefined;
    if (closed || spare !== undefined) return;
    try {
      const made = make(request);
      const forget = (): void => {
        if (spare !== made) return;
        spare = undefined;
        made.end();
      };
      spare = made;
      // Not there, ended with its namespaces, or failed: the next container's own start says why.
      made.child.once('error', forget);
      made.child.once('exit', forget);
    } catch {
      // Likewise.
    }
  };

  return {
    take(request) {
      const waiting = spare;
      spare = undefined;
      timer ??= closed || rootless ? undefined : setTimeout(prepare, defaults.spareDelay, request).unref();
      if (waiting === undefined) return make(request);
      const { enter, network } = split(request.enter, rootless);
      const now = describe(waiting.options.base, request.readOnly);
      const same = waiting.enter === enter.join('\0') && waiting.text === fstab(rootTable(now));
      if (same && waiting.child.exitCode === null && waiting.child.signalCode === null) return { ...waiting, network };
      waiting.end();
      return make(request);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      const waiting = spare;
      spare = undefined;
      if (waiting !== undefined) await discard(waiting.child, waiting.remove);
    },
  };
};
