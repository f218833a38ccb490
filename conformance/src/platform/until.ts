import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until `accept` holds, for at most `seconds` (default 60); returns the last answer in any case, so that the assertion shows it. */
export const until = async <T>(ask: () => Promise<T>, accept: (answer: T) => boolean, seconds = 60): Promise<T> => {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (accept(answer) || performance.now() > deadline) return answer;
    await sleep(150);
  }
};
