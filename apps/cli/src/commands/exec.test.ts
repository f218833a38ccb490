import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { fakePlatform, invoke } from '../testing.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const launcher = fileURLToPath(new URL('../../bin/podpass.mjs', import.meta.url));

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
