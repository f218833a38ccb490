/** At most this many pods are made or deleted in one go; the rest follows. */
export const burst = 500;

/**
 * Runs the attempts in batches of 1, 2, 4, …, so that what cannot work fails once and not a thousand times. Stops after the first batch
 * with a failure and throws the first of its errors.
 */
export const slowStart = async (attempts: readonly (() => Promise<unknown>)[]): Promise<void> => {
  let size = 1;
  for (let start = 0; start < attempts.length; start += size / 2) {
    const results = await Promise.allSettled(attempts.slice(start, start + size).map((attempt) => attempt()));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    size *= 2;
  }
};
