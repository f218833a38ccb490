import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Layout } from './layers.ts';
import { deviceLinks, devices, ownPlaces, places } from './wire.ts';

/**
 * Makes the folder that every container finds laid over the machine's root: mount points that are folders whatever the
 * machine has there, the device files' places, and a home of its own. Containers never write in it.
 * With a layout, it is the root itself, in which the machine's folders become layers of their own.
 */
export const makeSkeleton = async (folder: string, layout?: Layout): Promise<void> => {
  await rm(folder, { recursive: true, force: true });
  const folders = [...ownPlaces, '/dev/pts', '/dev/shm', places.home];
  for (const name of folders) await mkdir(join(folder, name), { recursive: true });
  // The mask of the platform's process must not make the root unreadable for other users of the container.
  for (const name of ['.', ...folders]) await chmod(join(folder, name), 0o755);
  await chmod(join(folder, places.temporary), 0o1777);
  await chmod(join(folder, places.home), 0o700);
  for (const name of layout?.folders ?? []) await mkdir(join(folder, name), { recursive: true });
  for (const [path, target] of layout?.links ?? []) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(target, join(folder, path));
  }
  for (const name of devices) await writeFile(join(folder, 'dev', name), '');
  for (const [name, target] of Object.entries(deviceLinks)) await symlink(target, join(folder, 'dev', name));
};
