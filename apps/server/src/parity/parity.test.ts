import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parityPage } from './page.ts';

it('docs/parity.md says what the ledgers say (npm run parity writes it)', async () => {
  expect(await readFile(new URL('../../../../docs/parity.md', import.meta.url), 'utf8')).toBe(parityPage());
});
