import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { invoke, temporaryFolder } from '../testing.ts';

/** As the server writes them; that it does is tested where a real server runs (conformance). */
const entry = (index: number): string =>
  JSON.stringify({ level: 'info', time: '2030-01-02T00:00:00.000Z', surface: 'arm', message: `line ${index}` });

test('without a log there is nothing to show', async () => {
  await using folder = await temporaryFolder();
  expect(await invoke(['logs', '--data', folder.path])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('no log yet') as string,
  });
});

test('logs show the last lines, structured ones in words, and as JSON on demand', async () => {
  await using folder = await temporaryFolder();
  const logs = async (...args: string[]) => (await invoke(['logs', '--data', folder.path, ...args])).stdout;
  await mkdir(path.join(folder.path, 'logs'));
  await writeFile(
    path.join(folder.path, 'logs', 'server.log'),
    `${Array.from({ length: 3000 }, (_, index) => entry(index)).join('\n')}\nplain text\n`,
  );
  expect(await logs('--lines', '2')).toBe('2030-01-02T00:00:00.000Z info line 2999 surface="arm"\nplain text\n');
  expect(await logs('-n', '1', '--output', 'json')).toBe('{"message":"plain text"}\n');
  expect((await logs('-n', '2500')).split('\n')).toHaveLength(2501);
  expect(await logs('-n', '0')).toBe('');
});

test('what was moved away because the file was full still counts among the last lines', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'logs', 'server.log');
  await mkdir(path.dirname(file));
  await Promise.all([writeFile(`${file}.2`, 'first\nsecond\n'), writeFile(`${file}.1`, 'third\n'), writeFile(file, 'fourth\nfifth\n')]);
  const { stdout } = await invoke(['logs', '--data', folder.path, '-n', '4']);
  expect(stdout).toBe('second\nthird\nfourth\nfifth\n');
});
