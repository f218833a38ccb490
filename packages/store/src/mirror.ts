import { messageOf } from '@podpass/kernel';
import type { Item } from './collection.ts';
import { createMirrorIndex, type IndexKeys, type Lookup, type MirrorIndex } from './mirror-index.ts';
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

/** Mirrors a collection. Throws `corrupt` when an item that is there at the start cannot be decoded. */
export const mirror = async <T>(store: Store, source: MirrorSource<T>, { report = warn }: MirrorOptions = {}): Promise<Mirror<T>> => {
  const initial = await store.list(source.prefix);
  const items = new Map<string, Item<T>>(
    initial.items.map((keyValue) => {
      const item = source.item(keyValue);
      return [keyValue.key, item];
    }),
  );
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
  const applyEvent = (event: WatchEvent): MirrorChange<T> => {
    const previous = items.get(event.key);
    const item = event.value && decode(event.value);
    if (item === undefined) items.delete(event.key);
    else items.set(event.key, item);
    for (const index of indexes) index.change(previous, item);
    return { id: event.key.slice(source.prefix.length), item, previous, revision: event.revision };
  };
  const subscription = store.watch(source.prefix, { from: initial.revision }, (events) => {
    const changes = events.map(applyEvent);
    revision = events.at(-1)?.revision ?? revision;
    for (const change of changes) for (const listener of listeners) listener(change);
  });

  return {
    get: (id) => items.get(idKeys(id))?.value,
    item: (id) => items.get(idKeys(id)),
    *values() {
      for (const { value } of items.values()) yield value;
    },
    items: () => items.values(),
    get size() {
      return items.size;
    },
    get revision() {
      return revision;
    },
    index(keysOf) {
      const index = createMirrorIndex(keysOf);
      for (const item of items.values()) index.change(undefined, item);
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
