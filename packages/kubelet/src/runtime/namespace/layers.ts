import { accessSync, constants, readdirSync, readlinkSync } from 'node:fs';
import { posix } from 'node:path';
import { isBelow, type MachineMount } from './mounts.ts';
import { ownPlaces } from './wire.ts';

/** How the machine's root is put together where it cannot be one layer. */
export interface Layout {
  /** Folders that become an overlay each. */
  readonly folders: readonly string[];
  readonly links: readonly (readonly [path: string, target: string])[];
}

/** Deeper than this, a folder with mounts below it is left out. */
const deepest = 3;
/** Overlay options separate with characters that a path may hold: such folders are left out. */
const plain = /^[\w.@+-]+$/u;

const readable = (path: string): boolean => {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/**
 * In a user namespace the kernel makes no layer of a folder below which something is mounted, for that would show what
 * lies under the mount. So the root is split into the largest folders that are free of mounts.
 */
export const layoutOf = (mounts: readonly MachineMount[], folder = '/', depth = 0): Layout => {
  const folders: string[] = [];
  const links: (readonly [string, string])[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = posix.join(folder, entry.name);
    if (!plain.test(entry.name) || ownPlaces.some((place) => isBelow(path, place))) continue;
    if (entry.isSymbolicLink()) links.push([path, readlinkSync(path)]);
    else if (entry.isDirectory() && readable(path)) {
      if (!mounts.some((mount) => mount.path !== path && isBelow(mount.path, path))) folders.push(path);
      else if (depth < deepest) {
        const below = layoutOf(mounts, path, depth + 1);
        folders.push(...below.folders);
        links.push(...below.links);
      }
    }
  }
  return { folders, links };
};
