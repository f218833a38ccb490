/** Bounds on what one transaction may carry; beyond them the store answers `invalid`. */

/** Longest key, in bytes of UTF-8. */
export const maxKeyBytes = 1024;

/** Largest value in bytes: 1.5 MiB, as etcd's default request limit. */
export const maxValueBytes = 1_572_864;

/** Most operations, and most comparisons, in one transaction. etcd's default is 128. */
export const maxOperations = 1000;
