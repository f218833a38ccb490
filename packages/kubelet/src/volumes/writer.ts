import { mkdir, readdir, readFile, readlink, rename, rm, stat, symlink, writeFile, chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomHex } from '@podpass/kernel';
import { ConfigError } from '../env/sources.ts';

export interface VolumeFile {
  readonly content: Buffer;
  /** Permission bits. */
  readonly mode: number;
}

/** The files of a volume by relative path. */
export type Payload = ReadonlyMap<string, VolumeFile>;

const dataLink = '..data';
const temporaryLink = '..data_tmp';

/** The API server refuses such paths too; what is written to disk is checked where it is written. */
const requireInside = (path: string): void => {
  const parts = path.split('/');
  if (
    path === '' ||
    path.startsWith('/') ||
    path.includes('\0') ||
    parts.some((part) => part === '' || part === '.' || part === '..') ||
    path.startsWith('..')
  ) {
    throw new ConfigError(`invalid path ${JSON.stringify(path)} in a volume`);
  }
};

const currentFolder = (folder: string): Promise<string | undefined> =>
  readlink(join(folder, dataLink)).then(
    (target) => join(folder, target),
    () => undefined,
  );

const filesBelow = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

const isSame = async (folder: string, payload: Payload): Promise<boolean> => {
  const files = await filesBelow(folder).catch(() => undefined);
  if (files?.length !== payload.size) return false;
  for (const name of files) {
    const wanted = payload.get(name);
    if (wanted === undefined) return false;
    const path = join(folder, name);
    const [content, { mode }] = await Promise.all([readFile(path), stat(path)]);
    if (!content.equals(wanted.content) || (mode & 0o777) !== wanted.mode) return false;
  }
  return true;
};

const writeAll = async (folder: string, payload: Payload): Promise<void> => {
  await mkdir(folder, { mode: 0o755 });
  for (const [name, { content, mode }] of payload) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await writeFile(path, content, { mode });
    // The mask of the process must not take bits away that the pod asked for.
    await chmod(path, mode);
  }
};

/** Makes the first parts of the paths visible, and takes away those that are no longer there. */
const linkNames = async (folder: string, payload: Payload): Promise<void> => {
  const wanted = new Set([...payload.keys()].map((name) => name.split('/')[0] ?? name));
  // Folders are mount points of other volumes inside this one: only links are the writer's.
  const entries = await readdir(folder, { withFileTypes: true });
  const present = new Set(entries.filter((entry) => entry.isSymbolicLink() && !entry.name.startsWith('..')).map(({ name }) => name));
  for (const name of wanted) if (!present.has(name)) await symlink(join(dataLink, name), join(folder, name));
  for (const name of present) if (!wanted.has(name)) await rm(join(folder, name), { force: true });
};

/**
 * Writes a volume so that readers see either all old or all new files: into a new folder, to which one symbolic link,
 * `..data`, is then swung. Returns whether anything changed. Source: the atomic writer in pkg/volume/util of Kubernetes.
 */
export const writeVolume = async (folder: string, payload: Payload): Promise<boolean> => {
  for (const name of payload.keys()) requireInside(name);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const before = await currentFolder(folder);
  if (before !== undefined && (await isSame(before, payload))) {
    await linkNames(folder, payload);
    return false;
  }
  const fresh = `..${randomHex(8)}`;
  await writeAll(join(folder, fresh), payload);
  await rm(join(folder, temporaryLink), { force: true });
  await symlink(fresh, join(folder, temporaryLink));
  await rename(join(folder, temporaryLink), join(folder, dataLink));
  await linkNames(folder, payload);
  const stale = (await readdir(folder)).filter((name) => name.startsWith('..') && name !== dataLink && name !== fresh);
  for (const name of stale) await rm(join(folder, name), { recursive: true, force: true });
  return true;
};
