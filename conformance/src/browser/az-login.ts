import { spawn } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { randomHex } from '@podpass/kernel';
import type { RunResult } from '@podpass/tools';
import type { Platform } from '../platform/platform.ts';
import { until } from '../platform/until.ts';

/** An `az login` that waits for a person. */
export interface WaitingLogin {
  /** The address that az wants a browser to open; for device codes, what az told the person. */
  readonly prompt: string;
  readonly ended: Promise<RunResult>;
  kill(): void;
}

const start = (platform: Platform, args: readonly string[], env: NodeJS.ProcessEnv) => {
  const child = spawn('az', ['login', '--output', 'json', ...args], {
    env: { ...platform.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<RunResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
  return { ended, said: () => stderr, kill: () => void child.kill('SIGKILL') };
};

/** Starts `az login` and gives the address that it would open: `BROWSER` is a script that writes it down. */
export const startInteractiveLogin = async (platform: Platform, ...args: string[]): Promise<WaitingLogin> => {
  const name = path.join(platform.data, `browser-${randomHex(4)}`);
  await writeFile(name, `#!/bin/sh\nprintf '%s' "$1" > '${name}.url.part' && mv '${name}.url.part' '${name}.url'\n`);
  await chmod(name, 0o700);
  const { ended, said, kill } = start(platform, args, { BROWSER: name });
  const prompt = await until(
    () => readFile(`${name}.url`, 'utf8').catch(() => ''),
    (url) => url !== '',
    60,
  );
  if (prompt === '') {
    kill();
    throw new Error(`az opened no browser: ${said()}`);
  }
  return { prompt, ended, kill };
};

/** Starts `az login --use-device-code` and gives what it tells the person. */
export const startDeviceLogin = async (platform: Platform, ...args: string[]): Promise<WaitingLogin> => {
  const { ended, said, kill } = start(platform, ['--use-device-code', ...args], {});
  const prompt = await until(
    async () => said(),
    (text) => text.includes('enter the code'),
    60,
  );
  return { prompt, ended, kill };
};
