import type { KeyValue, Store } from '../types.ts';
import { slotKey, slots, twinKey, valueOf, writers, writtenIn } from './crash-plan.ts';

export interface Acknowledgement {
  readonly writer: number;
  readonly sequence: number;
  readonly revision: number;
}

const same = (item: KeyValue | undefined, writer: number, sequence: number): boolean =>
  item !== undefined && Buffer.compare(item.value, valueOf(writer, sequence)) === 0;

/** The value of each revision's slot write that is still in the history. */
const historyOf = (store: Store): Map<number, KeyValue> => {
  const history = new Map<number, KeyValue>();
  store
    .watch('slot/', { from: store.compactedRevision }, (events) => {
      for (const { revision, value } of events) if (value !== undefined) history.set(revision, value);
    })
    .close();
  return history;
};

const checkOrder = (acknowledged: readonly Acknowledgement[], before: number, present: number): string[] => {
  const problems: string[] = [];
  const last = new Map<number, number>();
  if (new Set(acknowledged.map(({ revision }) => revision)).size !== acknowledged.length)
    problems.push('a revision was acknowledged twice');
  for (const { writer, sequence, revision } of acknowledged) {
    if (revision <= (last.get(writer) ?? before)) problems.push(`revision ${revision} of write ${writer}/${sequence} does not increase`);
    if (revision > present) problems.push(`revision ${revision} of write ${writer}/${sequence} is beyond the present one`);
    last.set(writer, revision);
  }
  return problems;
};

const checkSlots = async (store: Store, newest: ReadonlyMap<string, Acknowledgement>): Promise<string[]> => {
  const problems: string[] = [];
  for (let writer = 0; writer < writers; writer += 1) {
    for (let slot = 0; slot < slots; slot += 1) {
      const key = slotKey(writer, slot);
      const [item, twin] = [await store.get(key), await store.get(twinKey(writer, slot))];
      const stored = writtenIn(item);
      const expected = newest.get(key);
      if (stored > 0 && !same(item, writer, stored)) problems.push(`${key} holds an altered value`);
      if (stored !== writtenIn(twin) || item?.modRevision !== twin?.modRevision) problems.push(`${key} and its twin differ`);
      if (expected !== undefined && stored < expected.sequence) problems.push(`${key} lost the acknowledged write ${expected.sequence}`);
      if (stored === expected?.sequence && item?.modRevision !== expected.revision) problems.push(`${key} has another revision`);
    }
  }
  return problems;
};

/** Compares a reopened store with what was acknowledged before the kill; `before` is the revision that the round began at. */
export const checkRound = async (store: Store, acknowledged: readonly Acknowledgement[], before: number): Promise<string[]> => {
  const problems = checkOrder(acknowledged, before, store.revision);
  const history = historyOf(store);
  const newest = new Map<string, Acknowledgement>();
  for (const each of acknowledged) {
    newest.set(slotKey(each.writer, each.sequence), each);
    if (each.revision <= store.compactedRevision) continue;
    if (!same(history.get(each.revision), each.writer, each.sequence))
      problems.push(`revision ${each.revision} is not in the history as written`);
  }
  return [...problems, ...(await checkSlots(store, newest))];
};
