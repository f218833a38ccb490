import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fakePlatform, invoke, temporaryFolder } from '../testing.ts';

describe('run', () => {
  test('runs in the environment of the platform and reports as JSON', async () => {
    await using platform = await fakePlatform();
    const article = path.join(platform.data, 'a.md');
    await writeFile(article, '# A\n\n```bash\necho "$PODPASS_DATA"\n```\n\n```bash\nexit 4\n```\n\n```sh\necho never\n```\n');
    const { status, json, stderr } = await invoke(['run', article, '--data', platform.data, '--output', 'json']);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(json()).toMatchObject({
      result: 'fail',
      passed: 1,
      failed: 1,
      notRun: 1,
      blocks: [
        { number: 1, line: 3, heading: 'A', status: 'passed', stdout: `${platform.data}\n` },
        { number: 2, line: 7, status: 'failed', exitCode: 4 },
      ],
    });
  });

  test.each([
    ['2', [2, 3]],
    [':8', [3]],
    [':7', [2, 3]],
  ])('--from %s', async (from, numbers) => {
    await using platform = await fakePlatform();
    const article = path.join(platform.data, 'a.md');
    await writeFile(article, '# A\n\n```bash\ntrue\n```\n\n```bash\ntrue\n```\n\n```sh\ntrue\n```\n');
    const { json } = await invoke(['run', article, '--dry-run', '--from', from, '--output', 'json']);
    expect((json() as { blocks: { number: number }[] }).blocks.map(({ number }) => number)).toEqual(numbers);
    expect(await invoke(['run', article, '--from', '9'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no block to execute') as string,
    });
  });

  test('an article that cannot be meant so is refused with its line', async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'a.md'), 'x\n\n```bash\necho');
    expect(await invoke(['run', 'a.md'], { cwd: folder.path })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('a.md:3: The block is never closed.') as string,
    });
  });
});
