import { createCertificateAuthority } from '@podpass/crypto';
import { createClock, type AdjustableClock } from '@podpass/kernel';
import { createMemoryStore } from '@podpass/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeIssuer, createFakeWire, never, type FakeWire } from '../testing/fake-issuer.ts';
import { createIssuerEntries } from './issuer-entries.ts';
import { createIssuerKeys, type IssuerKeys } from './issuer-keys.ts';
import { issuerLimits } from './limits.ts';
import { createRegisteredIssuers } from './registered-issuers.ts';
import type { RegisteredIssuers } from './types.ts';

let fake: FakeWire;
let registered: RegisteredIssuers;
let keys: IssuerKeys;
let machine: { now: number };
let clock: AdjustableClock;
beforeEach(async () => {
  vi.useFakeTimers();
  fake = createFakeWire();
  machine = { now: 0 };
  clock = createClock({ frozenAt: 1_800_000_000_000 });
  registered = await createRegisteredIssuers(createMemoryStore(), clock);
  keys = createIssuerKeys({ wire: fake.wire, clock, monotonic: () => machine.now, registered });
});
afterEach(() => {
  keys.close();
  vi.useRealTimers();
});

const hang = (url: string) => fake.replies.set(`${url}.well-known/openid-configuration`, () => ({ wait: never() }));
/** Asks and tells what came of it, without waiting for it. */
const ask = (url: string, kid?: string) => {
  const outcome = { text: 'waiting' };
  Promise.resolve()
    .then(() => keys.keysFor(url, kid))
    .then(
      () => (outcome.text = 'keys'),
      (thrown: unknown) => (outcome.text = thrown instanceof Error ? thrown.message : 'thrown'),
    );
  return outcome;
};
const settle = () => vi.advanceTimersByTimeAsync(0);

describe('an issuer that hangs', () => {
  it('has one fetch in flight, and delays no other', async () => {
    hang('https://slow.example/');
    const waiting = Array.from({ length: 100 }, () => ask('https://slow.example/', 'k'));
    const other = await createFakeIssuer(fake, 'https://other.example/');
    await settle();
    await expect(keys.keysFor(other.url, other.current().kid)).resolves.toMatchObject({ keys: [{ kid: other.current().kid }] });
    expect(fake.count('slow')).toBe(1);
    expect(waiting.every(({ text }) => text === 'waiting')).toBe(true);
  });

  it('has a bounded number of callers waiting; further ones fail at once', async () => {
    hang('https://slow.example/');
    const waiting = Array.from({ length: issuerLimits.waiters }, () => ask('https://slow.example/'));
    await settle();
    const late = ask('https://slow.example/');
    await settle();
    expect(late.text).toContain('Too many callers');
    expect(waiting.every(({ text }) => text === 'waiting')).toBe(true);
  });

  it('is given up by all that wait after the time-out, and its places are free again', async () => {
    hang('https://slow.example/');
    const waiting = Array.from({ length: issuerLimits.waiters }, () => ask('https://slow.example/'));
    await vi.advanceTimersByTimeAsync(issuerLimits.timeout - 1);
    expect(waiting.every(({ text }) => text === 'waiting')).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(waiting.every(({ text }) => text.includes('No answer'))).toBe(true);
    expect(fake.requests[0]!.signal!.aborted).toBe(true);
    const next = ask('https://slow.example/');
    await settle();
    expect(next.text).not.toContain('Too many callers');
  });

  it('fails at once for a while after it was given up, and is then asked again', async () => {
    hang('https://slow.example/');
    ask('https://slow.example/');
    await vi.advanceTimersByTimeAsync(issuerLimits.timeout);
    const paused = ask('https://slow.example/');
    await settle();
    expect([paused.text.includes('No answer'), fake.asked.length]).toEqual([true, 1]);
    machine.now += issuerLimits.pauseAfterFailure;
    ask('https://slow.example/');
    await settle();
    expect(fake.asked).toHaveLength(2);
  });

  it('serves with its last keys once it was given up, while they are young enough', async () => {
    const issuer = await createFakeIssuer(fake);
    await keys.keysFor(issuer.url, undefined);
    hang(issuer.root);
    machine.now += issuerLimits.freshMost;
    const waiting = ask(issuer.url);
    // The address of the key set is fresh no more either, so that the metadata is what hangs.
    await vi.advanceTimersByTimeAsync(issuerLimits.timeout);
    expect(waiting.text).toBe('keys');
    machine.now += issuerLimits.staleMost;
    const late = ask(issuer.url);
    await vi.advanceTimersByTimeAsync(issuerLimits.timeout);
    expect(late.text).toContain('No answer');
  });

  it('at its key set is bounded by the same time-out', async () => {
    const issuer = await createFakeIssuer(fake);
    fake.replies.set('https://oidc.example/cluster/openid/v1/jwks', () => ({ wait: never() }));
    const waiting = ask(issuer.url);
    await vi.advanceTimersByTimeAsync(issuerLimits.timeout);
    expect(waiting.text).toContain('No answer');
  });

  it('one of very many: fetches are bounded in all, and more so for issuers that failed', async () => {
    const urls = Array.from({ length: issuerLimits.fetches + 1 }, (_, index) => `https://slow${index}.example/`);
    for (const url of urls) hang(url);
    const outcomes = urls.map((url) => ask(url));
    await settle();
    expect(fake.asked).toHaveLength(issuerLimits.fetches);
    expect(outcomes.at(-1)!.text).not.toBe('waiting');
    await vi.advanceTimersByTimeAsync(issuerLimits.timeout);
    machine.now += issuerLimits.pauseAfterFailure;
    const before = fake.asked.length;
    for (const url of urls) ask(url);
    const other = await createFakeIssuer(fake, 'https://other.example/');
    const good = ask(other.url);
    await settle();
    // All that failed share a part of the fetches; the rest is for those that never did.
    expect(fake.asked.length - before).toBe(issuerLimits.fetchesOfFailing + 1 + 2);
    expect(good.text).toBe('keys');
  });
});

