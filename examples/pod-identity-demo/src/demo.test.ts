import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createGet, type Get } from './request.ts';
import { runRound } from './round.ts';
import { parseDuration, readSettings, type Settings } from './settings.ts';

const args = ['--subscriptionid=sub', '--clientid=client', '--resourcegroup=group'];
const settingsOf = (given: readonly string[], environment: Record<string, string> = {}): Settings => {
  const settings = readSettings(given, environment);
  if (typeof settings === 'string') throw new Error(settings);
  return settings;
};

describe('settings', () => {
  it.each([
    [['--unknown=x'], 'unknown flag: --unknown=x'],
    [['word'], 'unknown flag: word'],
    [['--clientid'], 'flag needs an argument: --clientid'],
    [['--period=soon'], 'invalid argument "soon" for "--period" flag'],
    [['--period=0s'], 'invalid argument "0s" for "--period" flag'],
  ])('%j is refused', (given, fault) => {
    expect(readSettings(given, {})).toBe(fault);
  });

  it('refuses an endpoint that is no http URL', () => {
    expect(readSettings(args, { AZURE_POD_IDENTITY_AUTHORITY_HOST: 'file:///etc' })).toContain('no http URL');
  });

  it.each([args, ['-subscriptionid=sub', '-clientid', 'client', '--resourcegroup', 'group']])('reads Go flags', (...given) => {
    expect(settingsOf(given)).toMatchObject({
      subscriptionId: 'sub',
      clientId: 'client',
      resourceGroup: 'group',
      resource: 'https://management.azure.com/',
      period: 10_000,
      metadataOrigin: 'http://169.254.169.254',
    });
  });

  it.each([
    ['100s', 100_000],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['10', undefined],
    ['', undefined],
  ])('reads the duration %s', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });
});

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A metadata service on loopback; returns its origin and what it was asked. */
const metadata = async (status = 200) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${String(request.headers['metadata'])} ${request.url ?? ''}`);
    response.statusCode = status;
    response.end(request.url?.startsWith('/metadata/identity') ? JSON.stringify({ access_token: 'secret-token' }) : '{}');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { origin: `http://127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}`, asked };
};

const round = async (origin: string, arm: Get): Promise<readonly string[]> => {
  const lines: string[] = [];
  const direct = createGet({ timeout: 5_000 });
  const get: Get = (url, headers) => (url.startsWith('https:') ? arm(url, headers) : direct(url, headers));
  await runRound({ settings: settingsOf(args, { AZURE_POD_IDENTITY_AUTHORITY_HOST: `${origin}/` }), get, log: (line) => lines.push(line) });
  return lines;
};

describe('a round', () => {
  it('tells failures and goes on', async () => {
    const { origin } = await metadata(404);
    const lines = await round(origin, async () => ({ status: 500, body: '' }));
    expect(lines).toHaveLength(4);
    expect(lines.join('\n')).not.toContain('successfully');
    expect(lines[0]).toContain("failed to list all vm, error: adal: Refresh request failed. Status Code = '404'");
  });

  it('tells what the resource manager refuses, without the token', async () => {
    const { origin } = await metadata();
    const lines = await round(origin, async () => ({ status: 403, body: '{"error":{"code":"AuthorizationFailed"}}' }));
    expect(lines[0]).toBe('failed to list all vm, error: StatusCode=403 -- Original Error: {"error":{"code":"AuthorizationFailed"}}');
    expect(lines.join('\n')).not.toContain('secret-token');
  });

  it('never sends the token to a link elsewhere', async () => {
    const { origin } = await metadata();
    const urls: string[] = [];
    const lines = await round(origin, async (url) => {
      urls.push(url);
      return { status: 200, body: JSON.stringify({ value: [], nextLink: 'https://evil.example/' }) };
    });
    expect(lines[0]).toContain('failed to list all vm');
    expect(urls).toHaveLength(1);
  });

  it('prints the documented lines', async () => {
    const { origin, asked } = await metadata();
    const pages = [{ value: [{}], nextLink: 'https://management.azure.com/next' }, { value: [] }];
    const urls: string[] = [];
    const lines = await round(origin, async (url, headers) => {
      expect(headers).toMatchObject({ Authorization: 'Bearer secret-token' });
      urls.push(url);
      return { status: 200, body: JSON.stringify(pages[urls.length - 1]) };
    });
    const endpoint = `${origin}/metadata/identity/oauth2/token`;
    expect(lines).toEqual([
      'successfully doARMOperations vm count 1',
      `successfully acquired a token using the MSI, msiEndpoint(${endpoint})`,
      `successfully acquired a token, userAssignedID MSI, msiEndpoint(${endpoint}) clientID(client)`,
      'successfully made GET on instance metadata',
    ]);
    expect(urls[0]).toBe(
      'https://management.azure.com/subscriptions/sub/resourceGroups/group/providers/Microsoft.Compute/virtualMachines?api-version=2019-12-01',
    );
    expect(asked.every((line) => line.startsWith('true /metadata/'))).toBe(true);
    expect(asked.filter((line) => line.includes('client_id=client'))).toHaveLength(1);
  });
});
