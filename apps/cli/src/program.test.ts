import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { exists, invoke, temporaryFolder } from './testing.ts';

const launcher = fileURLToPath(new URL('../bin/podpass.mjs', import.meta.url));

describe('usage', () => {
  test.each([
    ['an unknown command', ['fly']],
    ['no command', []],
    ['an unknown option', ['status', '--fast']],
    ['an unknown format', ['status', '--output', 'xml']],
    ['a port that is none', ['up', '--port', '70000']],
    ['a port that is text', ['up', '--port', 'x']],
    ['exec without a command', ['exec']],
    ['an unknown shell', ['env', '--shell', 'csh']],
    ['lines that are no number', ['logs', '--lines', '-1']],
    ['run without an article', ['run']],
    ['a start that is none', ['run', 'a.md', '--from', '0']],
    ['map without a command', ['image', 'map', 'x']],

    ['an excess argument', ['down', 'now']],
    ['an article that does not exist', ['run', 'nowhere.md']],
  ])('%s is refused with exit code 2, and only on standard error', async (_, argv) => {
    expect(await invoke(argv)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/\S/) as string });
  });

  test.each([
    [],
    ['up'],
    ['exec'],
    ['shell'],
    ['env'],
    ['login'],
    ['status'],
    ['logs'],
    ['down'],
    ['reset'],
    ['image', 'map'],
    ['image', 'list'],
    ['image', 'unmap'],
    ['tenant', 'create'],
    ['tenant', 'list'],
    ['keys', 'list'],
    ['keys', 'rotate'],
    ['issuer', 'add'],
    ['issuer', 'list'],
    ['issuer', 'remove'],
    ['propagation'],
    ['run'],
  ])('help of %s %s names the exit codes', async (...argv: string[]) => {
    const { status, stdout } = await invoke([...argv, '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('Exit codes:');
    expect(stdout).toContain('--data');
  });
});

describe('without a platform', () => {
  test.each([
    ['exec', '--', 'true'],
    ['shell'],
    ['env'],
    ['login'],
    ['image', 'list'],
    ['tenant', 'list'],
    ['keys', 'rotate'],
    ['issuer', 'list'],
    ['propagation'],
  ])('%s %s %s says so with exit code 3', async (...argv: string[]) => {
    await using folder = await temporaryFolder();
    const environment = { env: { PODPASS_DATA: folder.path } };
    const { status, stderr, stdout } = await invoke(argv, environment);
    expect(status).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toContain('podpass: The platform is not running.\n  Why:  No server uses');
    expect(stderr).toContain('  Next: ');
    const [command = '', ...rest] = argv;
    const asJson = await invoke(
      ['image', 'tenant', 'keys', 'issuer'].includes(command) ? [...argv, '--output', 'json'] : [command, '--output', 'json', ...rest],
      environment,
    );
    expect(asJson.json()).toMatchObject({ error: { code: 'not-running', next: expect.any(String) as string } });
    expect(asJson.stderr).toBe('');
  });

  test('status has exit code 3, down is harmless', async () => {
    await using folder = await temporaryFolder();
    expect(await invoke(['status', '--data', folder.path])).toMatchObject({ status: 3 });
    const down = await invoke(['down', '--data', folder.path, '--output', 'json']);
    expect(down).toMatchObject({ status: 0 });
    expect(down.json()).toMatchObject({ stopped: false, running: false });
  });

  test('a run.json whose process is dead, or whose address nobody serves, is ignored and removed', async () => {
    await using folder = await temporaryFolder();
    const dead = spawnSync('true');
    const file = path.join(folder.path, 'run.json');
    for (const pid of [dead.pid, process.pid]) {
      await writeFile(
        file,
        JSON.stringify({ pid, proxy: 'http://127.0.0.1:1', control: 'http://127.0.0.1:1', https: 1, startedAt: '', controlToken: 'x' }),
      );
      expect(await invoke(['status', '--data', folder.path])).toMatchObject({ status: 3 });
      expect(await exists(file)).toBe(false);
    }
  });

  test.each([
    '',
    '{',
    '[]',
    '{"pid":"1"}',
    '{"pid":2,"proxy":"x","control":"http://127.0.0.1:80","controlToken":"x"}',
    '{"pid":1,"proxy":"x","control":"http://evil.example:80","controlToken":"x"}',
  ])('the run.json %j is no platform', async (text) => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'run.json'), text);
    expect(await invoke(['status', '--data', folder.path])).toMatchObject({ status: 3 });
  });

  test('run refuses, rather than to let an article reach a real cloud', async () => {
    await using folder = await temporaryFolder();
    const article = path.join(folder.path, 'a.md');
    const proof = path.join(folder.path, 'ran');
    await writeFile(article, `\`\`\`bash\ntouch '${proof}'\n\`\`\`\n`);
    expect(await invoke(['run', article, '--data', folder.path])).toMatchObject({ status: 3 });
    expect(await exists(proof)).toBe(false);
    expect(await invoke(['run', article, '--data', folder.path, '--dry-run'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('1. line 1 (bash)') as string,
    });
    expect(await invoke(['run', article, '--no-platform'])).toMatchObject({ status: 0, stdout: expect.stringContaining('PASS') as string });
    expect(await exists(proof)).toBe(true);
  });
});

test('the launcher runs the command line and keeps its exit code', () => {
  expect(spawnSync(process.execPath, [launcher, 'fly'], { encoding: 'utf8' })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('unknown command') as string,
  });
});
