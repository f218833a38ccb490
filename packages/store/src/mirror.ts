import { messageOf } from '@podpass/kernel';
import type { Item } from './collection.ts';
import { createMirrorIndex, type Filed, type IndexKeys, type Lookup, type MirrorIndex } from './mirror-index.ts';
import type { KeyValue, Store, WatchEvent } from './types.ts';

/** What can be mirrored: a `Collection`, or `rawSource` for plain keys. */
export interface MirrorSource<T> {
  readonly prefix: string;
  item(keyValue: KeyValue): Item<T>;
}

export interface MirrorChange<T> {
  readonly id: string;
  /** Undefined when the item was deleted. */
  readonly item: Item<T> | undefined;
  /** Undefined when the item was created. */
  readonly previous: Item<T> | undefined;
  /** Revision of the transaction. */
  readonly revision: number;
}

export interface MirrorOptions {
  /**
   * Told of a value that cannot be decoded. The item then counts as absent, so that nothing is granted upon a stale
   * one. A process warning when not given.
   */
  readonly report?: (message: string) => void;
  /**
   * `lazy` keeps items as they are stored and decodes them when they are asked for, each time anew save for what look-ups have at hand. For
   * collections that are large and of which few are in use: a decoded item takes several times the memory. Default `eager`.
   */
  readonly decoding?: 'eager' | 'lazy';
}

/** A decoded copy of a prefix in memory, current as soon as a writer's promise settles. Its values are shared: never change them. */
export interface Mirror<T> {
  get(id: string): T | undefined;
  item(id: string): Item<T> | undefined;
  /** All values, in no particular order. */
  values(): Iterable<T>;
  items(): Iterable<Item<T>>;
  readonly size: number;
  /** The revision of the last change that was applied. */
  readonly revision: number;
  /** Adds a secondary index, kept up to date from now on. Add it once and keep the look-up. */
  index(keysOf: IndexKeys<T>): Lookup<T>;
  /**
   * Called for every change once all items of its transaction are in place (in this mirror; other mirrors of the same
   * store may follow). Must not throw. Returns a function that stops it.
   */
  onChange(listener: (change: MirrorChange<T>) => void): () => void;
  close(): void;
}

/** A source of the raw key-values under a prefix; an id is the key without the prefix. */
export const rawSource = (prefix: string): MirrorSource<KeyValue> => ({
  prefix,
  item: (keyValue) => ({
    id: keyValue.key.slice(prefix.length),
    value: keyValue,
    revision: keyValue.modRevision,
    createRevision: keyValue.createRevision,
  }),
});

const warn = (message: string): void => process.emitWarning(message);

/** What is kept of each item, by store key. */
interface Slots<T> {
  readonly size: number;
  get(storeKey: string): Item<T> | undefined;
  set(item: Item<T>, keyValue: KeyValue): void;
  delete(storeKey: string): void;
  /** Store keys and items. */
  entries(): Iterable<readonly [string, Item<T>]>;
}

const eagerSlots = <T>(): Slots<T> => {
  const items = new Map<string, Item<T>>();
  return {
    get size() {
      return items.size;
    },
    get: (storeKey) => items.get(storeKey),
    set: (item, { key }) => void items.set(key, item),
    delete: (storeKey) => void items.delete(storeKey),
    entries: () => items,
  };
};

/** Only what was decoded once is kept here, so that decoding it again succeeds. */
const lazySlots = <T>(source: MirrorSource<T>): Slots<T> => {
  const stored = new Map<string, KeyValue>();
  return {
    get size() {
      return stored.size;
    },
    get(storeKey) {
      const keyValue = stored.get(storeKey);
      return keyValue && source.item(keyValue);
    },
    set: (_item, keyValue) => void stored.set(keyValue.key, keyValue),
    delete: (storeKey) => void stored.delete(storeKey),
    *entries() {
      for (const [storeKey, keyValue] of stored) yield [storeKey, source.item(keyValue)];
    },
  };
};

const filed = <T>(storeKey: string, { id, value }: Item<T>): Filed<T> => ({ storeKey, id, value });

/** Mirrors a collection. Throws `corrupt` when an item that is there at the start cannot be decoded. */
export const mirror = async <T>(
  store: Store,
  source: MirrorSource<T>,
  { report = warn, decoding = 'eager' }: MirrorOptions = {},
): Promise<Mirror<T>> => {
  const initial = await store.list(source.prefix);
  const slots = decoding === 'lazy' ? lazySlots(source) : eagerSlots<T>();
  for (const keyValue of initial.items) slots.set(source.item(keyValue), keyValue);
  const idKeys = (id: string): string => source.prefix + id;
  const indexes = new Set<MirrorIndex<T>>();
  const listeners = new Set<(change: MirrorChange<T>) => void>();
  let revision = initial.revision;

  const decode = (keyValue: KeyValue): Item<T> | undefined => {
    try {
      return source.item(keyValue);
    } catch (thrown) {
      report(`The item ${keyValue.key} counts as absent: ${messageOf(thrown)}`);
      return undefined;
    }
  };
  const applyEvent = ({ key, value, revision: at }: WatchEvent): MirrorChange<T> => {
    const previous = slots.get(key);
    const item = value && decode(value);
    if (item === undefined || value === undefined) slots.delete(key);
    else slots.set(item, value);
    for (const index of indexes) {
      if (previous !== undefined) index.remove(filed(key, previous));
      if (item !== undefined) index.add(filed(key, item));
    }
    return { id: key.slice(source.prefix.length), item, previous, revision: at };
  };
  const subscription = store.watch(source.prefix, { from: initial.revision }, (events) => {
    const changes = events.map(applyEvent);
    revision = events.at(-1)?.revision ?? revision;
    for (const change of changes) for (const listener of listeners) listener(change);
  });

  return {
    get: (id) => slots.get(idKeys(id))?.value,
    item: (id) => slots.get(idKeys(id)),
    *values() {
      for (const [, { value }] of slots.entries()) yield value;
    },
    *items() {
      for (const [, item] of slots.entries()) yield item;
    },
    get size() {
      return slots.size;
    },
    get revision() {
      return revision;
    },
    index(keysOf) {
      const index = createMirrorIndex(keysOf, (storeKey) => slots.get(storeKey)?.value);
      for (const [storeKey, item] of slots.entries()) index.add(filed(storeKey, item));
      indexes.add(index);
      return index.lookup;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      subscription.close();
      listeners.clear();
    },
  };
};
