import { beforeEach, describe, expect, it } from 'vitest';
import { createFakeIssuer } from '../testing/fake-issuer.ts';
import { createPlatform, type Platform } from '../testing/platform.ts';
import { freshFor } from './fetch-issuer.ts';
import { mayFetchKeys } from './issuer-url.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await createPlatform();
});

describe('what is fetched', () => {
  it('nothing for an issuer that no credential of the application names', async () => {
    const { exchange, fake } = platform;
    const stranger = await createFakeIssuer(fake, 'https://stranger.example/');
    expect(await exchange({ iss: stranger.url })).toMatchObject({ code: 700211 });
    expect(fake.asked).toEqual([]);
  });

  it("nothing for an issuer that only another identity's credential names, nor for one that is still propagating", async () => {
    const { exchange, fake, directory, credential, tenantId } = platform;
    const other = await createFakeIssuer(fake, 'https://other.example/');
    const neighbour = await directory.managedIdentities.create({ tenantId, resourceId: '/other', displayName: 'other', explicit: true });
    await directory.federatedCredentials.put({ ...credential, principalId: neighbour.id, issuer: other.url });
    expect(await exchange({ iss: other.url })).toMatchObject({ code: 700211 });
    await directory.propagation.set({ federatedCredentials: 60_000 });
    platform.clock.freeze(platform.clock.now() + 60_000);
    await directory.federatedCredentials.put({ ...credential, name: 'late', issuer: other.url });
    expect(await exchange({ iss: other.url })).toMatchObject({ code: 700211 });
    expect(fake.asked).toEqual([]);
    platform.clock.freeze(platform.clock.now() + 60_000);
    expect(await exchange({ iss: other.url })).toMatchObject({ code: 7000272 });
    expect(fake.count('other.example')).toBe(2);
  });

  it('once for many exchanges, also when they come at once', async () => {
    const { exchange, fake, issuer, post, federated, claims } = platform;
    const assertion = await issuer.sign(claims());
    const gate = Promise.withResolvers<void>();
    issuer.state.wait = gate.promise;
    const pending = Array.from({ length: 20 }, () => post(federated(assertion)));
    await new Promise((resolve) => setImmediate(resolve));
    gate.resolve();
    const answers = await Promise.all(pending);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    await exchange();
    expect(fake.asked).toEqual([
      'https://oidc.example/cluster/.well-known/openid-configuration',
      'https://oidc.example/cluster/openid/v1/jwks',
    ]);
  });

  it('a slow issuer delays no other', async () => {
    const { exchange, fake, directory, credential, post, federated, claims, issuer } = platform;
    const slow = await createFakeIssuer(fake, 'https://slow.example/');
    await directory.federatedCredentials.put({ ...credential, name: 'slow', issuer: slow.url });
    const gate = Promise.withResolvers<void>();
    slow.state.wait = gate.promise;
    let done = false;
    const waiting = post(federated(await slow.sign(claims()))).then((answer) => {
      done = true;
      return answer;
    });
    expect(await exchange({ iss: issuer.url })).toMatchObject({ status: 200 });
    expect(done).toBe(false);
    gate.resolve();
    expect(await waiting).toMatchObject({ status: 200 });
  });
});

describe('what is believed', () => {
  it.each<[string, (issuer: Platform['issuer']) => void]>([
    ['an issuer that answers 500', ({ state }) => (state.status = 500)],
    ['an issuer that redirects', ({ state }) => (state.status = 302)],
    ['metadata that is no JSON', ({ state }) => (state.metadata = 'nonsense')],
    [
      'metadata of another issuer',
      ({ state }) => (state.metadata = { issuer: 'https://oidc.example/cluster', jwks_uri: 'https://oidc.example/cluster/openid/v1/jwks' }),
    ],
    ['metadata without key set', ({ state }) => (state.metadata = { issuer: 'https://oidc.example/cluster/' })],
    ['a key set without keys', ({ state }) => (state.jwks = {})],
    ['a key set with too many keys', ({ state }) => (state.jwks = { keys: Array.from({ length: 101 }, () => ({})) })],
    [
      'a key set at an internal address',
      ({ state }) => (state.metadata = { issuer: 'https://oidc.example/cluster/', jwks_uri: 'https://169.254.169.254/jwks' }),
    ],
    [
      'a key set over http',
      ({ state }) => (state.metadata = { issuer: 'https://oidc.example/cluster/', jwks_uri: 'http://oidc.example/cluster/openid/v1/jwks' }),
    ],
  ])('not %s', async (_what, spoil) => {
    const { exchange, issuer, fake } = platform;
    spoil(issuer);
    expect(await exchange()).toMatchObject({ code: 50166, status: 400 });
    expect(fake.count('169.254')).toBe(0);
  });

  it('not an issuer that cannot be reached; it is asked again after a pause only', async () => {
    const { exchange, fake, machine, issuer } = platform;
    const replies = new Map(fake.replies);
    fake.replies.clear();
    expect(await exchange()).toMatchObject({ code: 50166 });
    expect(await exchange()).toMatchObject({ code: 50166 });
    expect(fake.asked).toHaveLength(1);
    for (const [url, reply] of replies) fake.replies.set(url, reply);
    machine.now += 2000;
    expect(await exchange({ iss: issuer.url })).toMatchObject({ status: 200 });
  });

  it('no key that is not for RS256 signatures', async () => {
    const { exchange, issuer } = platform;
    const { publicJwk } = issuer.current();
    for (const change of [{ use: 'enc' }, { alg: 'PS256' }, { kty: 'EC' }, { key_ops: ['encrypt'] }, { n: 'AQAB' }]) {
      issuer.state.jwks = { keys: [{ ...publicJwk, ...change }] };
      platform.machine.now += 300_000;
      expect(await exchange()).toMatchObject({ code: 7000272 });
    }
  });
});

