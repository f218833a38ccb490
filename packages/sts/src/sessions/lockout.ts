import { lockout as limits, slowHashes } from '../wire.ts';
import { createSlowHashes, type SlowHashes } from './slow-hashes.ts';

type Attempt = 'right' | 'wrong' | 'locked';

/** Slows down the guessing of passwords: after ten wrong ones in a row an account is locked for a minute. */
export interface Lockout {
  /**
   * Runs `check` unless the account is locked. Attempts at one account wait for each other, so that many wrong ones at
   * once are no way around the limit, and many right ones at once do not look like wrong ones.
   */
  attempt(account: string, check: () => Promise<boolean>): Promise<Attempt>;
}

interface Failures {
  readonly count: number;
  readonly since: number;
}

/**
 * `monotonic` gives milliseconds. Remembers a bounded number of accounts, and forgets the oldest first. An attempt that finds no place among the
 * slow hashes fails with AADSTS90033 and counts for nothing.
 */
export const createLockout = (monotonic: () => number, slowly: SlowHashes = createSlowHashes(slowHashes.passwords)): Lockout => {
  const accounts = new Map<string, Failures>();
  const last = new Map<string, Promise<unknown>>();

  const fail = (account: string, count: number) => {
    accounts.delete(account);
    const [oldest] = accounts.size >= limits.accounts ? accounts.keys() : [];
    if (oldest !== undefined) accounts.delete(oldest);
    accounts.set(account, { count, since: monotonic() });
  };

  const decide = async (account: string, check: () => Promise<boolean>): Promise<Attempt> => {
    const known = accounts.get(account);
    const over = known !== undefined && monotonic() - known.since >= limits.seconds * 1000;
    const count = known === undefined || over ? 0 : known.count;
    if (count >= limits.attempts) return 'locked';
    if (await slowly(check)) {
      accounts.delete(account);
      return 'right';
    }
    fail(account, count + 1);
    return 'wrong';
  };

  return {
    async attempt(account, check) {
      const mine = (last.get(account) ?? Promise.resolve()).then(() => decide(account, check));
      const settled = mine.catch(() => undefined);
      last.set(account, settled);
      try {
        return await mine;
      } finally {
        if (last.get(account) === settled) last.delete(account);
      }
    },
  };
};
