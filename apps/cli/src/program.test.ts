import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isAlive } from './platform/process.ts';
import { exists, fakePlatform, invoke, temporaryFolder } from './testing.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
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
    ['run'],
  ])('help of %s %s names the exit codes', async (...argv: string[]) => {
    const { status, stdout } = await invoke([...argv, '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('Exit codes:');
    expect(stdout).toContain('--data');
  });
});

describe('without a platform', () => {
  test.each([['exec', '--', 'true'], ['shell'], ['env'], ['login'], ['image', 'list']])(
    '%s %s %s says so with exit code 3',
    async (...argv: string[]) => {
      await using folder = await temporaryFolder();
      const environment = { env: { PODPASS_DATA: folder.path } };
      const { status, stderr, stdout } = await invoke(argv, environment);
      expect(status).toBe(3);
      expect(stdout).toBe('');
      expect(stderr).toContain('podpass: The platform is not running.\n  Why:  No server uses');
      expect(stderr).toContain('  Next: ');
      const [command = '', ...rest] = argv;
      const asJson = await invoke(
        command === 'image' ? ['image', 'list', '--output', 'json'] : [command, '--output', 'json', ...rest],
        environment,
      );
      expect(asJson.json()).toMatchObject({ error: { code: 'not-running', next: expect.any(String) as string } });
      expect(asJson.stderr).toBe('');
    },
  );

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

  test.each(['', '{', '[]', '{"pid":"1"}', '{"pid":1,"proxy":"x","control":"http://evil.example:80","controlToken":"x"}'])(
    'the run.json %j is no platform',
    async (text) => {
      await using folder = await temporaryFolder();
      await writeFile(path.join(folder.path, 'run.json'), text);
      expect(await invoke(['status', '--data', folder.path])).toMatchObject({ status: 3 });
    },
  );

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

describe('exec', () => {
  test.each([
    ['its exit code', ['sh', '-c', 'exit 7'], 7],
    ['success', ['true'], 0],
    ['128 + n after signal n', ['sh', '-c', 'kill -TERM $$'], 143],
    ['127 for a command that does not exist', ['no-such-command-here'], 127],
    ['126 for what cannot be executed', ['/'], 126],
  ])('passes on %s', async (_, command, status) => {
    await using platform = await fakePlatform();
    expect((await invoke(['exec', '--data', platform.data, '--', ...command])).status).toBe(status);
  });

  test('sets the environment and hands over options as they are', async () => {
    await using platform = await fakePlatform();
    const file = path.join(platform.data, 'out');
    const env = {
      PATH: process.env['PATH'],
      PODPASS_TOOLS: '/opt/tools',
      KEPT: 'yes',
      KUBECONFIG: '/home/me/.kube/config',
      HTTPS_PROXY: 'http://corp:1',
    };
    const { status } = await invoke(
      ['--data', platform.data, 'exec', 'sh', '-c', `{ echo "$0 $*"; env; } > '${file}'`, '--output', 'json', '-x'],
      { env },
    );
    expect(status).toBe(0);
    const [args, ...variables] = (await readFile(file, 'utf8')).trim().split('\n');
    expect(args).toBe('--output json -x');
    const { data } = platform;
    expect(variables).toEqual(
      expect.arrayContaining([
        'HTTPS_PROXY=http://127.0.0.1:18080',
        'https_proxy=http://127.0.0.1:18080',
        'NO_PROXY=localhost,127.0.0.1,::1',
        'no_proxy=localhost,127.0.0.1,::1',
        `REQUESTS_CA_BUNDLE=${data}/ca-bundle.pem`,
        `SSL_CERT_FILE=${data}/ca-bundle.pem`,
        `CURL_CA_BUNDLE=${data}/ca-bundle.pem`,
        `NODE_EXTRA_CA_CERTS=${data}/ca.pem`,
        `AZURE_CONFIG_DIR=${data}/azure`,
        `KUBECONFIG=${data}/kube/config`,
        'AZURE_CORE_COLLECT_TELEMETRY=false',
        'AZURE_CORE_LOGIN_EXPERIENCE_V2=off',
        'AZURE_CORE_USE_MSAL_HTTP_CACHE=false',
        `PODPASS_DATA=${data}`,
        `PATH=/opt/tools:${env.PATH}`,
        'KEPT=yes',
      ]),
    );
  });

  test('as a process: streams, exit code and signals reach the command, through the launcher too', async () => {
    await using platform = await fakePlatform();
    for (const program of [main, launcher]) {
      const child = spawn(process.execPath, [
        program,
        'exec',
        '--data',
        platform.data,
        '--',
        'sh',
        '-c',
        "trap 'echo got; exit 9' TERM; echo up; while :; do sleep 0.05; done",
      ]);
      let out = '';
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      await expect.poll(() => out, { timeout: 10_000 }).toContain('up');
      child.kill('SIGTERM');
      const [code] = await once(child, 'close');
      expect({ code: code as unknown, out }).toEqual({ code: 9, out: 'up\ngot\n' });
    }
  });
});

describe('env', () => {
  test('can be evaluated by a shell, and is JSON on demand', async () => {
    await using platform = await fakePlatform();
    const env = { PATH: '/bin', PODPASS_TOOLS: "/to'ols" };
    const { stdout } = await invoke(['env', '--data', platform.data], { env });
    expect(execFileSync('/bin/sh', ['-c', `PATH=/bin; ${stdout}\necho "$KUBECONFIG $PATH"`], { encoding: 'utf8' })).toBe(
      `${platform.data}/kube/config /to'ols:/bin\n`,
    );
    expect((await invoke(['env', '--data', platform.data, '--output', 'json'], { env })).json()).toMatchObject({
      PODPASS_DATA: platform.data,
      PATH: "/to'ols:/bin",
    });
    expect((await invoke(['env', '--shell', 'fish', '--data', platform.data])).stdout).toContain(`set -gx PODPASS_DATA '${platform.data}'`);
  });
});

describe('status, image and logs', () => {
  test('status shows what the platform says', async () => {
    await using platform = await fakePlatform();
    const { stdout, status } = await invoke(['status', '--data', platform.data]);
    expect(status).toBe(0);
    expect(stdout).toContain('Running 0.1.0 for 1 min 15 s');
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

  test('images are mapped, listed and forgotten', async () => {
    await using platform = await fakePlatform();
    const at = ['--data', platform.data];
    expect((await invoke(['image', 'map', ...at, 'reg/app:v1', '--', 'node', 'app.js', '--data', 'x'])).status).toBe(0);
    expect((await invoke(['image', 'list', ...at])).stdout).toBe('example/reader  ->  node reader.js\n');
    expect((await invoke(['image', 'unmap', ...at, 'reg/app:v1'])).status).toBe(0);
    expect(platform.calls.filter(({ url }) => url !== '/status')).toMatchObject([
      { method: 'PUT', url: '/images?image=reg%2Fapp%3Av1', body: '{"command":["node","app.js","--data","x"]}' },
      { method: 'GET', url: '/images' },
      { method: 'DELETE', url: '/images?image=reg%2Fapp%3Av1' },
    ]);
  });

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

describe('up and down', () => {
  const server = (folder: string, body: string): Promise<string> => {
    const file = path.join(folder, 'server.mjs');
    return writeFile(file, body).then(() => file);
  };
  /** A server that keeps to the contract, and nothing more. */
  const working = `
    import { createServer } from 'node:http';
    import { rmSync, writeFileSync } from 'node:fs';
    const data = process.argv[process.argv.indexOf('--data') + 1];
    const end = () => { rmSync(data + '/run.json', { force: true }); process.exit(0); };
    process.on('SIGTERM', end);
    const http = createServer((request, response) => {
      response.end(JSON.stringify({ version: 't', uptimeSeconds: 0, pid: process.pid, clusters: [], args: process.argv.slice(2) }));
      if (request.url === '/shutdown') setTimeout(end, 20);
    }).listen(0, '127.0.0.1', () => {
      const control = 'http://127.0.0.1:' + http.address().port;
      const at = { pid: process.pid, proxy: 'http://127.0.0.1:1', control, https: 2 };
      writeFileSync(data + '/run.json', JSON.stringify({ ...at, startedAt: '', controlToken: 't' }));
      console.log(JSON.stringify({ ready: true, ...at }));
    });`;

  test.each([
    [
      'the server’s own words',
      `console.log(JSON.stringify({ready:false,code:'port-in-use',message:'Port 8080 is taken.',hint:'Use --port.'})); process.exit(1)`,
      'port-in-use',
      'Port 8080 is taken.',
    ],
    ['a crash', 'process.exit(3)', 'not-started', 'exit code 3'],
    ['a signal', `process.kill(process.pid, 'SIGKILL')`, 'not-started', 'signal SIGKILL'],
    ['something else that is printed', `console.log('hello')`, 'not-started', 'not understood'],
  ])('a failed start is told by %s', async (_, body, code, why) => {
    await using folder = await temporaryFolder();
    const entry = await server(folder.path, body);
    const data = path.join(folder.path, 'data');
    const { status, stdout, stderr, json } = await invoke(['up', '--detach', '--data', data, '--output', 'json'], {
      serverEntry: () => entry,
    });
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(json()).toMatchObject({ error: { code, why: expect.stringContaining(why) as string } });
    expect(stdout).toMatch(/^\{/);
  });

  test('detached: starts, is harmless the second time, and is stopped', async () => {
    await using folder = await temporaryFolder();
    const entry = await server(folder.path, working);
    const data = path.join(folder.path, 'data');
    const at = { serverEntry: () => entry };
    const first = await invoke(['up', '--detach', '--data', data, '--port', '0', '--log-level', 'debug'], at);
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).toContain('Ready: proxy http://127.0.0.1:1');
    expect(first.stdout).toContain(`podpass login --data ${data}`);
    const second = await invoke(['up', '-d', '--data', data, '--output', 'json'], at);
    expect(second.status).toBe(0);
    expect(second.json()).toMatchObject({ ready: true, alreadyRunning: true });
    const status = (await invoke(['status', '--data', data, '--output', 'json'])).json();
    expect(status).toMatchObject({ args: ['--data', data, '--port', '0', '--log-level', 'debug'] });
    const down = await invoke(['down', '--data', data, '--output', 'json']);
    expect(down.json()).toMatchObject({ stopped: true, manner: 'graceful' });
    expect(await invoke(['status', '--data', data])).toMatchObject({ status: 3 });
  });

  test('in the foreground: runs until a signal, then exits with 0', async () => {
    await using folder = await temporaryFolder();
    const entry = await server(folder.path, working);
    const data = path.join(folder.path, 'data');
    const listeners = process.listeners('SIGINT');
    const running = invoke(['up', '--data', data], { serverEntry: () => entry });
    await expect.poll(() => exists(path.join(data, 'run.json')), { timeout: 10_000 }).toBe(true);
    await sleep(200);
    for (const listener of process.listeners('SIGINT')) if (!listeners.includes(listener)) listener('SIGINT');
    const { status, stdout, stderr } = await running;
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'podpass: stopping (Ctrl-C again to force)\npodpass: stopped\n' });
    expect(stdout).toMatch(/^Ready: /);
    expect(await exists(path.join(data, 'run.json'))).toBe(false);
  });

  test('an interrupted start leaves no server behind', async () => {
    await using folder = await temporaryFolder();
    const pidFile = path.join(folder.path, 'pid');
    const entry = await server(
      folder.path,
      `import fs from 'node:fs'; fs.writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`,
    );
    const listeners = process.listeners('SIGINT');
    const running = invoke(['up', '-d', '--data', path.join(folder.path, 'data')], { serverEntry: () => entry });
    await expect.poll(() => exists(pidFile), { timeout: 10_000 }).toBe(true);
    for (const listener of process.listeners('SIGINT')) if (!listeners.includes(listener)) listener('SIGINT');
    expect(await running).toMatchObject({ status: 130 });
    await expect.poll(async () => isAlive(Number(await readFile(pidFile, 'utf8')))).toBe(false);
  });

  test('in a folder that is not Podpass’s nothing is created', async () => {
    await using folder = await temporaryFolder();
    const entry = await server(
      folder.path,
      `console.log(JSON.stringify({ready:false,code:'data-foreign',message:'m',hint:'h'})); process.exit(1)`,
    );
    expect((await invoke(['up', '-d', '--data', folder.path], { serverEntry: () => entry })).status).toBe(1);
    expect(await readdir(folder.path)).toEqual(['server.mjs']);
  });
});

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

test('the launcher runs the command line and keeps its exit code', () => {
  expect(spawnSync(process.execPath, [launcher, 'fly'], { encoding: 'utf8' })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('unknown command') as string,
  });
});
