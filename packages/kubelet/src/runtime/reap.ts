import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@podpass/telemetry';
import { podFolders } from '../wire.ts';
import { survivors } from './pid-file.ts';
import { signalGroup } from './signal.ts';

/**
 * Ends the container processes that a crashed predecessor left behind. Only processes that it can prove to be the
 * recorded ones are touched: number and moment of start must both agree.
 */
export const reapOrphans = async (podsDir: string, log: Logger): Promise<number> => {
  const pods = await readdir(podsDir).catch(() => []);
  let ended = 0;
  for (const pod of pods) {
    const folder = join(podsDir, pod);
    for (const pid of await survivors(folder)) {
      if (signalGroup(pid, 'SIGKILL')) ended += 1;
      log.warn({ pid, pod }, 'Ended a container process that an earlier run left behind.');
    }
    await rm(join(folder, podFolders.processes), { recursive: true, force: true });
  }
  return ended;
};
