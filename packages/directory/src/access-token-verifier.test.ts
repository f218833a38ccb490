import { generateSigningKey, signJwt, type Jwks } from '@podpass/crypto';
import { createClock } from '@podpass/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAccessTokenVerifier } from './access-token-verifier.ts';

const tid = '11111111-1111-4111-8111-111111111111';
const issuer = `https://sts.example/${tid}/`;
const audience = 'https://vault.azure.net';
const tenant = { id: tid, displayName: 'Contoso', domains: ['contoso.example'], createdDateTime: '2026-01-01T00:00:00.000Z' };
let key: Awaited<ReturnType<typeof generateSigningKey>>;
let stranger: typeof key;
beforeAll(async () => {
  [key, stranger] = await Promise.all([generateSigningKey(), generateSigningKey()]);
});

const setUp = () => {
  const clock = createClock();
  clock.freeze(1_800_000_000_000);
  let jwks: Jwks = { keys: [key.publicJwk] };
  const verifier = createAccessTokenVerifier({
    keys: () => jwks,
    issuersFor: (id) => [`https://sts.example/${id}/`],
    clock,
    directory: { tenants: { find: (id) => (id === tid ? tenant : undefined) } },
  });
  const now = clock.seconds();
  const claims = (over: Record<string, unknown> = {}) => ({
    aud: audience,
    iss: issuer,
    tid,
    oid: 'object',
    appid: 'client',
    idtyp: 'app',
    nbf: now,
    exp: now + 600,
    ...over,
  });
  const sign = (over: Record<string, unknown> = {}, by = key) => signJwt(by, { claims: claims(over) });
  const verify = (token: string, accept = {}) => verifier.verify(`Bearer ${token}`, { audiences: [audience], ...accept });
  return { clock, verifier, sign, verify, now, setKeys: (next: Jwks) => (jwks = next) };
};

describe('refusals', () => {
  it.each([
    ['no header', undefined, 'missing'],
    ['an empty header', '  ', 'missing'],
    ['basic authentication', 'Basic YTpi', 'malformed'],
    ['no token', 'Bearer ', 'malformed'],
    ['no JWT', 'Bearer abc', 'malformed'],
    ['two tokens', 'Bearer a.b.c d.e.f', 'malformed'],
    ['a huge token', `Bearer ${'a'.repeat(20_000)}`, 'malformed'],
  ])('%s', async (_what, header, reason) => {
    const { verifier } = setUp();
    expect(await verifier.verify(header, { audiences: [audience] })).toMatchObject({ failure: { reason } });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['expired for longer than the tolerance', { exp: 1_800_000_000 - 301 }, 'expired'],
    ['not valid for longer than the tolerance', { nbf: 1_800_000_000 + 301 }, 'not-yet-valid'],
    ['without expiry', { exp: undefined }, 'malformed'],
    ['with an expiry in text', { exp: '1900000000' }, 'malformed'],
    ['for another audience', { aud: 'https://management.azure.com' }, 'audience'],
    ['for an audience that only begins so', { aud: `${audience}.evil.example` }, 'audience'],
    ['with several audiences', { aud: [audience] }, 'malformed'],
    ['of another issuer', { iss: 'https://evil.example/' }, 'issuer'],
    [
      'of a tenant that does not exist',
      { tid: '22222222-2222-4222-8222-222222222222', iss: 'https://sts.example/22222222-2222-4222-8222-222222222222/' },
      'issuer',
    ],
    ['whose tenant and issuer differ', { iss: 'https://sts.example/22222222-2222-4222-8222-222222222222/' }, 'issuer'],
    ['whose tenant is a domain', { tid: 'contoso.example' }, 'issuer'],
    ['without object id', { oid: undefined }, 'malformed'],
    ['without client', { appid: undefined }, 'malformed'],
  ])('a token %s', async (_what, over, reason) => {
    const { sign, verify } = setUp();
    expect(await verify(await sign(over))).toMatchObject({ failure: { reason } });
  });

  it('a token of an unknown key, a tampered one and one without signature', async () => {
    const { sign, verify } = setUp();
    expect(await verify(await sign({}, stranger))).toEqual({ failure: { reason: 'signature' } });
    const [header, , signature] = (await sign()).split('.');
    const other = (await sign({ oid: 'administrator' })).split('.')[1];
    expect(await verify(`${header}.${other}.${signature}`)).toEqual({ failure: { reason: 'signature' } });
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await verify(`${none}.${other}.`)).toEqual({ failure: { reason: 'signature' } });
  });

  it('a token for another tenant than asked', async () => {
    const { sign, verify } = setUp();
    expect(await verify(await sign(), { tenantId: '22222222-2222-4222-8222-222222222222' })).toMatchObject({
      failure: { reason: 'issuer' },
    });
  });

  it('a remembered token once it has expired, its audience is another, or the keys have changed', async () => {
    const { sign, verify, clock, setKeys } = setUp();
    const token = await sign();
    expect(await verify(token)).toHaveProperty('caller');
    expect(await verify(token, { audiences: ['other'] })).toMatchObject({ failure: { reason: 'audience' } });
    setKeys({ keys: [stranger.publicJwk] });
    expect(await verify(token)).toEqual({ failure: { reason: 'signature' } });
    setKeys({ keys: [key.publicJwk] });
    expect(await verify(token)).toHaveProperty('caller');
    clock.freeze(clock.now() + 901_000);
    expect(await verify(token)).toEqual({ failure: { reason: 'expired', expiredAt: 1_800_000_600 } });
  });
});

describe('callers', () => {
  it.each([[audience], [`${audience}/`], ['https://VAULT.azure.net/']])('accepts the audience %s', async (aud) => {
    const { sign, verify } = setUp();
    expect(await verify(await sign({ aud }))).toMatchObject({ caller: { audience: aud } });
  });

  it('within the tolerance', async () => {
    const { sign, verify, now } = setUp();
    expect(await verify(await sign({ exp: now - 299 }))).toHaveProperty('caller');
    expect(await verify(await sign({ nbf: now + 299 }))).toHaveProperty('caller');
  });

  it('tells users, applications and managed identities apart', async () => {
    const { sign, verify } = setUp();
    expect(await verify(await sign({ xms_mirid: '/identity' }))).toMatchObject({
      caller: { kind: 'app', label: 'client', managedIdentity: '/identity', userPrincipalName: undefined },
    });
    expect(await verify(await sign({ idtyp: 'user', upn: 'ada@contoso.example' }), { tenantId: tid.toUpperCase() })).toMatchObject({
      caller: { kind: 'user', label: 'ada@contoso.example', objectId: 'object', tenantId: tid },
    });
  });
});