describe('a herd', () => {
  it('before a cold cache costs one fetch', async () => {
    const issuer = await createFakeIssuer(fake);
    const all = Array.from({ length: 400 }, () => ask(issuer.url, issuer.current().kid));
    await settle();
    expect(all.every(({ text }) => text === 'keys')).toBe(true);
    expect(fake.asked).toHaveLength(2);
  });

  it('with a new key costs one early fetch, not the budget of them', async () => {
    const issuer = await createFakeIssuer(fake);
    await keys.keysFor(issuer.url, undefined);
    for (let rotation = 0; rotation < issuerLimits.earlyFetches; rotation += 1) {
      await issuer.rotate();
      const all = Array.from({ length: 50 }, () => ask(issuer.url, issuer.current().kid));
      await settle();
      expect(all.every(({ text }) => text === 'keys')).toBe(true);
      expect(keys.present(issuer.url)!.keys.some(({ kid }) => kid === issuer.current().kid)).toBe(true);
    }
    expect(fake.count('jwks')).toBe(1 + issuerLimits.earlyFetches);
  });
});

describe('a fetch that is under way', () => {
  it('does not settle whether a key exists that came after it began', async () => {
    const issuer = await createFakeIssuer(fake);
    await keys.keysFor(issuer.url, undefined);
    const gate = Promise.withResolvers<void>();
    issuer.state.wait = gate.promise;
    const forged = ask(issuer.url, 'unknown');
    await settle();
    await issuer.rotate();
    const rotated = ask(issuer.url, issuer.current().kid);
    gate.resolve();
    await settle();
    expect([forged.text, rotated.text]).toEqual(['keys', 'keys']);
    expect(keys.present(issuer.url)!.keys.map(({ kid }) => kid)).toContain(issuer.current().kid);
  });

  it('makes its answer as old as its beginning', async () => {
    const issuer = await createFakeIssuer(fake);
    const gate = Promise.withResolvers<void>();
    issuer.state.wait = gate.promise;
    const waiting = ask(issuer.url);
    await settle();
    machine.now += issuerLimits.freshMost;
    gate.resolve();
    await settle();
    expect(waiting.text).toBe('keys');
    await issuer.rotate();
    await issuer.rotate();
    const { keys: fetched } = await keys.keysFor(issuer.url, undefined);
    expect(fetched.map(({ kid }) => kid)).toContain(issuer.current().kid);
  });
});

describe('a clock that is moved', () => {
  it.each<[string, number]>([
    ['back, behind the fetch', -1],
    ['ahead, beyond what is fresh', issuerLimits.freshMost],
  ])('%s makes the keys be fetched anew', async (_what, by) => {
    const issuer = await createFakeIssuer(fake);
    await keys.keysFor(issuer.url, undefined);
    await keys.keysFor(issuer.url, undefined);
    expect(fake.count('jwks')).toBe(1);
    clock.freeze(clock.now() + by);
    await keys.keysFor(issuer.url, undefined);
    expect(fake.count('jwks')).toBe(2);
  });

  it('back does not make the keys of an issuer out of reach young again', async () => {
    const issuer = await createFakeIssuer(fake);
    await keys.keysFor(issuer.url, undefined);
    issuer.state.status = 503;
    clock.freeze(clock.now() - 3_600_000);
    expect(keys.present(issuer.url)).toBeUndefined();
    const waiting = ask(issuer.url);
    await settle();
    expect(waiting.text).toContain('503');
  });
});

