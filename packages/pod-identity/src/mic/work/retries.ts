import { createMultiMap } from '../state/multi-map.ts';
import { limits } from '../wire.ts';

/** Remembers what failed on which site, and when it is tried again without anybody changing anything. */
export interface Retries {
  /** Notes a failure in a situation: the same is not tried again before its time. */
  failed(siteId: string, key: string, situation: string): void;
  /** Whether the key failed in this very situation. */
  holds(key: string, situation: string): boolean;
  forget(key: string): void;
  /** Plans the next attempt for the site, at least `pause` milliseconds ahead. */
  schedule(siteId: string, pause: number): void;
  /** A round of the site without failures: the next failure starts with the shortest wait. */
  calm(siteId: string): void;
  /** Everything may be tried again; returns the keys. */
  release(): readonly string[];
  stop(): void;
  readonly size: number;
}

interface Failure {
  readonly siteId: string;
  readonly situation: string;
}

/** `onDue` gets the site and the keys whose time has come. */
export const createRetries = (onDue: (siteId: string, keys: readonly string[]) => void): Retries => {
  const failures = new Map<string, Failure>();
  const keysOf = createMultiMap<string>();
  const waits = new Map<string, number>();
  const timers = new Map<string, NodeJS.Timeout>();

  const forget = (key: string): void => {
    const failure = failures.get(key);
    if (failure === undefined) return;
    failures.delete(key);
    keysOf.delete(failure.siteId, key);
  };
  return {
    failed(siteId, key, situation) {
      forget(key);
      failures.set(key, { siteId, situation });
      keysOf.add(siteId, key);
    },
    holds: (key, situation) => failures.get(key)?.situation === situation,
    forget,
    schedule(siteId, pause) {
      if (timers.has(siteId)) return;
      const wait = waits.get(siteId) ?? limits.firstRetry;
      waits.set(siteId, Math.min(wait * 2, limits.longestRetry));
      const due = (): void => {
        timers.delete(siteId);
        const keys = [...keysOf.get(siteId)];
        for (const key of keys) forget(key);
        onDue(siteId, keys);
      };
      timers.set(siteId, setTimeout(due, Math.max(wait, pause)));
    },
    calm: (siteId) => waits.delete(siteId),
    release() {
      const keys = [...failures.keys()];
      for (const key of keys) forget(key);
      return keys;
    },
    stop() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
    get size() {
      return failures.size;
    },
  };
};
