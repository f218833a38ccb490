import type { Lifetime } from './lifetime.ts';

/** The lifetimes that have begun and not ended. */
export interface OpenExchanges extends Iterable<Lifetime> {
  add(lifetime: Lifetime): void;
  /** Does nothing when it is not there. */
  delete(lifetime: Lifetime): void;
}

/**
 * An array in which each lifetime knows its place, and not a `Set`: under load a set grows into table after table, each of which refers to the
 * next and to what it held. Once one of them is in the old generation, every request after it lives until the next full collection.
 */
export const createOpenExchanges = (): OpenExchanges => {
  const all: Lifetime[] = [];
  return {
    add(lifetime) {
      lifetime.place = all.length;
      all.push(lifetime);
    },
    delete(lifetime) {
      const { place } = lifetime;
      if (all[place] !== lifetime) return;
      const last = all.pop();
      if (last === undefined || last === lifetime) return;
      all[place] = last;
      last.place = place;
    },
    // Ending one takes it out, so a copy is walked.
    [Symbol.iterator]: () => [...all][Symbol.iterator](),
  };
};
