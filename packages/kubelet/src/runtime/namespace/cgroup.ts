import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { machineMounts } from './mounts.ts';
import { defaults } from './wire.ts';

export interface Limits {
  /** Bytes. */
  readonly memory: number | undefined;
  /** Cores. */
  readonly cpu: number | undefined;
  readonly pids: number;
}

/** The control groups of one container. */
interface ContainerGroup {
  /** Folders whose `cgroup.procs` the container joins. */
  readonly folders: readonly string[];
  /** Which limits cannot be enforced. */
  readonly missing: readonly string[];
  /** Sets other limits. Returns which cannot be enforced. */
  limit(limits: Limits): readonly string[];
  /** Whether the memory controller ended something in it. */
  outOfMemory(): boolean;
  /** Ends what is in it. */
  kill(): void;
  remove(): Promise<void>;
}

export interface ControlGroups {
  create(name: string, limits: Limits): ContainerGroup;
  /** Ends and removes what an earlier run left, and the platform's own folder when it is empty. */
  clear(): Promise<void>;
}

type Controller = 'memory' | 'cpu' | 'pids';
const controllers: readonly Controller[] = ['memory', 'cpu', 'pids'];

interface Hierarchy {
  readonly version: 1 | 2;
  /** The folder under which the containers' groups lie. */
  readonly parent: string;
  readonly controllers: readonly Controller[];
}

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
const write = (file: string, text: string): boolean => {
  try {
    writeFileSync(file, text);
    return true;
  } catch {
    return false;
  }
};
const writable = (folder: string): boolean => {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};
const words = (text: string): readonly string[] => text.split(/\s+/u).filter((word) => word !== '');

/** Where this process is in each hierarchy: `ID:CONTROLLERS:PATH`. */
const ownPaths = (): readonly { names: readonly string[]; path: string }[] =>
  read('/proc/self/cgroup')
    .split('\n')
    .flatMap((line) => {
      const [, names, ...path] = line.split(':');
      return names === undefined ? [] : [{ names: names.split(','), path: path.join(':') }];
    });

const make = (folder: string): boolean => {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return existsSync(folder);
  }
};

const version1 = (name: string): readonly Hierarchy[] =>
  controllers.flatMap((controller): Hierarchy[] => {
    const mount = machineMounts().find(
      ({ type, path }) => type === 'cgroup' && path.split('/').at(-1)?.split(',').includes(controller) === true,
    );
    const own = ownPaths().find(({ names }) => names.includes(controller));
    if (mount === undefined || own === undefined) return [];
    const above = [join(mount.path, own.path), mount.path].find((folder) => existsSync(folder) && writable(folder));
    if (above === undefined) return [];
    const parent = join(above, name);
    return make(parent) ? [{ version: 1, parent, controllers: [controller] }] : [];
  });

const enable = (folder: string): readonly Controller[] => {
  const able = words(read(join(folder, 'cgroup.controllers')));
  for (const controller of controllers) if (able.includes(controller)) write(join(folder, 'cgroup.subtree_control'), `+${controller}`);
  const enabled = words(read(join(folder, 'cgroup.subtree_control')));
  return controllers.filter((controller) => enabled.includes(controller));
};

/** A group with processes of its own cannot limit groups below it: the containers' lie beside the platform's, or at the top. */
const version2 = (name: string, wanted: readonly Controller[]): readonly Hierarchy[] => {
  const mount = machineMounts().find(({ type }) => type === 'cgroup2');
  const own = ownPaths().find(({ names }) => names.length === 1 && names[0] === '');
  if (mount === undefined || own === undefined) return [];
  for (const above of new Set([dirname(join(mount.path, own.path)), mount.path])) {
    if (!above.startsWith(mount.path) || !existsSync(above) || !writable(above)) continue;
    if (!enable(above).some((controller) => wanted.includes(controller))) continue;
    const parent = join(above, name);
    if (!make(parent)) continue;
    const usable = enable(parent).filter((controller) => wanted.includes(controller));
    if (usable.length > 0) return [{ version: 2, parent, controllers: usable }];
  }
  return [];
};

