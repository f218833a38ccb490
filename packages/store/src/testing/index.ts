/** What tests of the store, and of code that brings a driver of its own, share. Needs vitest and fast-check. */
export { storeConformance } from './conformance.ts';
export type { OpenSubject, Subject } from './harness.ts';
export { crashRounds } from './crash-rounds.ts';
export type { CrashReport } from './crash-rounds.ts';
