/** Pauses that double each time, per key, and are forgotten after twice the longest of them. */
export interface Backoff {
  /** Milliseconds to wait for now; 0 when it may go ahead, which begins the next, longer pause. */
  wait(key: string): number;
}

/** Creates a backoff. Times are milliseconds of the monotonic clock. */
export const createBackoff = (first: number, longest: number, monotonic: () => number): Backoff => {
  const entries = new Map<string, { until: number; pause: number }>();
  const forget = (now: number) => {
    for (const [key, entry] of entries) if (entry.until + 2 * longest < now) entries.delete(key);
  };
  return {
    wait(key) {
      const now = monotonic();
      forget(now);
      const entry = entries.get(key);
      if (entry !== undefined && entry.until > now) return entry.until - now;
      const pause = entry === undefined ? first : Math.min(entry.pause * 2, longest);
      entries.set(key, { until: now + pause, pause });
      return 0;
    },
  };
};
