import { readFile, rm } from 'node:fs/promises';
import { isObject, parseJson, systemCode } from '@podpass/kernel';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { callControl, ControlUnreachable } from './control.ts';
import type { DataFolder } from './folder.ts';
import { isAlive } from './process.ts';

/** What a running server writes down for the command line. */
export interface RunState {
  readonly pid: number;
  readonly proxy: string;
  readonly control: string;
  readonly https: number;
  readonly startedAt: string;
  readonly controlToken: string;
}

/** A platform that answers, and what it says of itself. */
export interface RunningPlatform {
  readonly run: RunState;
  readonly status: Readonly<Record<string, unknown>>;
}

/**
 * The running platform of a data folder, or undefined. A file that a crashed server left behind is removed. Throws CliFailure when
 * a server is there and does not answer as one.
 */
export const findPlatform = async (folder: DataFolder): Promise<RunningPlatform | undefined> => {
  const run = await readRunState(folder);
  if (!run) return undefined;
  if (!(await isAlive(run.pid))) return forget(folder);
  try {
    const status = await callControl(run, { method: 'GET', path: '/status', timeout: 5000 });
    return { run, status: isObject(status) ? status : {} };
  } catch (thrown) {
    // The process id belongs to somebody else by now.
    if (thrown instanceof ControlUnreachable && thrown.refused) return forget(folder);
    throw thrown;
  }
};

/** The running platform. Throws CliFailure with exit code 3 when there is none. */
export const requirePlatform = async (folder: DataFolder): Promise<RunningPlatform> => {
  const platform = await findPlatform(folder);
  if (platform) return platform;
  throw new CliFailure('not-running', 'The platform is not running.', {
    why: `No server uses the data folder ${folder.root}.`,
    next: 'Start it with `podpass up --detach`, or name another folder with --data.',
    exitCode: exitCodes.notRunning,
  });
};

const forget = async (folder: DataFolder): Promise<undefined> => {
  await rm(folder.run, { force: true }).catch(() => undefined);
};

const readRunState = async (folder: DataFolder): Promise<RunState | undefined> => {
  let text: string;
  try {
    text = await readFile(folder.run, 'utf8');
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT' || systemCode(thrown) === 'ENOTDIR') return undefined;
    throw new CliFailure('data-unreadable', `The file ${folder.run} cannot be read.`, {
      why: systemCode(thrown) ?? 'unknown',
      next: 'Run podpass as the user who started the platform.',
      cause: thrown,
    });
  }
  const value = parseJson(text);
  // A half-written file belongs to a server that is only starting, or to one that crashed while it did.
  return isRunState(value) ? value : undefined;
};

const isRunState = (value: unknown): value is RunState =>
  isObject(value) &&
  Number.isInteger(value['pid']) &&
  Number(value['pid']) > 1 &&
  ['proxy', 'control', 'controlToken'].every((name) => typeof value[name] === 'string') &&
  ['proxy', 'control'].every((name) => /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}\/?$/.test(String(value[name])));
