/** Waits by the machine's time, which neither a shifted nor a frozen clock of the platform concerns. Resolves early when `signal` aborts. */
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

/** Milliseconds of the machine's monotonic clock. */
export const elapsed = (): number => performance.now();

/** RFC 3339 in whole seconds, as Kubernetes writes times. */
export const timestamp = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/** RFC 3339 with six fractional digits, as Kubernetes writes MicroTime. */
export const microTimestamp = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, -1)}000Z`;
