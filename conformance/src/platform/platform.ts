import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { isObject } from '@podpass/kernel';
import { binFolder, cacheFolder, root, run, type RunOptions, type RunResult } from '@podpass/tools';

/** A platform of a test's own, driven from outside through its command line and its wire only. */
export interface Platform {
  readonly data: string;
  /** The environment in which real clients find the platform. */
  readonly env: NodeJS.ProcessEnv;
  readonly admin: Admin;
  /** Runs a client program in the platform's environment. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
  az(...args: string[]): Promise<RunResult>;
  kubectl(...args: string[]): Promise<RunResult>;
  podpass(...args: string[]): Promise<RunResult>;
  /** Calls the control interface of the server. */
  control(method: string, route: string, body?: object): Promise<unknown>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Admin {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly userPrincipalName: string;
  readonly password: string;
  readonly servicePrincipal: { readonly appId: string; readonly secret: string };
}

export const cli = path.join(root, 'apps/cli/bin/podpass.mjs');

/** Runs the `podpass` command. */
export const podpass = (args: readonly string[], options?: RunOptions): Promise<RunResult> =>
  run(process.execPath, [cli, ...args], options);

const readJson = async (file: string): Promise<Record<string, unknown>> => {
  const value: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (!isObject(value)) throw new Error(`${file} does not hold an object`);
  return value;
};

/** What a failed client said, for assertion messages. */
export const said = (result: RunResult): string => `exit ${result.code}\n${result.stdout}\n${result.stderr}`;

/** Starts a platform in a fresh data folder. `name` makes the folder recognisable. Throws with the server's own words when it does not start. */
export const startPlatform = async (name: string, upArguments: readonly string[] = []): Promise<Platform> => {
  await mkdir(cacheFolder, { recursive: true });
  const data = await mkdtemp(path.join(cacheFolder, `${name}-`));
  const up = await podpass(['up', '--detach', '--data', data, '--output', 'json', ...upArguments]);
  if (up.code !== 0) throw new Error(`podpass up: ${said(up)}`);
  const printed = await podpass(['env', '--data', data, '--output', 'json']);
  if (printed.code !== 0) throw new Error(`podpass env: ${said(printed)}`);
  const variables = JSON.parse(printed.stdout) as Record<string, string>;
  const env = { ...process.env, ...variables, PATH: `${binFolder}${path.delimiter}${process.env['PATH'] ?? ''}` };
  const admin = (await readJson(path.join(data, 'admin.json'))) as unknown as Admin;
  const inside = (command: string, args: readonly string[], options: RunOptions = {}) =>
    run(command, args, { timeout: 120_000, ...options, env: { ...env, ...options.env } });
  return {
    data,
    env,
    admin,
    run: inside,
    az: (...args) => inside('az', args),
    kubectl: (...args) => inside('kubectl', args),
    podpass: (...args) => podpass([...args, '--data', data]),
    async control(method, route, body) {
      const state = await readJson(path.join(data, 'run.json'));
      const answer = await fetch(`${String(state['control'])}${route}`, {
        method,
        headers: { authorization: `Bearer ${String(state['controlToken'])}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`control ${method} ${route}: ${answer.status} ${await answer.text()}`);
      const text = await answer.text();
      return text === '' ? undefined : (JSON.parse(text) as unknown);
    },
    async [Symbol.asyncDispose]() {
      await podpass(['down', '--data', data]);
      await rm(data, { recursive: true, force: true });
    },
  };
};

/** Starts a platform and builds something on it; a platform on which that fails is stopped again, so that none is left behind. */
export const onPlatform = async <T>(
  name: string,
  build: (platform: Platform) => Promise<T>,
  upArguments: readonly string[] = [],
): Promise<T> => {
  const platform = await startPlatform(name, upArguments);
  try {
    return await build(platform);
  } catch (thrown) {
    await platform[Symbol.asyncDispose]();
    throw thrown;
  }
};
