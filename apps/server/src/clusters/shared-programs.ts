import { readdirSync } from 'node:fs';
import path from 'node:path';

/** Folders of the machine that containers with a file system of their own do not see: they have fresh ones instead. */
const replaced = ['/tmp', '/run', '/dev/shm'] as const;

const isBelow = (file: string, folder: string): boolean => file === folder || file.startsWith(`${folder.replace(/\/$/, '')}/`);

/**
 * The platform's own files that bundled programs need, where containers would not see them otherwise. A folder that holds one
 * of the masked ones is shared in parts, so that nothing masked comes back.
 */
export const sharedPrograms = (folders: readonly string[], masked: readonly string[]): readonly { from: string; to: string }[] =>
  folders
    .filter((folder) => [...replaced, ...masked].some((hidden) => isBelow(folder, hidden)))
    .flatMap((folder) => partsOf(folder, masked))
    .map((place) => ({ from: place, to: place }));

/** How deep a folder is taken apart. */
const deepest = 8;

const partsOf = (folder: string, masked: readonly string[], depth = 0): readonly string[] => {
  if (masked.includes(folder) || depth > deepest) return [];
  if (!masked.some((hidden) => isBelow(hidden, folder))) return [folder];
  return readdirSync(folder).flatMap((name) => partsOf(path.join(folder, name), masked, depth + 1));
};
