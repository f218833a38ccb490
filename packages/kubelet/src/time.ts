import type { Clock } from '@podpass/kernel';

export { microTimestamp, pause, timestamp } from '@podpass/kube-client';

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
