import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { createTelemetry, silentTelemetry } from '@podpass/telemetry';
import { createClock } from '@podpass/kernel';
import { Writable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { authority, bodyOf, plain, platform, statusOf, surface, talk } from '../testing/platform.ts';
import { isAzureName } from './azure-names.ts';
import { createConnectProxy, type ProxyOptions } from './proxy.ts';
import { decide } from './rules.ts';
import { connectTarget, plainTarget } from './target.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const start = async (over: Partial<ProxyOptions> = {}) => {
  const handed: Duplex[] = [];
  const accept = (socket: Duplex) => void handed.push(socket.destroy());
  const proxy = createConnectProxy({
    serves: (host) => host === 'a.test',
    isAzureName,
    outbound: 'refuse',
    telemetry: silentTelemetry(),
    accept,
    ...over,
  });
  closers.push(() => proxy.close());
  return { ...(await proxy.listen()), handed, proxy };
};
const serve = async (server: Server): Promise<number> => {
  const open = new Set<Socket>();
  server.on('connection', (socket) => open.add(socket));
  closers.push(async () => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};
const connectTo = (target: string) => `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`;
const reasonOf = (answer: string) => /x-podpass-refusal: (\S+)/.exec(answer)?.[1];

describe('the table of Azure names', () => {
  it.each([
    'login.microsoftonline.com',
    'management.azure.com',
    'x.vault.azure.net',
    'graph.microsoft.com',
    'acc.blob.core.windows.net',
    'aka.ms',
    'mcr.microsoft.com',
    'dc.services.visualstudio.com',
    'x.hcp.eastus.azmk8s.io',
    'eastus.oic.prod-aks.azure.com',
    'login.chinacloudapi.cn',
    'management.usgovcloudapi.net',
    'x.azurecr.io',
    'app.azurewebsites.net',
    'x.trafficmanager.net',
    'azure.com',
  ])('%s is one', (name) => expect(isAzureName(name)).toBe(true));
  it.each(['example.com', 'azure.com.example', 'notazure.com', 'com', '', 'packages.example', 'my-microsoft.com'])('%j is none', (name) =>
    expect(isAzureName(name)).toBe(false),
  );
});

describe('the rules', () => {
  const rules = { serves: (host: string) => host === 'vault.azure.net' || host === 'a.test', isAzureName };
  it.each([
    ['vault.azure.net:443', 'serve'],
    ['VAULT.azure.net.:443', 'serve'],
    ['vault.azure.net:80', 'served-name-port'],
    ['management.azure.com:443', 'azure-name'],
    ['management.azure.com.:443', 'azure-name'],
    ['MANAGEMENT.AZURE.COM:8443', 'azure-name'],
    ['169.254.169.254:80', 'metadata'],
    ['168.63.129.16:443', 'metadata'],
    ['[fe80::1]:443', 'metadata'],
    ['[::ffff:169.254.169.254]:443', 'metadata'],
    ['127.0.0.1:22', 'loopback'],
    ['[::1]:443', 'loopback'],
    ['localhost:443', 'loopback'],
    ['x.localhost:443', 'loopback'],
    ['0.0.0.0:443', 'loopback'],
    ['example.com:443', 'tunnel'],
    ['10.0.0.1:8080', 'tunnel'],
  ])('CONNECT %s: %s', (text, expected) => {
    const target = connectTarget(text)!;
    const decision = decide(target, { ...rules, outbound: 'tunnel' });
    expect(decision.action === 'refuse' ? decision.reason : decision.action).toBe(expected);
    const strict = decide(target, { ...rules, outbound: 'refuse' });
    expect(strict.action === 'refuse' ? strict.reason : strict.action).toBe(expected === 'tunnel' ? 'outbound' : expected);
  });

  it.each([
    ['http://169.254.169.254/metadata/identity', 'metadata'],
    ['http://a.test/x', 'served-name-plain'],
    ['http://management.azure.com/x', 'azure-name'],
    ['http://2130706433/', 'loopback'],
    ['http://127.1/', 'loopback'],
    ['http://example.com/x', 'tunnel'],
  ])('%s: %s', (text, expected) => {
    const decision = decide(plainTarget(text)!, { ...rules, outbound: 'tunnel' });
    expect(decision.action === 'refuse' ? decision.reason : decision.action).toBe(expected);
  });

  it.each([
    '',
    'a.test',
    'a.test:',
    'a.test:99999',
    ':443',
    '..:443',
    '.a:443',
    'a..b:443',
    'a b:443',
    'http://a.test:443',
    '[::g]:443',
    '[....]:443',
  ])('%j is malformed', (text) => expect(connectTarget(text)).toBeUndefined());
  it.each(['', '/', 'https://a.test/', 'ftp://x/', 'http://u:p@a.test/', 'http://'])('%j is malformed too', (text) =>
    expect(plainTarget(text)).toBeUndefined(),
  );
});

describe('the proxy', () => {
  it.each([
    ['an Azure name', connectTo('management.azure.com:443'), 403, 'azure-name'],
    ['another name', connectTo('example.com:443'), 403, 'outbound'],
    ['a malformed target', connectTo('nonsense'), 400, 'malformed'],
    ['a request of its own', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'malformed'],
    ['instance metadata', 'GET http://169.254.169.254/metadata HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n', 403, 'metadata'],
    ['what is no HTTP', '\u0016\u0003\u0001\r\n\r\n', 400, 'malformed'],
    ['huge headers', `CONNECT a.test:443 HTTP/1.1\r\nX: ${'y'.repeat(70_000)}\r\n\r\n`, 400, 'malformed'],
    ['an upgrade', 'GET http://example.com/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n', 400, 'malformed'],
  ])('refuses %s', async (_what, text, status, reason) => {
    const { port, handed } = await start();
    const answer = await talk(await plain(port), text);
    expect([statusOf(answer), reasonOf(answer)]).toEqual([status, reason]);
    expect(answer.split('\r\n\r\n')[1]?.trim()).toMatch(/^\S.*\.$/);
    expect(handed).toEqual([]);
  });

  it('logs and counts refusals', async () => {
    const lines: string[] = [];
    const destination = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    });
    const telemetry = createTelemetry({ level: 'warn', clock: createClock(), destination });
    const { port } = await start({ telemetry });
    await talk(await plain(port), connectTo('x.documents.azure.com:443'));
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'warn', proxy: 'azure-name', host: 'x.documents.azure.com' });
    expect(await telemetry.metrics.exposition()).toContain('podpass_refusals_total{surface="proxy",reason="azure-name"} 1');
  });

  it('tunnels to no name that resolves to the machine or to metadata', async () => {
    for (const [address, reason] of [
      ['127.0.0.1', 'loopback'],
      ['169.254.169.254', 'metadata'],
    ] as const) {
      const lookup = async () => [
        { address: '8.8.8.8', family: 4 as const },
        { address, family: 4 as const },
      ];
      const { port } = await start({ outbound: 'tunnel', lookup });
      expect(reasonOf(await talk(await plain(port), connectTo('rebound.example:443')))).toBe(reason);
    }
  });

  it('says that a name cannot be resolved or reached', async () => {
    const { port } = await start({ outbound: 'tunnel', allowLoopback: true, lookup: () => Promise.reject(new Error('ENOTFOUND')) });
    expect(statusOf(await talk(await plain(port), connectTo('nowhere.example:443')))).toBe(502);
    expect(statusOf(await talk(await plain(port), connectTo('127.0.0.1:1')))).toBe(502);
  });

  it('hands served names to the listener', async () => {
    await using server = await platform([surface('a')]);
    const { port } = await start({ accept: (socket) => server.listener.accept(socket) });
    const raw = await plain(port);
    raw.write(connectTo('a.test:443'));
    await new Promise((resolve) => raw.once('data', resolve));
    const secured = connectTls({ socket: raw, servername: 'a.test', ca: authority.certificate });
    const answer = await talk(secured, 'GET /through HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n');
    expect(bodyOf(answer)).toMatchObject({ path: '/through' });
  });

  it('tunnels half-open connections and early bytes', async () => {
    const echo = createServer({ allowHalfOpen: true }, (socket) => {
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('end', () => socket.end(`got ${text}`));
      socket.on('error', () => undefined);
    });
    const echoPort = await serve(echo);
    const { port } = await start({ outbound: 'tunnel', allowLoopback: true });
    const client = await plain(port);
    const answer = talk(client, `${connectTo(`127.0.0.1:${echoPort}`)}early`);
    client.end(' late');
    expect(await answer).toContain('got early late');
  });

  it('forwards plain HTTP without the headers of the hop', async () => {
    const target = createHttpServer((request, response) => response.end(JSON.stringify({ url: request.url, headers: request.headers })));
    const targetPort = await serve(target);
    const { port } = await start({ outbound: 'tunnel', allowLoopback: true });
    const text = `GET http://127.0.0.1:${targetPort}/x?y HTTP/1.1\r\nHost: other\r\nProxy-Authorization: Basic eA==\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nX-End: 2\r\n\r\n`;
    const answer = await talk(await plain(port), text);
    expect(answer).toContain('"url":"/x?y"');
    expect(answer).toContain('"x-end":"2"');
    expect(answer).toContain(`"host":"127.0.0.1:${targetPort}"`);
    expect(answer).not.toContain('x-hop');
    expect(answer).not.toContain('proxy-authorization');
  });

  it('destroys tunnels when it closes', async () => {
    const port = await serve(createServer((socket) => socket.on('error', () => undefined)));
    const { port: proxyPort, proxy } = await start({ outbound: 'tunnel', allowLoopback: true });
    const client = await plain(proxyPort);
    const answer = talk(client, connectTo(`127.0.0.1:${port}`));
    await new Promise((resolve) => client.once('data', resolve));
    await proxy.close();
    expect(await answer).toContain('200 Connection Established');
  });
});
