/**
 * The store's contract, with etcd's model: one global revision that every committed transaction advances by one, keys
 * in byte order, reads at a revision, compare-and-set transactions, watches from a revision, compaction.
 * Source of the semantics: https://etcd.io/docs/v3.6/learning/api/
 */
export interface KeyValue {
  readonly key: string;
  /** Shared with every reader: never change it in place. */
  readonly value: Uint8Array;
  /** Revision of the transaction that created the key. */
  readonly createRevision: number;
  /** Revision of the transaction that last wrote the key. */
  readonly modRevision: number;
  /** 1 on creation, plus one for each write since. */
  readonly version: number;
}

/** Holds when the key's `modRevision` equals `modRevision`; 0 means that the key does not exist. */
export interface Compare {
  readonly key: string;
  readonly modRevision: number;
}

export type Operation =
  | { readonly op: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly op: 'delete'; readonly key: string };

export interface Transaction {
  readonly compare?: readonly Compare[];
  readonly then: readonly Operation[];
}

export interface TransactionResult {
  /** Whether every comparison held and `then` was applied. */
  readonly succeeded: boolean;
  /** The store's revision after the transaction: the new one when it wrote, else the present one. */
  readonly revision: number;
  /** What the transaction changed, in the order of `then`, as a watch reports it; empty when it wrote nothing. */
  readonly events: readonly WatchEvent[];
}

export interface ListOptions {
  /** At most this many items; unlimited when absent. */
  readonly limit?: number;
  /** Return keys strictly greater than this one (the last key of the page before). */
  readonly after?: string;
  /** Read the state as of this revision; the present one when absent. Throws `compacted` or `future-revision`. */
  readonly revision?: number;
}

export interface ListResult {
  readonly items: readonly KeyValue[];
  /** The revision of the snapshot that was read. */
  readonly revision: number;
  /** How many further keys under the prefix follow the last item. */
  readonly remaining: number;
}

export interface WatchEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  /** Revision of the transaction. */
  readonly revision: number;
  /** The new value; undefined on delete. */
  readonly value: KeyValue | undefined;
  /** The value before; undefined on creation. */
  readonly previous: KeyValue | undefined;
}

/** Receives all events of one transaction under the watched prefix together, in revision order. Must not throw. */
export type WatchListener = (events: readonly WatchEvent[]) => void;

export interface Subscription {
  close(): void;
}

export interface Store {
  /** The key's present value. */
  get(key: string): Promise<KeyValue | undefined>;
  /** The keys under a prefix in byte order. */
  list(prefix: string, options?: ListOptions): Promise<ListResult>;
  /**
   * Applies a transaction atomically. Throws `invalid` beyond the limits of `limits.ts` and when two operations name one
   * key (as etcd does), `unavailable` when the write could not be made durable (nothing is changed then), `closed`. The promise settles only once the write is durable (driver permitting).
   * Deleting an absent key changes nothing and a transaction that changes nothing does not advance the revision.
   */
  txn(transaction: Transaction): Promise<TransactionResult>;
  /**
   * Calls `listener` for every transaction after revision `from` (exclusive; the present revision when absent) that
   * touches the prefix: history first, then live. In-process drivers deliver a transaction's events before its
   * `txn` promise settles, so a cache fed by a watch is current as soon as the writer goes on.
   * History is delivered before `watch` returns. Throws `compacted` when `from` is older than the compaction and
   * `future-revision` when the store has not reached it: such a watcher would silently miss what it believes to have seen.
   */
  watch(prefix: string, options: { from?: number }, listener: WatchListener): Subscription;
  /**
   * Forgets history up to `revision` (inclusive); the newest value of every live key stays, and the state as of
   * `revision` itself can still be listed. Does nothing when that much is forgotten already; throws
   * `future-revision` beyond the present one.
   */
  compact(revision: number): Promise<void>;
  /** The present revision; 0 for an empty store. */
  readonly revision: number;
  /** The highest compacted revision; 0 when never compacted. */
  readonly compactedRevision: number;
  close(): Promise<void>;
}
