import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { podpass, startPlatform, type Platform } from '../platform/platform.ts';

interface LogLine {
  readonly message?: string;
  readonly proxy?: string;
  readonly host?: string;
}

/** Names that the platform serves; every other name in a log line was refused. */
const served =
  /^(login\.microsoftonline\.com|management\.azure\.com|graph\.microsoft\.com|[a-z0-9-]+\.vault\.azure\.net|.+\.azmk8s\.io|.+\.oic\.prod-aks\.azure\.com)$/;

describe.skipIf(!clientsAvailable)('az under podpass exec', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await startPlatform('proxy-az', ['--log-level', 'debug']);
    const login = await podpass(['login', '--data', platform.data], { env: platform.env });
    if (login.code !== 0) throw new Error(login.stderr);
  });
  afterAll(async () => {
    await platform?.[Symbol.asyncDispose]();
  });

  const exec = (...args: string[]) => podpass(['exec', '--data', platform.data, '--', ...args], { env: platform.env });
  const log = async (): Promise<LogLine[]> => {
    const { stdout } = await platform.podpass('logs', '--lines', '100000', '--output', 'json');
    return stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogLine)
      .filter(({ message }) => message !== 'ready');
  };

  it('lists groups by served names alone', async () => {
    const result = await exec('az', 'group', 'list', '--output', 'json');
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toEqual([]);
    const hosts = (await log()).flatMap(({ host, proxy }) => (host === undefined || proxy !== undefined ? [] : [host]));
    expect(hosts).toContain('management.azure.com');
    for (const host of hosts) expect(host).toMatch(served);
  });

  it('cannot list extensions: their index is not served, and az says so', async () => {
    const result = await exec('az', 'extension', 'list-available');
    expect(result.code).not.toBe(0);
    expect(result.stderr).toMatch(/Unable to get extension index|Unable to connect to proxy|403/);
    const refused = (await log()).filter(({ proxy }) => proxy === 'azure-name').map(({ host }) => host);
    expect(refused).toContain('aka.ms');
  });

  it('tells its version without reaching anything', async () => {
    const result = await exec('az', 'version', '--output', 'json');
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toHaveProperty('azure-cli');
  });

  it('nothing but served names was opened; what was refused is an Azure name or outbound', async () => {
    const lines = await log();
    const opened = lines.flatMap(({ host, proxy }) => (host === undefined || proxy !== undefined ? [] : [host]));
    expect(opened.filter((host) => !served.test(host))).toEqual([]);
    expect(opened.length).toBeGreaterThan(0);
    const reasons = new Set(lines.flatMap(({ proxy }) => (proxy === undefined ? [] : [proxy])));
    expect([...reasons].filter((reason) => reason !== 'azure-name' && reason !== 'outbound')).toEqual([]);
  });
});
