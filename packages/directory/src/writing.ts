import { KernelError } from '@podpass/kernel';
import { transactionOf, type Compare, type Operation, type Store } from '@podpass/store';
import { writeAttempts } from './limits.ts';
import type { State } from './state.ts';

/** A name that must be free, and what to say when it is not. */
export interface Claim {
  readonly name: string;
  readonly taken: string;
  /** The property that holds the name, for wire surfaces. */
  readonly property: string;
}

/** Creates objects and claims their names, all or nothing. Throws KernelError `conflict` when a name is taken. */
export const createClaiming = async (
  state: State,
  wanted: readonly Claim[],
  operations: readonly Operation[],
  compare: readonly Compare[] = [],
): Promise<void> => {
  const claimed = wanted.map(({ name }) => state.names.putOperation(name, {}));
  const free = wanted.map(({ name }) => state.names.compare(name, 0));
  const { succeeded } = await state.store.txn(transactionOf([...operations, ...claimed], [...compare, ...free]));
  if (succeeded) return;
  const present = await Promise.all(wanted.map(({ name }) => state.names.get(name)));
  throw takenBy(wanted.find((_, index) => present[index])) ?? beingChanged();
};

const takenBy = (claim: Claim | undefined): KernelError | undefined =>
  claim && new KernelError('conflict', claim.taken, { detail: { property: claim.property } });

const beingChanged = () => new KernelError('conflict', 'The object is being changed by others. Try again.');

/** Whether a guarded key exists in the store, as of the revisions that the write depends on. */
export type Exists = (key: string) => boolean;

/**
 * Reads the revisions of `guarded` keys, lets `plan` decide on what is in memory, and writes on the condition that the keys
 * did not change meanwhile; tries again a few times, then throws KernelError `conflict`. Returns false, and writes
 * nothing, when `plan` returns undefined.
 */
export const writeGuarded = async (
  store: Store,
  guarded: readonly string[],
  plan: (exists: Exists) => readonly Operation[] | undefined,
): Promise<boolean> => {
  for (let attempt = 0; attempt < writeAttempts; attempt += 1) {
    const compare = await presentRevisions(store, guarded);
    const existing = new Set(compare.filter(({ modRevision }) => modRevision > 0).map(({ key }) => key));
    const operations = plan((key) => existing.has(key));
    if (operations === undefined) return false;
    if ((await store.txn(transactionOf(operations, compare))).succeeded) return true;
  }
  throw beingChanged();
};

/** The present revision of each key, as conditions for a transaction; 0 for a key that does not exist. */
export const presentRevisions = (store: Store, guarded: readonly string[]): Promise<readonly Compare[]> =>
  Promise.all([...new Set(guarded)].map(async (key) => ({ key, modRevision: (await store.get(key))?.modRevision ?? 0 })));

/** Operations that move an object's claims from the names it has to those it shall have. Throws KernelError `conflict` for one that is taken. */
export const moveClaims = (state: State, exists: Exists, move: { from: readonly string[]; to: readonly Claim[] }): Operation[] => {
  const held = new Set(move.from);
  const kept = new Set(move.to.map(({ name }) => name));
  const fresh = move.to.filter(({ name }) => !held.has(name));
  const taken = takenBy(fresh.find(({ name }) => exists(state.names.key(name))));
  if (taken) throw taken;
  return [
    ...[...kept].filter((name) => !held.has(name)).map((name) => state.names.putOperation(name, {})),
    ...[...held].filter((name) => !kept.has(name)).map((name) => state.names.deleteOperation(name)),
  ];
};
