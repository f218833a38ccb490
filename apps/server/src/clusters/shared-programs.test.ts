import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sharedPrograms } from './shared-programs.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'programs-'));
  for (const folder of ['node_modules', 'examples', '.cache/data', '.cache/other'])
    await mkdir(path.join(root, folder), { recursive: true });
  await writeFile(path.join(root, 'package.json'), '{}');
});
afterEach(() => rm(root, { recursive: true }));
const shared = (masked: readonly string[]) => sharedPrograms([root], masked).map(({ from }) => path.relative(root, from));

it('never brings back a masked folder, nor one that holds it', () => {
  expect(shared([path.join(root, '.cache/data')]).toSorted()).toEqual(['.cache/other', 'examples', 'node_modules', 'package.json']);
  expect(shared([root])).toEqual([]);
});

it('shares a folder below /tmp whole when nothing in it is masked', () => {
  expect(shared(['/somewhere'])).toEqual(['']);
});

it('shares nothing that containers see anyway', () => {
  expect(sharedPrograms(['/usr/lib'], ['/root/.podpass'])).toEqual([]);
});
