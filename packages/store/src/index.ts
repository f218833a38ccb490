/**
 * The store owns persistence: one revisioned key-value interface with etcd's model and the drivers behind it. All
 * state of the platform lives here, so that snapshots, watches and several replicas need one mechanism only. Above the
 * raw keys stand collections (typed JSON values, sealed at rest if asked) and mirrors (decoded copies in memory with
 * indexes, for hot paths that must not list or parse).
 */
export * from './types.ts';
export * from './limits.ts';
export { createMemoryStore } from './memory.ts';
export { openSqliteStore } from './sqlite/open.ts';
export type { SqliteStoreOptions } from './sqlite/open.ts';
export type { Durability } from './sqlite/database.ts';
export { saveSnapshot } from './sqlite/snapshot.ts';
export { startCompaction } from './compaction.ts';
export type { Compaction, CompactionOptions } from './compaction.ts';
export { collection } from './collection.ts';
export type { Collection, CollectionOptions, Item, ItemListOptions, ItemPage, WriteOptions } from './collection.ts';
export type { Sealer } from './codec.ts';
export { transact } from './transact.ts';
export { transactionOf } from './transaction.ts';
export { mirror, rawSource } from './mirror.ts';
export type { Mirror, MirrorChange, MirrorOptions, MirrorSource } from './mirror.ts';
export type { IndexKeys, Lookup } from './mirror-index.ts';
