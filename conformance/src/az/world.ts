import { randomHex } from '@podpass/kernel';
import { expect } from 'vitest';
import type { RunResult } from '@podpass/tools';
import { podpass, said, onPlatform, type Platform } from '../platform/platform.ts';

export interface AzWorld extends AsyncDisposable {
  readonly platform: Platform;
  /** Name of a resource group that exists, with an ending of its own. */
  readonly group: string;
  readonly suffix: string;
  /** Runs az, which must succeed; the parsed JSON of its answer. */
  az(...args: string[]): Promise<unknown>;
  /** Runs az, which must fail; what it says on standard error. */
  refused(exitCode: number, ...args: string[]): Promise<string>;
  /** Runs az; nothing is expected. */
  raw(...args: string[]): Promise<RunResult>;
  /** One value of az's answer, by a JMESPath query. */
  query(query: string, ...args: string[]): Promise<string>;
  login(...args: string[]): Promise<RunResult>;
  /** `az ad` with the words of `line` and then `more`, which may hold spaces; must succeed. */
  ad(line: string, ...more: string[]): Promise<unknown>;
  /** The same, which must be refused; what az says. */
  adRefused(exitCode: number, line: string, ...more: string[]): Promise<string>;
}

const buildWorld = async (platform: Platform, name: string): Promise<AzWorld> => {
  const suffix = randomHex(3);
  const group = `${name}-${suffix}`;
  const world: AzWorld = {
    platform,
    group,
    suffix,
    raw: (...args) => platform.az(...args, '--output', 'json'),
    login: (...args) => podpass(['login', '--data', platform.data, ...args], { env: platform.env }),
    async az(...args) {
      const result = await world.raw(...args);
      expect(result.code, `az ${args.join(' ')}: ${said(result)}`).toBe(0);
      return (result.stdout.trim() === '' ? null : JSON.parse(result.stdout)) as unknown;
    },
    async query(query, ...args) {
      const value = await world.az(...args, '--query', query);
      return typeof value === 'string' ? value : JSON.stringify(value);
    },
    async refused(exitCode, ...args) {
      const result = await world.raw(...args);
      expect(result.code, `az ${args.join(' ')}: ${said(result)}`).toBe(exitCode);
      expect(result.stderr).not.toContain('Traceback');
      return result.stderr;
    },
    ad: (line, ...more) => world.az('ad', ...line.split(' '), ...more),
    adRefused: (exitCode, line, ...more) => world.refused(exitCode, 'ad', ...line.split(' '), ...more),
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  };
  const signedIn = await world.login();
  expect(signedIn.code, said(signedIn)).toBe(0);
  await world.az('group', 'create', '-n', group, '-l', 'westeurope');
  return world;
};

/** A platform with a signed-in administrator and one group. */
export const createAzWorld = (name: string): Promise<AzWorld> => onPlatform(name, (platform) => buildWorld(platform, name));
