import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { isAlive } from '../platform/process.ts';
import { exists, invoke, temporaryFolder } from '../testing.ts';

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
