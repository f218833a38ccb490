import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fakePlatform, invoke } from '../testing.ts';

describe('login', () => {
  const admin = {
    userPrincipalName: 'admin@t.example',
    password: 'p@ss-word',
    tenantId: 'tid',
    servicePrincipal: { appId: 'app', secret: 'app-s3cret' },
  };
  const withAz = async (data: string, script: string) => {
    const tools = path.join(data, 'tools');
    await mkdir(tools);
    await writeFile(path.join(tools, 'az'), `#!/bin/sh\n${script}\n`);
    await chmod(path.join(tools, 'az'), 0o755);
    await writeFile(path.join(data, 'admin.json'), JSON.stringify(admin));
    return { env: { PATH: process.env['PATH'], PODPASS_TOOLS: tools } };
  };

  test('a failure is told without the password', async () => {
    await using platform = await fakePlatform();
    const system = await withAz(platform.data, 'echo "AADSTS50126: $(cat) is wrong" >&2; exit 1');
    const { status, stderr, stdout } = await invoke(['login', '--data', platform.data], system);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('AADSTS50126: *** is wrong');
    expect(stderr).not.toContain(admin.password);
  });

  test('az missing, or nobody to sign in as, is said', async () => {
    await using platform = await fakePlatform();
    expect(await invoke(['login', '--data', platform.data])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('admin.json') as string,
    });
    await writeFile(path.join(platform.data, 'admin.json'), JSON.stringify(admin));
    expect(await invoke(['login', '--data', platform.data], { env: { PATH: '/nonexistent' } })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('az) cannot be run') as string,
    });
  });

  test.each([
    [[], 'login --username admin@t.example --password @- --output json', admin.password],
    [
      ['--service-principal'],
      'login --service-principal --tenant tid --username app --password @- --output json',
      admin.servicePrincipal.secret,
    ],
  ])('the secret goes through standard input only (%j)', async (options, args, secret) => {
    await using platform = await fakePlatform();
    const seen = path.join(platform.data, 'seen');
    const system = await withAz(
      platform.data,
      `echo "$*" > '${seen}'; cat >> '${seen}'; echo "$AZURE_CONFIG_DIR" >> '${seen}.env'; echo '[{"name":"Sub","id":"sid"}]'`,
    );
    const { status, stdout } = await invoke(['login', '--data', platform.data, ...options], system);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Signed in as \S+\. Subscription: Sub \(sid\)\.\n$/);
    expect(await readFile(seen, 'utf8')).toBe(`${args}\n${secret}`);
    expect(await readFile(`${seen}.env`, 'utf8')).toBe(`${platform.data}/azure\n`);
    expect((await invoke(['login', '--data', platform.data, '--output', 'json'], system)).json()).toEqual([{ name: 'Sub', id: 'sid' }]);
  });
});
