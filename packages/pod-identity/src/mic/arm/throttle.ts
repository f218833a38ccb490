import { CloudError } from '../cloud.ts';
import { arm } from '../wire.ts';

/** Remembers what was throttled, for each scale set and operation by itself. */
export interface Throttle {
  /** Throws CloudError `throttled` while a pause lasts. */
  check(key: string, client: string): void;
  /** Notes a 429 and returns the error for it. `retryAfter` is the header: seconds or an HTTP date. */
  note(key: string, client: string, retryAfter: string | undefined): CloudError;
}

/** Milliseconds that a Retry-After header asks for; RFC 9110, 10.2.3. */
export const retryAfterOf = (header: string | undefined, now: number): number => {
  if (header === undefined) return arm.defaultRetry;
  if (/^\d{1,6}$/.test(header.trim())) return Number(header.trim()) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? arm.defaultRetry : Math.max(0, at - now);
};

export const createThrottle = (now: () => number): Throttle => {
  const until = new Map<string, { readonly machine: number; readonly shown: string }>();
  const error = (client: string, shown: string, left: number): CloudError =>
    new CloudError('throttled', `${client} client throttled, retry after: ${shown}`, left);
  return {
    check(key, client) {
      const noted = until.get(key);
      if (noted === undefined) return;
      const left = noted.machine - performance.now();
      if (left > 0) throw error(client, noted.shown, left);
      until.delete(key);
    },
    note(key, client, retryAfter) {
      const left = retryAfterOf(retryAfter, now());
      const shown = new Date(now() + left).toISOString();
      until.set(key, { machine: performance.now() + left, shown });
      return error(client, shown, left);
    },
  };
};
