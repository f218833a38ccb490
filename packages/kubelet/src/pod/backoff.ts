import { restart } from '../wire.ts';

/** How long a container that ended waits before it starts again; milliseconds of the platform's clock. */
export interface RestartBackoff {
  /** The wait before the next start of a container that ran from `startedAt` to `endedAt`; 0 for at once. */
  next(startedAt: number, endedAt: number): number;
}

/** The first restart is immediate, then 10 s doubling to 5 min; ten minutes of running start over. */
export const createRestartBackoff = (): RestartBackoff => {
  let wait = 0;
  return {
    next(startedAt, endedAt) {
      if (endedAt - startedAt >= restart.reset) wait = 0;
      const now = wait;
      wait = wait === 0 ? restart.first : Math.min(wait * 2, restart.longest);
      return now;
    },
  };
};

/** `10s`, `1m20s`, `5m0s`: Go's way to write it. */
export const waitText = (milliseconds: number): string => {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${String(seconds)}s` : `${String(Math.floor(seconds / 60))}m${String(seconds % 60)}s`;
};

/** Whether a container that ended is started again. Sidecars (init containers with `Always`) always are. */
export const restarts = (policy: string, exitCode: number): boolean => policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
