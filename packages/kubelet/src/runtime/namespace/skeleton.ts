import { execFile } from 'node:child_process';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Layout } from './layers.ts';
import { deviceLinks, devices, inWritable, ownPlaces, places, podFiles, toolPath } from './wire.ts';

/**
 * Makes the folder of which every container gets a copy for what it writes. `upper` is what it finds laid over the machine's root: mount
 * points that are folders whatever the machine has there, the device files' places, and a home of its own. With a layout, it is the root
 * itself, in which the machine's folders become layers of their own. Beside it is what the layers and the start need. Containers never
 * write in the original.
 */
export const makeSkeleton = async (folder: string, layout?: Layout): Promise<void> => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const piped = promisify(execFile)('mkfifo', [inWritable.ready, inWritable.go], { cwd: folder, env: { PATH: toolPath } });
  // Awaited at the end; what fails before must not leave it without anybody who hears of its own failure.
  piped.catch(() => undefined);
  const upper = join(folder, inWritable.upper);
  const folders = [...ownPlaces, '/dev/pts', '/dev/shm', places.home, ...(layout === undefined ? ['/etc'] : [])];
  const layers = (layout?.folders ?? []).map((_, index) => join(folder, inWritable.layers, String(index)));
  for (const name of folders) await mkdir(join(upper, name), { recursive: true });
  for (const place of [folder, ...layers])
    for (const part of [inWritable.upper, inWritable.work]) await mkdir(join(place, part), { recursive: true });
  // The mask of the platform's process must not make the root unreadable for other users of the container.
  for (const name of ['.', ...folders]) await chmod(join(upper, name), 0o755);
  for (const place of layers) await chmod(join(place, inWritable.upper), 0o755);
  await chmod(join(upper, places.temporary), 0o1777);
  await chmod(join(upper, places.home), 0o700);
  for (const name of layout?.folders ?? []) await mkdir(join(upper, name), { recursive: true });
  for (const [path, target] of layout?.links ?? []) {
    await mkdir(dirname(join(upper, path)), { recursive: true });
    await symlink(target, join(upper, path));
  }
  // Files of the pod's own, which no link of the machine's can lead elsewhere.
  for (const name of layout === undefined ? podFiles : []) {
    await writeFile(join(upper, name), '');
    await chmod(join(upper, name), 0o644);
  }
  for (const name of devices) await writeFile(join(upper, 'dev', name), '');
  for (const [name, target] of Object.entries(deviceLinks)) await symlink(target, join(upper, 'dev', name));
  await piped;
};
