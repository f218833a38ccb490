import { chmod, readdir, writeFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, messageOf, systemCode } from '@podpass/kernel';
import { StartFailure } from '../start/failure.ts';
import { writeFileWhole } from './write-file.ts';

/** Where everything of one platform lives. Several platforms live side by side in several folders. */
export interface DataFolder {
  readonly root: string;
  readonly marker: string;
  readonly run: string;
  readonly lock: string;
  readonly masterKey: string;
  readonly database: string;
  readonly ca: string;
  readonly caBundle: string;
  /** The same certificates as `caBundle`, for Java. */
  readonly javaTrustStore: string;
  readonly admin: string;
  readonly images: string;
  readonly pods: string;
  readonly log: string;
}

const markerName = 'podpass.json';
/** The marker before it is moved to its name; see `writeFileWhole`. */
const unfinishedMarker = /^podpass\.json\.\d+\.part$/;

export const dataFolder = (root: string): DataFolder => ({
  root,
  marker: path.join(root, markerName),
  run: path.join(root, 'run.json'),
  lock: path.join(root, 'lock'),
  masterKey: path.join(root, 'master.key'),
  database: path.join(root, 'podpass.db'),
  ca: path.join(root, 'ca.pem'),
  caBundle: path.join(root, 'ca-bundle.pem'),
  javaTrustStore: path.join(root, 'ca-trust.p12'),
  admin: path.join(root, 'admin.json'),
  images: path.join(root, 'images.json'),
  pods: path.join(root, 'pods'),
  log: path.join(root, 'logs', 'server.log'),
});

const layout = 1;

/**
 * Opens or creates a data folder: readable by its owner only, and marked as Podpass's own so that nothing foreign is
 * ever overwritten or reset. Throws StartFailure `data-unwritable`, `data-foreign` or `data-corrupt`.
 */
export const openDataFolder = async (root: string): Promise<DataFolder> => {
  const folder = dataFolder(root);
  try {
    await makeFolder(root);
    const names = await readdir(root);
    if (!names.includes(markerName)) {
      // Another start may be making the folder this very moment.
      const foreign = names.some((name) => name !== 'logs' && !unfinishedMarker.test(name));
      if (foreign && !(await readdir(root)).includes(markerName))
        throw new StartFailure('data-foreign', `The folder ${root} is not empty and was not made by Podpass.`, {
          hint: 'Name another folder with --data.',
        });
      await chmod(root, 0o700);
      await writeFileWhole(folder.marker, `${JSON.stringify({ layout })}\n`);
    }
    await Promise.all([folder.pods, path.dirname(folder.log), path.join(root, 'azure'), path.join(root, 'kube')].map(makeFolder));
    await writeFile(path.join(root, '.writable'), '', { mode: 0o600 });
    const marker: unknown = JSON.parse(await readFile(folder.marker, 'utf8'));
    if (JSON.stringify(marker) !== JSON.stringify({ layout }))
      throw new StartFailure('data-corrupt', `The data folder ${root} has a layout that this version does not know.`, {
        hint: 'Use the version that made it, or `podpass reset` to start anew.',
      });
    return folder;
  } catch (cause) {
    if (cause instanceof StartFailure) throw cause;
    if (cause instanceof SyntaxError)
      throw new StartFailure('data-corrupt', `The file ${folder.marker} is damaged.`, {
        hint: 'Restore it from a backup, or `podpass reset` to start anew.',
        cause,
      });
    const reason = {
      EACCES: 'no permission',
      EPERM: 'no permission',
      EROFS: 'the file system is read-only',
      ENOSPC: 'the disk is full',
      ENOTDIR: 'a part of the path is a file',
      EEXIST: 'a file of that name exists',
    }[systemCode(cause) ?? ''];
    throw new StartFailure('data-unwritable', `The data folder ${root} cannot be written: ${reason ?? messageOf(cause)}.`, {
      hint: 'Name another folder with --data, or mend its permissions.',
      cause,
    });
  }
};
