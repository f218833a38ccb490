/**
 * The program that the crash test kills. It writes to the store file named by its first argument with several writers
 * at once, until killed, and prints one line for every acknowledged write: writer, sequence number, revision.
 */
import { openSqliteStore } from '../sqlite/open.ts';
import { transactionOf } from '../transaction.ts';
import type { Operation } from '../types.ts';
import { slotKey, slots, twinKey, valueOf, writers, writtenIn } from './crash-plan.ts';

const [, , file = ''] = process.argv;
const store = await openSqliteStore({ file });

/** How many revisions stay; small, so that rounds end amid compactions too. */
const kept = 300;

const lastOf = async (writer: number): Promise<number> => {
  const items = await Promise.all(Array.from({ length: slots }, (_, slot) => store.get(slotKey(writer, slot))));
  return Math.max(0, ...items.map(writtenIn));
};

const operations = (writer: number, sequence: number): Operation[] => [
  { op: 'put', key: slotKey(writer, sequence), value: valueOf(writer, sequence) },
  { op: 'put', key: twinKey(writer, sequence), value: valueOf(writer, sequence) },
  sequence % 2 === 0 ? { op: 'put', key: `odd/${writer}`, value: new Uint8Array(8) } : { op: 'delete', key: `odd/${writer}` },
];

const write = async (writer: number): Promise<void> => {
  for (let sequence = (await lastOf(writer)) + 1; ; sequence += 1) {
    const { revision } = await store.txn(transactionOf(operations(writer, sequence)));
    process.stdout.write(`${writer} ${sequence} ${revision}\n`);
    if (revision % kept === 0 && revision > kept) await store.compact(revision - kept);
  }
};

await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
