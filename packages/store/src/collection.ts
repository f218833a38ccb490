import { KernelError } from '@podpass/kernel';
import { createCodec, type CodecOptions } from './codec.ts';
import { createKeySpace } from './collection-keys.ts';
import { transact } from './transact.ts';
import { transactionOf } from './transaction.ts';
import type { Compare, KeyValue, Operation, Store } from './types.ts';

export interface Item<T> {
  readonly id: string;
  readonly value: T;
  /** Revision of the last write; the ETag and resourceVersion of wire surfaces derive from it. */
  readonly revision: number;
  readonly createRevision: number;
}

export interface CollectionOptions<T> extends CodecOptions<T> {
  /** The collection's name, such as `directory/applications`. Any text but the empty one. */
  readonly prefix: string;
}

export interface WriteOptions {
  /** Write only when the item's revision is this one; 0 means that it must not exist. Else `conflict` is thrown. */
  readonly expectRevision?: number;
}

export interface ItemPage<T> {
  readonly items: readonly Item<T>[];
  /** The revision of the snapshot that was read; pass it on to read further pages of the same one. */
  readonly revision: number;
  readonly remaining: number;
}

export interface ItemListOptions {
  readonly limit?: number;
  /** The id of the last item of the page before. */
  readonly after?: string;
  readonly revision?: number;
  /** Only ids that begin with this text. */
  readonly idPrefix?: string;
}

/** Typed JSON values under one prefix. Reads throw `corrupt` when a value cannot be decoded or unsealed. */
export interface Collection<T> {
  /** The prefix that all its keys share; see `createKeySpace`. */
  readonly prefix: string;
  get(id: string): Promise<Item<T> | undefined>;
  /** Throws `conflict` when the id is taken. */
  create(id: string, value: T): Promise<Item<T>>;
  put(id: string, value: T, options?: WriteOptions): Promise<Item<T>>;
  /**
   * Replaces the value by what `change` makes of it, and tries again when another writer came between; so `change` may
   * run several times. Returning the very value that was passed writes nothing. Throws `not-found` when there is none.
   */
  update(id: string, change: (value: T, item: Item<T>) => T | Promise<T>): Promise<Item<T>>;
  /** Returns what was deleted; undefined when there was nothing. */
  delete(id: string, options?: WriteOptions): Promise<Item<T> | undefined>;
  list(options?: ItemListOptions): Promise<ItemPage<T>>;
  /** The store key of an id. */
  key(id: string): string;
  /** Decodes a key-value of this collection, such as a watch event holds. */
  item(keyValue: KeyValue): Item<T>;
  /** For transactions over several collections: see `transact`. */
  putOperation(id: string, value: T): Operation;
  deleteOperation(id: string): Operation;
  /** Holds when the item's revision is `revision`; 0 means that it does not exist. */
  compare(id: string, revision: number): Compare;
}

/** Attempts of `update` before it gives up; each lost one means that another writer succeeded. */
const mostAttempts = 1000;

const conflict = (message: string, id: string): KernelError => new KernelError('conflict', message, { detail: { id } });

export const collection = <T>(store: Store, options: CollectionOptions<T>): Collection<T> => {
  const keys = createKeySpace(options.prefix);
  const codec = createCodec(options);
  const itemOf = (keyValue: KeyValue, value: T): Item<T> => ({
    id: keys.id(keyValue.key),
    value,
    revision: keyValue.modRevision,
    createRevision: keyValue.createRevision,
  });
  const item = (keyValue: KeyValue): Item<T> => itemOf(keyValue, codec.fromBytes(keyValue.key, keyValue.value));
  const compare = (id: string, revision: number): Compare => ({ key: keys.key(id), modRevision: revision });
  const expecting = (id: string, expected: number | undefined): Compare[] => (expected === undefined ? [] : [compare(id, expected)]);
  const putOperation = (id: string, value: T): Operation => {
    const key = keys.key(id);
    return { op: 'put', key, value: codec.toBytes(key, value) };
  };
  const deleteOperation = (id: string): Operation => ({ op: 'delete', key: keys.key(id) });
  const write = async (id: string, value: T, expected?: number): Promise<Item<T> | undefined> => {
    const result = await store.txn(transactionOf([putOperation(id, value)], expecting(id, expected)));
    const written = result.events[0]?.value;
    return written && itemOf(written, value);
  };
  const get = async (id: string): Promise<Item<T> | undefined> => {
    const keyValue = await store.get(keys.key(id));
    return keyValue && item(keyValue);
  };
  return {
    prefix: keys.prefix,
    key: (id) => keys.key(id),
    item,
    compare,
    putOperation,
    deleteOperation,
    get,
    async create(id, value) {
      const written = await write(id, value, 0);
      if (written === undefined) throw conflict('There is an item with this id already.', id);
      return written;
    },
    async put(id, value, { expectRevision } = {}) {
      const written = await write(id, value, expectRevision);
      if (written === undefined) throw conflict('The item has changed meanwhile.', id);
      return written;
    },
    async update(id, change) {
      for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
        const present = await get(id);
        if (present === undefined) throw new KernelError('not-found', 'There is no such item.', { detail: { id } });
        const next = await change(present.value, present);
        if (next === present.value) return present;
        const written = await write(id, next, present.revision);
        if (written !== undefined) return written;
      }
      throw conflict('The item changes too often to be updated.', id);
    },
    async delete(id, { expectRevision } = {}) {
      const { events } = await transact(store, transactionOf([deleteOperation(id)], expecting(id, expectRevision)));
      const previous = events[0]?.previous;
      return previous && item(previous);
    },
    async list({ limit, after, revision, idPrefix = '' } = {}) {
      const page = await store.list(keys.key(idPrefix), { limit, revision, after: after === undefined ? undefined : keys.key(after) });
      return { items: page.items.map(item), revision: page.revision, remaining: page.remaining };
    },
  };
};
