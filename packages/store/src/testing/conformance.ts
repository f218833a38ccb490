import { describe } from 'vitest';
import { compactionCases } from './compaction-cases.ts';
import type { OpenSubject } from './harness.ts';
import { modelCases } from './model-cases.ts';
import { rangeCases } from './range-cases.ts';
import { recoveryCases } from './recovery-cases.ts';
import { transactionCases } from './transaction-cases.ts';
import { watchCases } from './watch-cases.ts';

/** The contract of `Store` as a test suite; every driver must pass it. `open` yields an empty store each time. */
export const storeConformance = (name: string, open: OpenSubject): void => {
  describe(`store conformance: ${name}`, () => {
    transactionCases(open);
    rangeCases(open);
    watchCases(open);
    compactionCases(open);
    recoveryCases(open);
    modelCases(open);
  });
};
