/**
 * The store owns persistence: one revisioned key-value interface with etcd's model and the drivers behind it. All
 * state of the platform lives here, so that snapshots, watches and several replicas need one mechanism only.
 */
export * from './types.ts';
