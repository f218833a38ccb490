import { rm } from 'node:fs/promises';
import { callControl } from './control.ts';
import type { DataFolder } from './folder.ts';
import { signal, waitForEnd } from './process.ts';
import type { RunState } from './run-state.ts';

/** How a server came to its end: by itself, or because it was made to. */
export type StopManner = 'graceful' | 'terminated' | 'killed';

const graceful = 15_000;
const terminated = 5000;

/** Stops a server: asks it, then sends SIGTERM, then SIGKILL. Returns once its process is gone. */
export const stopServer = async (folder: DataFolder, run: RunState): Promise<StopManner> => {
  const asked = await callControl(run, { method: 'POST', path: '/shutdown', timeout: 5000 }).then(
    () => true,
    () => false,
  );
  if (asked && (await waitForEnd(run.pid, graceful))) return 'graceful';
  signal(run.pid, 'SIGTERM');
  if (await waitForEnd(run.pid, terminated)) return 'terminated';
  signal(run.pid, 'SIGKILL');
  await waitForEnd(run.pid, terminated);
  await rm(folder.run, { force: true });
  return 'killed';
};
