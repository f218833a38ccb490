import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { invoke, temporaryFolder } from '../testing.ts';

describe('reset', () => {
  test('refuses a folder without the mark, and to delete unasked', async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'thesis.txt'), 'years of work');
    expect(await invoke(['reset', '--yes', '--data', folder.path])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('does not carry the mark') as string,
    });
    await writeFile(path.join(folder.path, 'podpass.json'), '{"layout":1}');
    expect(await invoke(['reset', '--data', folder.path])).toMatchObject({ status: 2, stderr: expect.stringContaining('--yes') as string });
    expect(await readdir(folder.path)).toHaveLength(2);
  });

  test('empties a data folder; nothing to empty is no failure', async () => {
    await using folder = await temporaryFolder();
    await mkdir(path.join(folder.path, 'azure', 'x'), { recursive: true });
    await writeFile(path.join(folder.path, 'podpass.json'), '{"layout":1}');
    expect((await invoke(['reset', '--yes', '--data', folder.path, '--output', 'json'])).json()).toMatchObject({
      reset: true,
      stopped: false,
    });
    expect(await readdir(folder.path)).toEqual([]);
    expect(await invoke(['reset', '--yes', '--data', folder.path])).toMatchObject({ status: 0 });
  });
});
