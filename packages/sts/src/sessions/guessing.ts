import { interactiveLimits } from '../interactive/wire.ts';
import { digest } from './stamp.ts';

/** Bounds the guessing of user codes: a few wrong ones a minute from one browser, and a hundred from all together. */
export interface GuessLimit {
  /** Counts a guess as wrong before it is looked at, so that many at once are no way around the limit; false when there were too many. */
  take(browser: string): boolean;
  /** The guess that was taken was right: it counts no more. */
  giveBack(browser: string): void;
}

const minute = 60_000;

interface Count {
  readonly since: number;
  readonly wrong: number;
}

/**
 * `monotonic` gives milliseconds, `browser` is the secret of its cookie, of which only the digest is kept. A browser that drops its cookie is a new one,
 * so the bound on all is what stops a guesser.
 */
export const createGuessLimit = (monotonic: () => number): GuessLimit => {
  const browsers = new Map<string, Count>();
  let all: Count = { since: 0, wrong: 0 };
  const current = (count: Count | undefined): Count =>
    count && monotonic() - count.since < minute ? count : { since: monotonic(), wrong: 0 };
  const plus = (count: Count, change: number): Count => ({ ...count, wrong: Math.max(0, count.wrong + change) });
  return {
    take(browser) {
      const key = digest(browser);
      const own = current(browsers.get(key));
      const present = current(all);
      if (present.wrong >= interactiveLimits.guesses || own.wrong >= interactiveLimits.guessesPerBrowser) return false;
      browsers.delete(key);
      const [oldest] = browsers.size >= interactiveLimits.guessers ? browsers.keys() : [];
      if (oldest !== undefined) browsers.delete(oldest);
      browsers.set(key, plus(own, 1));
      all = plus(present, 1);
      return true;
    },
    giveBack(browser) {
      const key = digest(browser);
      browsers.set(key, plus(current(browsers.get(key)), -1));
      all = plus(current(all), -1);
    },
  };
};
