import type { Clock } from '@podpass/kernel';
import { GraphError } from './errors.ts';

/** Wrong guesses that one subject has within the window. Entra's smart lockout begins after ten. */
const most = 10;
const windowSeconds = 60;
/** Subjects that are remembered. */
const mostSubjects = 10_000;

/** Bounds wrong guesses per subject: who holds a stolen token must not find the password by trying. */
export interface Guesses {
  /** Throws the 429 when the subject has no guess left. Counts this one. */
  readonly take: (subject: string) => void;
  /** Forgets the subject's guesses: the last one was right. */
  readonly forgive: (subject: string) => void;
}

export const createGuesses = (clock: Clock): Guesses => {
  const taken = new Map<string, { readonly since: number; count: number }>();
  return {
    take(subject) {
      const now = clock.seconds();
      const known = taken.get(subject);
      if (known && now - known.since < windowSeconds) {
        if (known.count >= most) throw new GraphError('tooManyRequests');
        known.count += 1;
        return;
      }
      taken.delete(subject);
      const [oldest] = taken.size >= mostSubjects ? taken.keys() : [];
      if (oldest !== undefined) taken.delete(oldest);
      taken.set(subject, { since: now, count: 1 });
    },
    forgive: (subject) => void taken.delete(subject),
  };
};
