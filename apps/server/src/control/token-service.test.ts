import { KernelError } from '@podpass/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { issuerRoutes } from './issuers.ts';
import { keyRoutes } from './keys.ts';
import { propagationRoutes } from './propagation.ts';
import { asker } from './testing.ts';

/** Every call that changed something. */
let calls: unknown[];
let delay: number;
const key = { kid: 'k', state: 'signing' as const, createdDateTime: '2026-01-01T00:00:00.000Z' };
const ask = asker([
  ...keyRoutes({
    list: () => [key],
    rotate: async (options) => {
      calls.push(options);
      return [key];
    },
  }),
  ...propagationRoutes({
    federatedCredentials: () => delay,
    set: async ({ federatedCredentials }) => {
      calls.push(federatedCredentials);
      delay = federatedCredentials;
    },
  }),
  ...issuerRoutes({
    list: () => [],
    register: async (issuer) => {
      if (issuer.issuer === 'full') throw new KernelError('conflict', 'There are 100 issuers.');
      if (issuer.issuer === 'http://x') throw new KernelError('invalid', 'An issuer is an https URL.');
      calls.push(issuer);
      return { ...issuer, registeredDateTime: '2026-01-01T00:00:00.000Z' };
    },
    remove: async (issuer) => issuer === 'https://a',
  }),
]);

beforeEach(() => {
  calls = [];
  delay = 0;
});

describe('bad input changes nothing', () => {
  it.each<['POST' | 'PUT' | 'DELETE', string, unknown, string]>([
    ['POST', '/keys/rotate', [], 'Give an object'],
    ['POST', '/keys/rotate', null, 'Give an object'],
    ['POST', '/keys/rotate', { revoke: 'yes' }, 'revoke must be true or false'],
    ['POST', '/keys/rotate', { revoke: null }, 'revoke must be true or false'],
    ['POST', '/keys/rotate', { revok: true }, 'There is no "revok" here'],
    ['PUT', '/propagation', undefined, 'number of seconds'],
    ['PUT', '/propagation', {}, 'number of seconds'],
    ['PUT', '/propagation', { federatedCredentials: '5' }, 'number of seconds'],
    ['PUT', '/propagation', { federatedCredentials: -1 }, 'number of seconds'],
    ['PUT', '/propagation', { federatedCredentials: 600.001 }, 'number of seconds'],
    ['PUT', '/propagation', { federatedCredentials: Number.NaN }, 'number of seconds'],
    ['PUT', '/propagation', { federatedCredentials: 5, groups: 5 }, 'There is no "groups" here'],
    ['PUT', '/issuers', undefined, 'issuer must be the URL'],
    ['PUT', '/issuers', 'https://a', 'Give an object'],
    ['PUT', '/issuers', { issuer: 5 }, 'issuer must be the URL'],
    ['PUT', '/issuers', { issuer: '' }, 'issuer must be the URL'],
    ['PUT', '/issuers', { issuer: `https://${'a'.repeat(600)}` }, 'issuer must be the URL'],
    ['PUT', '/issuers', { issuer: 'https://a', ca: ['x'] }, 'ca must hold certificates'],
    ['PUT', '/issuers', { issuer: 'https://a', ca: null }, 'ca must hold certificates'],
    ['PUT', '/issuers', { issuer: 'https://a', insecure: true }, 'There is no "insecure" here'],
    ['PUT', '/issuers', { issuer: 'http://x' }, 'An issuer is an https URL.'],
    ['DELETE', '/issuers', undefined, 'issuer must be the URL'],
    ['DELETE', '/issuers?issuer=', undefined, 'issuer must be the URL'],
  ])('%s %s with %j', async (method, path, body, said) => {
    expect(await ask(method, path, body)).toEqual({ status: 400, body: { error: expect.stringContaining(said) as string } });
    expect(calls).toEqual([]);
  });

  it('one issuer too many is a conflict', async () => {
    expect(await ask('PUT', '/issuers', { issuer: 'full' })).toEqual({ status: 409, body: { error: 'There are 100 issuers.' } });
  });
});

describe('keys', () => {
  it.each([
    [undefined, false],
    [{}, false],
    [{ revoke: false }, false],
    [{ revoke: true }, true],
  ])('rotate with %j revokes: %s', async (body, revoke) => {
    expect(await ask('POST', '/keys/rotate', body)).toEqual({ status: 200, body: { keys: [key] } });
    expect(calls).toEqual([{ revoke }]);
  });

  it('are listed', async () => expect((await ask('GET', '/keys')).body).toEqual({ keys: [key] }));
});

describe('propagation', () => {
  it.each([0, 0.5, 600])('of %d seconds is set in milliseconds and told in seconds', async (federatedCredentials) => {
    expect(await ask('PUT', '/propagation', { federatedCredentials })).toEqual({ status: 200, body: { federatedCredentials } });
    expect(calls).toEqual([federatedCredentials * 1000]);
    expect((await ask('GET', '/propagation')).body).toEqual({ federatedCredentials });
  });
});

describe('issuers', () => {
  it('are registered with their certificates and removed to the character', async () => {
    expect(await ask('PUT', '/issuers', { issuer: 'https://a', ca: 'PEM' })).toMatchObject({
      status: 200,
      body: { issuer: 'https://a', ca: 'PEM' },
    });
    expect(calls).toEqual([{ issuer: 'https://a', ca: 'PEM' }]);
    expect((await ask('DELETE', '/issuers?issuer=https%3A%2F%2Fa')).body).toEqual({ issuer: 'https://a', removed: true });
    expect((await ask('DELETE', '/issuers?issuer=https%3A%2F%2Fa%2F')).body).toEqual({ issuer: 'https://a/', removed: false });
    expect((await ask('GET', '/issuers')).body).toEqual({ issuers: [] });
  });
});