const hierarchies = (name: string): readonly Hierarchy[] => {
  const first = version1(name);
  const open = controllers.filter((controller) => !first.some((hierarchy) => hierarchy.controllers.includes(controller)));
  return [...first, ...(open.length === 0 ? [] : version2(name, open))];
};

const setMemory = ({ version }: Hierarchy, folder: string, bytes: number): boolean => {
  const text = String(Math.floor(bytes));
  if (version === 2) {
    write(join(folder, 'memory.swap.max'), '0');
    write(join(folder, 'memory.oom.group'), '1');
    return write(join(folder, 'memory.max'), text);
  }
  const done = write(join(folder, 'memory.limit_in_bytes'), text);
  write(join(folder, 'memory.memsw.limit_in_bytes'), text);
  return done;
};

const setCpu = ({ version }: Hierarchy, folder: string, cores: number): boolean => {
  const quota = String(Math.max(defaults.cpuQuotaLeast, Math.round(cores * defaults.cpuPeriod)));
  if (version === 2) return write(join(folder, 'cpu.max'), `${quota} ${String(defaults.cpuPeriod)}`);
  return write(join(folder, 'cpu.cfs_period_us'), String(defaults.cpuPeriod)) && write(join(folder, 'cpu.cfs_quota_us'), quota);
};

const apply = (hierarchy: Hierarchy, folder: string, limits: Limits): readonly Controller[] =>
  hierarchy.controllers.filter((controller) => {
    if (controller === 'memory') return limits.memory === undefined || setMemory(hierarchy, folder, limits.memory);
    if (controller === 'cpu') return limits.cpu === undefined || setCpu(hierarchy, folder, limits.cpu);
    return write(join(folder, 'pids.max'), String(limits.pids));
  });

const killAll = (folder: string): void => {
  if (write(join(folder, 'cgroup.kill'), '1')) return;
  for (const pid of words(read(join(folder, 'cgroup.procs')))) {
    try {
      if (Number(pid) > 1) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
};

/** A group is only empty when the kernel has buried its last process: a moment after that one ended. */
const removeGroup = async (folder: string): Promise<void> => {
  for (let tries = 0; tries < 50 && existsSync(folder); tries += 1) {
    try {
      rmdirSync(folder);
    } catch {
      killAll(folder);
      await new Promise((resolve) => setTimeout(resolve, 5 + tries));
    }
  }
};

const oomKills = (text: string): number => Number(/^oom_kill (\d+)$/mu.exec(text)?.[1] ?? 0);

/** The control groups of one node, version 1 or 2, under a folder of this name wherever this process may make one. */
export const createControlGroups = (name: string): ControlGroups => {
  let known: readonly Hierarchy[] | undefined;
  const all = () => (known ??= hierarchies(name));
  return {
    create(container, limits) {
      const groups = all().flatMap((hierarchy): { hierarchy: Hierarchy; folder: string }[] => {
        // The parent may have gone with the last container of another node's clearing.
        make(hierarchy.parent);
        const folder = join(hierarchy.parent, container);
        return make(folder) ? [{ hierarchy, folder }] : [];
      });
      const folders = groups.map(({ folder }) => folder);
      const limit = (given: Limits): readonly Controller[] => {
        const enforced = new Set(groups.flatMap(({ hierarchy, folder }) => apply(hierarchy, folder, given)));
        const wanted: Controller[] = [
          ...(given.memory === undefined ? [] : ['memory' as const]),
          ...(given.cpu === undefined ? [] : ['cpu' as const]),
          'pids',
        ];
        return wanted.filter((controller) => !enforced.has(controller));
      };
      return {
        folders,
        missing: limit(limits),
        limit,
        outOfMemory: () =>
          folders.some((folder) => oomKills(read(join(folder, 'memory.events'))) + oomKills(read(join(folder, 'memory.oom_control'))) > 0),
        kill() {
          for (const folder of folders) killAll(folder);
        },
        async remove() {
          await Promise.all(folders.map(removeGroup));
        },
      };
    },
    async clear() {
      for (const { parent } of all()) {
        const left = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory());
        await Promise.all(left.map((entry) => removeGroup(join(parent, entry.name))));
        await removeGroup(parent);
      }
      known = undefined;
    },
  };
};
