import type { Clock } from '@podpass/kernel';

/** Even an unshifted clock may be set by the machine: no wait is longer without looking again. */
const coarse = 30_000;

/**
 * Waits until the platform's clock reaches `at` (milliseconds since the epoch), however it gets there: by running, by
 * being shifted, or never, while it is frozen. Resolves early when `signal` aborts.
 */
export const waitUntil = (clock: Clock, at: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const finish = () => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const look = () => {
      clearTimeout(timer);
      const left = at - clock.now();
      if (left <= 0 || signal.aborted) finish();
      else timer = setTimeout(look, Math.min(left, coarse)).unref();
    };
    const stop = clock.onChange(look);
    signal.addEventListener('abort', finish);
    look();
  });

/** Waits by the machine's time: for retries on the wire and for processes, which a shifted clock does not concern. */
export const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal.addEventListener('abort', finish);
  });

/** RFC 3339 in whole seconds, as Kubernetes writes times. */
export const timestamp = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/** RFC 3339 with six fractional digits, as Kubernetes writes MicroTime. */
export const microTimestamp = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, -1)}000Z`;
