import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fakePlatform, invoke } from '../testing.ts';

describe('status', () => {
  test('status shows what the platform says', async () => {
    await using platform = await fakePlatform();
    const { stdout, status } = await invoke(['status', '--data', platform.data]);
    expect(status).toBe(0);
    expect(stdout).toContain('Running 0.1.0 for 1 min 15 s');
    expect(stdout).toContain('tenants   2');
    expect(stdout).toContain('clusters  c1, c2');
    expect(stdout).toContain('clock     shifted by 60 s');
    const value = (await invoke(['status', '--data', platform.data, '--output', 'json'])).json();
    expect(value).toMatchObject({ running: true, https: 18443, clusters: [{ name: 'c1' }, { name: 'c2' }] });
    expect(JSON.stringify(value)).not.toContain('control-token');
  });

  test('a platform that refuses the token is a failure, not a missing one', async () => {
    await using platform = await fakePlatform();
    const file = path.join(platform.data, 'run.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('control-token', 'other-token'));
    const { status, stderr } = await invoke(['status', '--data', platform.data]);
    expect(status).toBe(1);
    expect(stderr).toContain('The control token is missing or wrong.');
    expect(stderr).not.toContain('other-token');
  });
});
