import type { Envelope } from '@podpass/crypto';
import { collection, mirror, type Collection, type Mirror, type Store } from '@podpass/store';
import type { PageOptions } from './directory-types.ts';
import { joined } from './keys.ts';

/** A kind of object: where it is written, and where it is read. */
export interface Table<T> {
  readonly written: Collection<T>;
  readonly read: Mirror<T>;
}

export interface TableOptions<T> {
  readonly sealed?: Envelope | undefined;
  /** Completes records of earlier versions; see `records.ts`. */
  readonly decode?: (json: unknown) => T;
  /** See `MirrorOptions`; default `eager`. */
  readonly decoding?: 'eager' | 'lazy';
}

/** Opens a table: loads its values and follows the store. Throws KernelError `corrupt` when one cannot be read. */
export const openTable = async <T>(
  store: Store,
  prefix: string,
  { sealed, decode, decoding = 'eager' }: TableOptions<T> = {},
): Promise<Table<T>> => {
  const written = collection<T>(store, { prefix, ...(sealed ? { sealed } : {}), ...(decode ? { decode } : {}) });
  return { written, read: await mirror(store, written, { decoding }) };
};

/** Counts values by a key of theirs as they come and go, so that a count never walks a list. */
export const counterOf = <T>({ read }: Table<T>, keyOf: (value: T) => string): ((key: string) => number) => {
  const counts = new Map<string, number>();
  const add = (value: T, difference: number) => {
    const key = keyOf(value);
    const count = (counts.get(key) ?? 0) + difference;
    if (count > 0) counts.set(key, count);
    else counts.delete(key);
  };
  for (const value of read.values()) add(value, 1);
  read.onChange(({ item, previous }) => {
    if (previous) add(previous.value, -1);
    if (item) add(item.value, 1);
  });
  return (key) => counts.get(key) ?? 0;
};

/** Counts values by tenant. */
export const tenantCounter = <T extends { readonly tenantId: string }>(table: Table<T>): ((tenantId: string) => number) => {
  const count = counterOf(table, ({ tenantId }) => tenantId);
  return (tenantId) => count(tenantId.toLowerCase());
};

/**
 * A page of a tenant's objects: the store gives the keys in order, the mirror their values, so that nothing is decoded, sorted or
 * walked beyond the page. Only for tables whose ids are tenant and object id.
 */
export const pageOf = async <T>(store: Store, table: Table<T>, tenantId: string, { after, limit }: PageOptions): Promise<readonly T[]> => {
  const { written, read } = table;
  const prefix = written.key(joined(tenantId, ''));
  const values: T[] = [];
  let last = after === undefined ? undefined : prefix + after.toLowerCase();
  while (values.length < limit) {
    const { items, remaining } = await store.list(prefix, { limit: limit - values.length, ...(last === undefined ? {} : { after: last }) });
    for (const { key } of items) {
      const value = read.get(key.slice(written.prefix.length));
      if (value !== undefined) values.push(value);
    }
    last = items.at(-1)?.key;
    if (remaining === 0 || last === undefined) break;
  }
  return values;
};
