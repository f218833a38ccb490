import type { KeyValue } from '../types.ts';

/** What the crash test's writer and checker agree upon. */
export const writers = 16;

/** Keys of each writer, written in turn. */
export const slots = 40;

export const slotKey = (writer: number, sequence: number): string => `slot/${writer}/${sequence % slots}`;

/** Written in the same transaction as the slot; both must always agree. */
export const twinKey = (writer: number, sequence: number): string => `twin/${writer}/${sequence % slots}`;

/** The value of one write, of varying length; it begins with its sequence number. */
export const valueOf = (writer: number, sequence: number): Uint8Array =>
  new TextEncoder().encode(`${sequence} ${`${writer}.`.repeat((sequence * 37) % 600)}`);

/** The sequence number that a stored value belongs to; 0 when there is none. */
export const writtenIn = (item: KeyValue | undefined): number =>
  item === undefined ? 0 : Number.parseInt(new TextDecoder().decode(item.value), 10);
