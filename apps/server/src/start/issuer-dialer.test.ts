import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIssuerDialer } from './issuer-dialer.ts';

/** Says its name to whoever connects. */
const speaker = async (name: string): Promise<{ server: Server; port: number }> => {
  const server = createServer((socket) => socket.end(name)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
};

let listener: Awaited<ReturnType<typeof speaker>>;
let issuer: Awaited<ReturnType<typeof speaker>>;
let registered: Set<string>;

beforeEach(async () => {
  [listener, issuer, registered] = [await speaker('platform'), await speaker('issuer'), new Set()];
});
afterEach(() => {
  listener.server.close();
  issuer.server.close();
});

const dialer = (allowExternal = false) =>
  createIssuerDialer({
    serves: (host) => host === 'login.test',
    listenerPort: listener.port,
    allowExternal,
    registered: (host, port) => registered.has(`${host}:${port}`),
  });
const heard = async (host: string, port: number, allowExternal = false): Promise<string> => {
  const socket = await dialer(allowExternal).connect(host, port);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
};

describe('the way to issuers', () => {
  it.each([false, true])('leads to no internal address that is not registered (outside allowed: %s)', async (external) => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '10.0.0.1', '169.254.169.254'])
      await expect(heard(host, issuer.port, external)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('leads to a registered issuer, at its own port only, until it is removed', async () => {
    registered.add(`127.0.0.1:${issuer.port}`);
    expect(await heard('127.0.0.1', issuer.port)).toBe('issuer');
    await expect(heard('127.0.0.1', listener.port)).rejects.toMatchObject({ code: 'invalid' });
    await expect(heard('localhost', issuer.port)).rejects.toMatchObject({ code: 'invalid' });
    registered.clear();
    await expect(heard('127.0.0.1', issuer.port)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('leads served names to the platform, even when somebody registers one of them', async () => {
    registered.add(`login.test:${issuer.port}`);
    registered.add('login.test:443');
    expect(await heard('login.test', issuer.port)).toBe('platform');
    expect(await heard('login.test', 443)).toBe('platform');
  });

  it('has the platform’s authority vouch for served names only', () => {
    registered.add('issuer.internal:443');
    expect(['login.test', 'issuer.internal', 'example.com'].map((host) => dialer().isExternal?.(host))).toEqual([false, true, true]);
  });
});
