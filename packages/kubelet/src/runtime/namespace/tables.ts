import { existsSync, realpathSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import type { MountEntry } from './fstab.ts';
import type { Layout } from './layers.ts';
import { flagsOf, isBelow, type MachineMount } from './mounts.ts';
import type { Isolation, PlannedMount } from './plan.ts';
import { defaults, devices, inWritable, maskedFolders, maskedProcFiles, ownPlaces, pseudoFileSystems, readOnlyProc } from './wire.ts';

export interface RootOptions {
  /** The container's own folder on the machine, with `root` for its root, `rw` for what it writes, and `stage`. */
  readonly base: string;
  readonly mounts: readonly MachineMount[];
  /** Real paths. */
  readonly masked: readonly string[];
  readonly rootless: boolean;
  /** Of the machine's root, when that cannot be one layer. */
  readonly layout: Layout | undefined;
  readonly readOnly: boolean;
}

export interface TableOptions extends RootOptions {
  readonly isolation: Isolation;
  /** Name of the folder in /dev where the sources of the volumes wait; nobody can know it. */
  readonly stage: string;
}

const none = 'none';
const inert = 'nosuid,nodev,noexec';

const bind = (options: RootOptions, source: string, target: string, more: readonly string[] = []): MountEntry => ({
  source,
  target,
  type: none,
  options: [...new Set([more.includes('rbind') ? 'rbind' : 'bind', 'nodev', ...more, ...flagsOf(options.mounts, source)])].join(','),
});

/** A device file is bound without `nodev`, or it would be none. */
const device = (root: string, source: string): MountEntry => ({ source, target: `${root}${source}`, type: none, options: 'bind' });

/** Real paths that are hidden: the outermost only, and none that the container does not see anyway. */
export const maskedPlaces = (masked: readonly string[]): readonly string[] => {
  const real = masked.filter((path) => existsSync(path)).map((path) => realpathSync(path));
  const outer = real.filter((path) => !real.some((other) => other !== path && isBelow(path, other)));
  return [...new Set(outer)].filter((path) => path !== '/' && !ownPlaces.some((place) => isBelow(path, place)));
};

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Other file systems of the machine, on which programs may lie: to be read, not written. */
const machineFileSystems = (options: RootOptions): readonly MountEntry[] => {
  const seen = new Set<string>();
  return options.mounts
    .filter(({ path, type }) => {
      const hidden = path === '/' || seen.has(path) || [...ownPlaces, ...options.masked].some((place) => isBelow(path, place));
      seen.add(path);
      return !hidden && !pseudoFileSystems.includes(type) && isFolder(path);
    })
    .map(({ path }) => bind(options, path, `${options.base}/root${path}`, ['ro', 'X-mount.mkdir']));
};

/** The root, to be written to but not through. Paths of layers are relative to the folder for what it writes: its own path may hold characters that separate options. */
const rootOf = (options: RootOptions): readonly MountEntry[] => {
  const root = `${options.base}/root`;
  const overlay = (target: string, lower: string, at: string): MountEntry => ({
    source: 'podpass',
    target: `${root}${target}`,
    type: 'overlay',
    options: `nodev,lowerdir=${lower},upperdir=${at}${inWritable.upper},workdir=${at}${inWritable.work}${options.rootless ? ',userxattr' : ''}`,
  });
  if (options.layout === undefined) return [overlay('', '/', ''), ...machineFileSystems(options)];
  return [
    { source: `${options.base}/rw/${inWritable.upper}`, target: root, type: none, options: 'bind,nodev' },
    ...options.layout.folders.map((folder, index) => overlay(folder, folder, `${inWritable.layers}/${String(index)}/`)),
  ];
};

const own = ({ base }: RootOptions, path: string, mountOptions: string, type = 'tmpfs'): MountEntry => ({
  source: 'podpass',
  target: `${base}/root${path}`,
  type,
  options: mountOptions,
});

const masks = (options: RootOptions, below: string): readonly MountEntry[] =>
  maskedFolders.filter((path) => isBelow(path, below) && isFolder(path)).map((path) => own(options, path, `ro,${inert},size=4k`));

/** What makes the root file system, with nothing of a pod in it. */
export const rootTable = (options: RootOptions): readonly MountEntry[] => {
  const root = `${options.base}/root`;
  const access = options.readOnly ? 'ro' : 'rw';
  return [
    ...rootOf(options),
    own(options, '/proc', inert, 'proc'),
    ...readOnlyProc
      .filter((path) => existsSync(path))
      .map((path): MountEntry => ({ source: `${root}${path}`, target: `${root}${path}`, type: none, options: `bind,ro,${inert}` })),
    ...maskedProcFiles
      .filter((path) => existsSync(path))
      .map((path): MountEntry => ({ source: '/dev/null', target: `${root}${path}`, type: none, options: 'bind' })),
    ...masks(options, '/proc'),
    ...options.masked.map((path) => own(options, path, `${inert},mode=0755,size=1m,X-mount.mkdir`)),
    own(options, '/tmp', `${access},nosuid,nodev,mode=1777,size=${defaults.temporary}`),
    own(options, '/run', `${access},nosuid,nodev,mode=0755,size=${defaults.temporary}`),
    ...devices.filter((name) => existsSync(`/dev/${name}`)).map((name) => device(root, `/dev/${name}`)),
    own(options, '/dev/pts', 'nosuid,noexec,newinstance,ptmxmode=0666,mode=0620', 'devpts'),
    own(options, '/dev/shm', `${inert},mode=1777,size=${defaults.shm}`),
  ];
};

/**
 * What shows the pod's network, and brings the sources of the volumes within reach. Mounted in that network, while the machine's root still
 * is there.
 */
export const podTable = (options: TableOptions): readonly MountEntry[] => {
  const { base, stage, isolation, rootless } = options;
  const root = `${base}/root`;
  return [
    // Only root may mount what tells of the machine's devices. It shows the network in which it is mounted.
    ...(rootless ? [] : [own(options, '/sys', `ro,${inert}`, 'sysfs'), ...masks(options, '/sys')]),
    { source: `${base}/stage`, target: `${root}/dev/${stage}`, type: none, options: 'bind,X-mount.mkdir' },
    // Read-only here already: a sub path may lead through a link to anywhere in the container's root, and so to here.
    ...isolation.mounts.map(({ source, readOnly }, index) =>
      bind(options, source, `${root}/dev/${stage}/${String(index)}`, readOnly ? ['ro'] : []),
    ),
  ];
};

const staged = (stage: string, index: number, subPath: string): string => posix.join('/dev', stage, String(index), subPath);

/** What the pod asked for. Mounted inside the new root. The last line hides where the sources were. */
export const volumeTable = (options: TableOptions): readonly MountEntry[] => [
  ...options.isolation.mounts.map(({ source, target, subPath, file, readOnly }, index) => ({
    // With everything that is mounted below: a link to the root must not show what lies under the masks.
    ...bind(options, source, target, [
      ...(subPath === '' ? [] : ['rbind']),
      ...(readOnly ? ['ro'] : []),
      ...(file ? [] : ['X-mount.mkdir']),
    ]),
    source: staged(options.stage, index, subPath),
  })),
  { source: 'podpass', target: `/dev/${options.stage}`, type: 'tmpfs', options: `ro,${inert},mode=0700,size=4k` },
];

export interface Places {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** Where a path of the container will be, as long as the volumes are only staged: in one of them, or in the root. */
const placeOf = (mounts: readonly PlannedMount[], stage: string, path: string, self?: number): string => {
  let found = path;
  let best = 0;
  for (const [index, { target, subPath, file }] of mounts.entries()) {
    if (index === self || file || !isBelow(path, target) || target.length < best || (self !== undefined && path === target)) continue;
    best = target.length;
    found = staged(stage, index, posix.join(subPath, path.slice(target.length)));
  }
  return found;
};

/** What must exist before the volumes are mounted: mount points of files, sub paths, the working directory. */
export const places = ({ isolation: { mounts, privileges }, stage }: TableOptions, cwd: string): Places => {
  const entries = [...mounts.entries()];
  return {
    files: entries.filter(([, { file }]) => file).map(([index, { target }]) => placeOf(mounts, stage, target, index)),
    folders: [
      ...entries.filter(([, { file, subPath }]) => !file && subPath !== '').map(([index, { subPath }]) => staged(stage, index, subPath)),
      ...entries
        .filter(([, { file }]) => !file && privileges.readOnlyRoot)
        .map(([index, { target }]) => placeOf(mounts, stage, target, index)),
      placeOf(mounts, stage, cwd),
    ],
  };
};
