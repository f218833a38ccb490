import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { invoke, temporaryFolder } from '../testing.ts';

describe('logs', () => {
  test('logs show the last lines, structured ones in words, and as JSON on demand', async () => {
    await using folder = await temporaryFolder();
    expect(await invoke(['logs', '--data', folder.path])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no log yet') as string,
    });
    await mkdir(path.join(folder.path, 'logs'));
    const entries = Array.from({ length: 3000 }, (_, index) =>
      JSON.stringify({ level: 30, time: 0, pid: 1, msg: `line ${index}`, surface: 'arm' }),
    );
    await writeFile(path.join(folder.path, 'logs', 'server.log'), `${entries.join('\n')}\nplain text\n`);
    expect((await invoke(['logs', '--data', folder.path, '--lines', '2'])).stdout).toBe(
      '1970-01-01T00:00:00.000Z info line 2999 surface="arm"\nplain text\n',
    );
    expect((await invoke(['logs', '--data', folder.path, '-n', '1', '--output', 'json'])).stdout).toBe('{"msg":"plain text"}\n');
    expect((await invoke(['logs', '--data', folder.path, '-n', '2500'])).stdout.split('\n')).toHaveLength(2501);
    expect((await invoke(['logs', '--data', folder.path, '-n', '0'])).stdout).toBe('');
  });
});
