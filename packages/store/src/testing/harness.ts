import { onTestFinished } from 'vitest';
import type { Store } from '../types.ts';

/** One fresh store under test. */
export interface Subject {
  readonly store: Store;
  /** Opens what an abrupt end of the process would leave behind, without closing `store`; absent for volatile drivers. */
  reopen?(): Promise<Store>;
  dispose(): Promise<void> | void;
}

export type OpenSubject = () => Promise<Subject>;

/** Opens a fresh store that is disposed of when the test ends. */
export const freshStore = async (open: OpenSubject): Promise<Store> => {
  const subject = await open();
  onTestFinished(() => subject.dispose());
  return subject.store;
};