describe('what is remembered', () => {
  it('of a key: what verification needs, and none that is too large', async () => {
    const issuer = await createFakeIssuer(fake);
    const { publicJwk } = issuer.current();
    const large = { ...publicJwk, kid: 'large', n: 'A'.repeat(issuerLimits.modulus + 1) };
    issuer.state.jwks = { keys: [{ ...publicJwk, x5c: ['MII'], x5u: 'https://evil.example/', other: 'x' }, large] };
    const { keys: kept } = await keys.keysFor(issuer.url, undefined);
    expect(kept.map((jwk) => Object.keys(jwk).toSorted())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
  });

  it('of a full house: who has no keys goes first, then who was asked for least recently; who is being fetched stays', () => {
    const entries = createIssuerEntries(registered, 3);
    const [a, b, c] = ['a', 'b', 'c'].map((url) => entries.use(url));
    const loaded = { value: { keys: [] }, freshFor: 1, at: { platform: 0, machine: 0 } };
    for (const entry of [a!, b!]) entry.keys = loaded;
    entries.use('a');
    entries.use('d').keys = loaded;
    expect(entries.peek('c')).toBeUndefined();
    expect(c!.url).toBe('c');
    entries.use('e').loading = never();
    expect([entries.peek('a'), entries.peek('b'), entries.peek('d')?.url]).toEqual([a, undefined, 'd']);
    a!.loading = never();
    entries.peek('d')!.loading = never();
    expect(() => entries.use('f')).toThrow('Too many issuers');
    expect(entries.use('a')).toBe(a);
  });
});

describe('a registered issuer', () => {
  const internal = 'https://idp.internal.example:8443/realm/';

  it('is fetched under its own CA, at its own origin only', async () => {
    const { ca } = await registered.register({ issuer: internal, ca: await testCa() });
    const issuer = await createFakeIssuer(fake, internal);
    await keys.keysFor(internal, undefined);
    expect(fake.requests.map((request) => request.ca)).toEqual([ca, ca]);
    issuer.state.metadata = { issuer: internal, jwks_uri: 'https://keys.example/jwks' };
    fake.replies.set('https://keys.example/jwks', () => ({ body: { keys: [] } }));
    machine.now += issuerLimits.freshMost;
    await keys.keysFor(internal, undefined);
    expect(fake.requests.slice(2).map((request) => [request.url.includes('keys.example'), request.ca])).toEqual([
      [false, ca],
      [true, undefined],
    ]);
  });

  it.each([
    ['another issuer at its address', 'https://idp.internal.example:8443/other/'],
    ['its address in capitals', 'https://IDP.internal.example:8443/realm/'],
    ['its own name without the slash', 'https://idp.internal.example:8443/realm'],
  ])('opens its address for itself only: not for %s', async (_what, url) => {
    await registered.register({ issuer: internal });
    await createFakeIssuer(fake, url);
    await expect(Promise.resolve(keys.keysFor(url, undefined))).rejects.toThrow('another, registered issuer');
    expect(fake.asked).toEqual([]);
  });

  it("is not reached through a stranger's document", async () => {
    const corporate = 'https://idp.corp.example/';
    await registered.register({ issuer: corporate });
    const stranger = await createFakeIssuer(fake, 'https://stranger.example/');
    stranger.state.metadata = { issuer: stranger.url, jwks_uri: `${corporate}openid/v1/jwks` };
    await expect(Promise.resolve(keys.keysFor(stranger.url, undefined))).rejects.toThrow('another, registered issuer');
    expect(fake.count('corp.example')).toBe(0);
  });

  it('that is withdrawn or registered anew is fetched again; keys of before count no more', async () => {
    const issuer = await createFakeIssuer(fake, internal);
    await registered.register({ issuer: internal });
    await keys.keysFor(internal, undefined);
    expect(keys.present(internal)).toBeDefined();
    await registered.register({ issuer: internal, ca: await testCa() });
    expect(keys.present(internal)).toBeUndefined();
    await keys.keysFor(internal, issuer.current().kid);
    expect(fake.asked).toHaveLength(4);
    await registered.remove(internal);
    expect(keys.present(internal)).toBeUndefined();
  });

  it('that is withdrawn while its keys are on their way gives none', async () => {
    const issuer = await createFakeIssuer(fake, internal);
    await registered.register({ issuer: internal });
    const gate = Promise.withResolvers<void>();
    issuer.state.wait = gate.promise;
    const waiting = ask(internal);
    await settle();
    await registered.remove(internal);
    gate.resolve();
    await settle();
    expect(waiting.text).toContain('withdrawn meanwhile');
  });
});

const testCa = async (): Promise<string> => {
  const { certificate } = await createCertificateAuthority({ commonName: 'Test CA', permittedDns: [], clock: createClock(), days: 30 });
  return certificate;
};
