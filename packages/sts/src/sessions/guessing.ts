import { interactiveLimits } from '../interactive/wire.ts';

/** Bounds the guessing of user codes: a few wrong ones a minute from one browser, and a hundred from all together. */
export interface GuessLimit {
  isLocked(browser: string): boolean;
  /** Counts a wrong code. */
  wrong(browser: string): void;
}

const minute = 60_000;

interface Count {
  readonly since: number;
  readonly wrong: number;
}

/** `monotonic` gives milliseconds. A browser that drops its cookie is a new one, so the bound on all is what stops a guesser. */
export const createGuessLimit = (monotonic: () => number): GuessLimit => {
  const browsers = new Map<string, Count>();
  let all: Count = { since: 0, wrong: 0 };
  const current = (count: Count | undefined): Count =>
    count && monotonic() - count.since < minute ? count : { since: monotonic(), wrong: 0 };
  return {
    isLocked: (browser) =>
      current(all).wrong >= interactiveLimits.guesses || current(browsers.get(browser)).wrong >= interactiveLimits.guessesPerBrowser,
    wrong(browser) {
      const own = current(browsers.get(browser));
      browsers.delete(browser);
      const [oldest] = browsers.size >= interactiveLimits.guessers ? browsers.keys() : [];
      if (oldest !== undefined) browsers.delete(oldest);
      browsers.set(browser, { ...own, wrong: own.wrong + 1 });
      const present = current(all);
      all = { ...present, wrong: present.wrong + 1 };
    },
  };
};
