import { rm } from 'node:fs/promises';
import type { DataFolder } from './folder.ts';
import { writeFileWhole } from './write-file.ts';

/** What the command line needs to find and steer a running server. */
export interface RunState {
  readonly pid: number;
  /** URL of the CONNECT proxy. */
  readonly proxy: string;
  /** URL of the control interface. */
  readonly control: string;
  /** Port of the TLS listener on loopback. */
  readonly https: number;
  readonly startedAt: string;
  readonly controlToken: string;
}

export const writeRunFile = (folder: DataFolder, state: RunState): Promise<void> =>
  writeFileWhole(folder.run, `${JSON.stringify(state)}\n`);

export const removeRunFile = (folder: DataFolder): Promise<void> => rm(folder.run, { force: true });
