import { lockout as limits } from '../wire.ts';

/**
 * Slows down the guessing of passwords: after ten wrong ones in a row an account is locked for a minute. An attempt counts
 * from its start, so that many at once are no way around.
 */
export interface Lockout {
  /** Counts an attempt; false when the account is locked. */
  begin(account: string): boolean;
  /** Forgets the account's failures after a right password. */
  succeed(account: string): void;
}

interface Failures {
  readonly count: number;
  readonly since: number;
}

/** `monotonic` gives milliseconds. Remembers a bounded number of accounts, and forgets the oldest first. */
export const createLockout = (monotonic: () => number): Lockout => {
  const accounts = new Map<string, Failures>();
  return {
    begin(account) {
      const now = monotonic();
      const known = accounts.get(account);
      const over = known !== undefined && now - known.since >= limits.seconds * 1000;
      if (known && !over && known.count >= limits.attempts) return false;
      accounts.delete(account);
      const [oldest] = accounts.size >= limits.accounts ? accounts.keys() : [];
      if (oldest !== undefined) accounts.delete(oldest);
      accounts.set(account, { count: over ? 1 : (known?.count ?? 0) + 1, since: now });
      return true;
    },
    succeed: (account) => void accounts.delete(account),
  };
};
