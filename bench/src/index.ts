/**
 * `bench` owns the figures: each row measures the running platform from outside and divides by a yardstick taken in the
 * same run on the same machine. It talks to the platform over the wire only.
 */
export type { Row } from './row.ts';
