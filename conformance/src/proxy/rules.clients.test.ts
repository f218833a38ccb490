import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../platform/platform.ts';
import { readRunFile } from '../wire/azure.ts';
import { connectText, plainText, tellProxy } from './proxy-client.ts';

/** Names of Azure and of what its tools talk to. None is served; none may leave the machine. */
const azureNames = [
  'foo.blob.core.windows.net',
  'azcliextensionsync.blob.core.windows.net',
  'azcliprod.blob.core.windows.net',
  'dc.services.visualstudio.com',
  'westeurope-5.in.applicationinsights.azure.com',
  'aka.ms',
  'portal.azure.com',
  'graph.windows.net',
  'login.partner.microsoftonline.cn',
  'login.microsoftonline.us',
  'management.usgovcloudapi.net',
  'vault.usgovcloudapi.net',
  'mcr.microsoft.com',
  'myregistry.azurecr.io',
  'app.azurewebsites.net',
  'x.documents.azure.com',
  'x.database.windows.net',
  'x.servicebus.windows.net',
  'management.core.windows.net',
  'aadcdn.msauth.net',
  'device.login.microsoftonline.com',
];

describe.each([
  ['refuse', { status: 403, reason: 'outbound' }],
  ['tunnel', { status: 502, reason: 'unreachable' }],
] as const)('the proxy with --outbound %s', (mode, unresolved) => {
  let platform: Platform;
  let proxy: string;
  let server: Server;
  let port: number;
  /** What a server on this machine was asked. */
  const asked: string[] = [];

  beforeAll(async () => {
    platform = await startPlatform(`proxy-${mode}`, ['--outbound', mode]);
    ({ proxy } = await readRunFile(platform.data));
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('reached');
    });
    server.on('connection', () => asked.push('connection'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(async () => {
    server?.close();
    await platform?.[Symbol.asyncDispose]();
  });

  it.each([
    'login.microsoftonline.com',
    'management.azure.com',
    'graph.microsoft.com',
    'any-name.vault.azure.net',
    'MANAGEMENT.AZURE.COM',
    'management.azure.com.',
  ])('%s is served', async (name) => {
    expect(await tellProxy(proxy, connectText(`${name}:443`))).toMatchObject({ status: 200 });
  });

  it.each(azureNames)('%s is refused, with what to do', async (name) => {
    const answer = await tellProxy(proxy, connectText(`${name}:443`));
    expect(answer).toMatchObject({ status: 403, reason: 'azure-name' });
    expect(answer.body).toContain(`Podpass does not implement ${name}`);
    expect(answer.body).toContain('nothing was sent anywhere');
    expect(answer.body).toContain('docs/parity.md');
    expect(answer.body).toContain('NO_PROXY');
  });

  it.each(['management.azure.com', 'login.microsoftonline.com', 'x.vault.azure.net'])('%s on another port is refused', async (name) => {
    expect(await tellProxy(proxy, connectText(`${name}:8443`))).toMatchObject({ status: 403, reason: 'served-name-port' });
  });

  it.each(['management.azure.com', 'x.vault.azure.net'])('plain http to %s is refused, and the https URL named', async (name) => {
    const answer = await tellProxy(proxy, plainText(`http://${name}/x`));
    expect(answer).toMatchObject({ status: 403, reason: 'served-name-plain' });
    expect(answer.body).toContain(`use https://${name}`);
  });

  it('plain http to an Azure name that is not served is refused', async () => {
    expect(await tellProxy(proxy, plainText('http://foo.blob.core.windows.net/x'))).toMatchObject({ status: 403, reason: 'azure-name' });
  });

  it.each([
    'http://169.254.169.254/metadata/identity/oauth2/token?resource=x',
    'http://168.63.129.16/machine',
    'http://[fe80::1]/x',
    'http://[::ffff:169.254.169.254]/x',
    'http://2852039166/x',
    'http://0xa9fea9fe/x',
  ])('%s is refused', async (url) => {
    const answer = await tellProxy(proxy, plainText(url));
    expect(answer).toMatchObject({ status: 403, reason: 'metadata' });
    expect(answer.body).toContain('metadata addresses are never reached');
  });

  it('a CONNECT to the metadata address is refused', async () => {
    expect(await tellProxy(proxy, connectText('169.254.169.254:80'))).toMatchObject({ status: 403, reason: 'metadata' });
  });

  it.each(['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '127.1.2.3', 'x.localhost'])(
    'the machine itself as %s is refused, and nothing reaches it',
    async (host) => {
      asked.length = 0;
      for (const bytes of [connectText(`${host}:${port}`), plainText(`http://${host}:${port}/secret`)]) {
        const answer = await tellProxy(proxy, bytes);
        expect(answer).toMatchObject({ status: 403, reason: 'loopback' });
        expect(answer.body).toMatch(/^Podpass refused .+ NO_PROXY\.$/);
      }
      expect(asked).toEqual([]);
    },
  );

  it.skipIf(mode === 'tunnel').each([
    ['other names', 'example.invalid:443'],
    ['names that only look like Azure', 'management.azure.com.example.invalid:443'],
    ['addresses of a network', '192.0.2.1:443'],
  ])('%s are refused unless outbound connections are on', async (_what, target) => {
    const answer = await tellProxy(proxy, connectText(target));
    expect(answer).toMatchObject({ status: 403, reason: 'outbound' });
    expect(answer.body).toContain('outbound connections are off');
  });

  it('a name that cannot be resolved is looked up only where outbound connections are on', async () => {
    expect(await tellProxy(proxy, connectText('name.invalid:443'))).toMatchObject(unresolved);
  });

  it.each([
    'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
    'CONNECT nonsense HTTP/1.1\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\r\n\r\n',
    'GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n',
  ])('%j is explained', async (bytes) => {
    const answer = await tellProxy(proxy, bytes);
    expect(answer).toMatchObject({ status: 400, reason: 'malformed' });
    expect(answer.body).toContain('set HTTPS_PROXY to it');
  });

  it('refusals stand in the log, and are counted', async () => {
    const log = await platform.podpass('logs', '--lines', '1000', '--output', 'json');
    const hosts = log.stdout
      .split('\n')
      .flatMap((line) => (line.includes('"proxy":"azure-name"') ? [(JSON.parse(line) as { host: string }).host] : []));
    expect(hosts).toEqual(expect.arrayContaining(azureNames));
    const { control } = await readRunFile(platform.data);
    const metrics = await (await fetch(`${control}/metrics`)).text();
    expect(Number(/^podpass_refusals_total\{surface="proxy",reason="azure-name"\} (\d+)/m.exec(metrics)?.[1])).toBeGreaterThanOrEqual(
      azureNames.length,
    );
  });
});
