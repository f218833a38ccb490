import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { upstreamCases } from './upstream-cases.ts';

const source = path.join(import.meta.dirname, '..');
const root = path.join(source, '../../..');

describe("the ledger of upstream's cases", () => {
  it('names each case once, with a witness or a reason', () => {
    const names = upstreamCases.map(({ part, name }) => `${part} ${name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(upstreamCases.filter(({ witness, why }) => (witness === undefined) === (why === undefined))).toEqual([]);
  });

  it.each(upstreamCases.flatMap(({ name, witness }) => (witness === undefined ? [] : [[name, ...witness] as const])))(
    '%s is witnessed by %s',
    async (_, file, title) => {
      expect(await readFile(path.join(file.startsWith('conformance/') ? root : source, file), 'utf8')).toContain(title);
    },
  );
});