describe('rotation', () => {
  it('a new key is accepted at once, and a key that was rotated out is refused when the keys were fetched again', async () => {
    const { exchange, issuer, post, federated, claims, fake } = platform;
    expect(await exchange()).toMatchObject({ status: 200 });
    const old = await issuer.sign(claims());
    await issuer.rotate();
    expect(await exchange()).toMatchObject({ status: 200 });
    expect(await post(federated(old))).toMatchObject({ status: 200 });
    await issuer.rotate();
    expect(await exchange()).toMatchObject({ status: 200 });
    expect(await post(federated(old))).toMatchObject({ code: 7000272 });
    expect(fake.count('jwks')).toBeGreaterThan(2);
  });

  it.each<[string, string | undefined, number]>([
    ['its max-age', 'public, max-age=7', 7000],
    ['five minutes without one', undefined, 300_000],
    ['five minutes at most', 'max-age=86400', 300_000],
    ['a second with no-store', 'no-store', 1000],
  ])('a withdrawn key is refused after %s, by either clock', async (_what, cacheControl, bound) => {
    const { exchange, issuer, post, federated, claims, machine, clock } = platform;
    issuer.state.cacheControl = cacheControl;
    const old = await issuer.sign(claims());
    expect(await exchange()).toMatchObject({ status: 200 });
    await issuer.rotate();
    await issuer.rotate();
    machine.now += bound - 1;
    expect(await post(federated(old))).toMatchObject({ status: 200 });
    machine.now += 1;
    expect(await post(federated(old))).toMatchObject({ code: 7000272 });
    const next = await issuer.sign(claims());
    await issuer.rotate();
    await issuer.rotate();
    clock.freeze(clock.now() + bound);
    expect(await post(federated(next))).toMatchObject({ code: 7000272 });
  });

  it('unknown keys cause a few fetches only, and more with time', async () => {
    const { exchange, issuer, post, federated, claims, fake, machine } = platform;
    await exchange();
    const { publicJwk } = issuer.current();
    const forged = await issuer.sign(claims());
    issuer.state.jwks = { keys: [{ ...publicJwk, kid: 'other' }] };
    machine.now += 300_000;
    const before = fake.count('jwks');
    for (let index = 0; index < 20; index += 1) expect(await post(federated(forged))).toMatchObject({ code: 7000272 });
    expect(fake.count('jwks') - before).toBe(1 + 5);
    machine.now += 10_000;
    for (let index = 0; index < 5; index += 1) await post(federated(forged));
    expect(fake.count('jwks') - before).toBe(1 + 5 + 1);
  });
});

describe('an issuer in trouble', () => {
  it('that is unreachable is believed for a quarter of an hour more', async () => {
    const { exchange, issuer, machine } = platform;
    await exchange();
    issuer.state.status = 503;
    machine.now += 300_000;
    expect(await exchange()).toMatchObject({ status: 200 });
    machine.now += 599_999;
    expect(await exchange()).toMatchObject({ status: 200 });
    machine.now += 1;
    expect(await exchange()).toMatchObject({ code: 50166 });
  });

  it('that is gone is believed no more as soon as it says so', async () => {
    const { exchange, issuer, machine } = platform;
    await exchange();
    issuer.state.status = 404;
    expect(await exchange()).toMatchObject({ status: 200 });
    machine.now += 300_000;
    expect(await exchange()).toMatchObject({ code: 50166 });
  });
});

describe('an issuer that says it is gone', () => {
  it('when it is asked for an unknown key is believed no more', async () => {
    const { exchange, issuer } = platform;
    await exchange();
    await issuer.rotate();
    issuer.state.status = 410;
    expect(await exchange()).toMatchObject({ code: 50166 });
  });
});

describe('freshFor', () => {
  it.each([
    ['max-age=60', 60_000],
    ['public, MAX-AGE="30"', 30_000],
    ['max-age=0', 1000],
    ['no-cache, max-age=60', 1000],
    ['max-age=x', 300_000],
    ['', 300_000],
    ['max-age=9999999999999', 300_000],
  ])('%s: %d ms', (header, expected) => {
    expect(freshFor(header)).toBe(expected);
  });
});

describe('mayFetchKeys', () => {
  const issuer = 'https://oidc.example:8443/a/';
  it.each([
    ['https://oidc.example:8443/keys', true],
    ['https://keys.example/jwks', true],
    ['https://oidc.example/keys', true],
    ['http://oidc.example:8443/keys', false],
    ['https://keys.example:8080/jwks', false],
    ['https://127.0.0.1/jwks', false],
    ['https://2130706433/jwks', false],
    ['https://[::1]/jwks', false],
    ['https://localhost/jwks', false],
    ['https://app.localhost./jwks', false],
    ['https://printer.local/jwks', false],
    ['https://router/jwks', false],
    ['https://user@keys.example/jwks', false],
    ['file:///etc/passwd', false],
    ['keys', false],
  ])('%s: %s', (jwksUri, expected) => {
    expect(mayFetchKeys(issuer, jwksUri)).toBe(expected);
  });
});
