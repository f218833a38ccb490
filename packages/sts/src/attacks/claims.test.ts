import { generateSigningKey, signJwt, type SigningKey } from '@podpass/crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { createFakeIssuer } from '../testing/fake-issuer.ts';
import { exchangeAudience } from '../testing/platform.ts';
import { assertionSkew } from '../wire.ts';
import { createTarget, type Target } from './harness.ts';

const now = 1_800_000_000;
let target: Target;
beforeAll(async () => {
  target = await createTarget();
  await target.expectGranted(await target.forge());
});

/** Good claims as JSON text with one member written as given. */
const rawClaims = (name: string, text: string) =>
  JSON.stringify({ iss: target.issuer.url, ...target.claims({ [name]: 'RAW' }) }).replace('"RAW"', text);

describe('times, to the second', () => {
  it.each<[string, Record<string, unknown>, number]>([
    ['expired for as long as the skew', { exp: now - assertionSkew }, 700024],
    ['expired for longer', { exp: now - assertionSkew - 1 }, 700024],
    ['expired by a fraction beyond', { exp: now - assertionSkew - 0.5 }, 700024],
    ['not valid for a second more than the skew', { nbf: now + assertionSkew + 1 }, 700024],
    ['not valid for a fraction more', { nbf: now + assertionSkew + 0.5 }, 700024],
    ['issued a second beyond the skew', { iat: now + assertionSkew + 1 }, 700024],
    ['expired at the epoch', { exp: 0 }, 700024],
    ['expired before the epoch', { exp: -1 }, 700024],
    ['no expiry', { exp: undefined }, 50027],
    ['no expiry and no start', { exp: undefined, nbf: undefined, iat: undefined }, 50027],
    ['expiry null', { exp: null }, 50027],
    ['expiry as text', { exp: String(now + 600) }, 50027],
    ['expiry as a list', { exp: [now + 600] }, 50027],
    ['expiry true', { exp: true }, 50027],
    ['expiry as an object', { exp: { valueOf: now + 600 } }, 50027],
    ['start as text', { nbf: String(now) }, 50027],
    ['start null', { nbf: null }, 50027],
    ['issue time as text', { iat: String(now) }, 50027],
  ])('%s', async (_what, claims, code) => {
    await target.expectRefused(await target.forge({ claims }), code);
  });

  it.each(['1e400', '-1e400', 'NaN', 'Infinity', '0x7fffffff', '+1900000000', '01900000000', '1900000000n', '.5', '1_900_000_000'])(
    'expiry %s',
    async (text) => {
      await target.expectRefused(await target.forge({ claims: rawClaims('exp', text) }), 50027);
    },
  );

  it.each<[string, Record<string, unknown>]>([
    ['expired for a second less than the skew', { exp: now - assertionSkew + 1 }],
    ['not valid for as long as the skew', { nbf: now + assertionSkew }],
    ['issued as far ahead as the skew', { iat: now + assertionSkew }],
    ['fractions', { exp: now + 60.25, nbf: now - 0.5, iat: now - 0.5 }],
    ['an expiry only', { nbf: undefined, iat: undefined }],
  ])('are good: %s', async (_what, claims) => {
    await target.expectGranted(await target.forge({ claims }));
  });
});

describe('audiences', () => {
  it.each<[string, unknown, number]>([
    ['none', undefined, 700212],
    ['an empty list', [], 700212],
    ['null', null, 50027],
    ['a number', 1, 50027],
    ['an object', { 0: exchangeAudience }, 50027],
    ['a list in a list', [[exchangeAudience]], 50027],
    ['a number in a list', [1], 50027],
    ['the right one and another', [exchangeAudience, 'other'], 5002741],
    ['the right one twice', [exchangeAudience, exchangeAudience], 5002741],
    ["the API server's", 'https://kubernetes.default.svc', 700212],
    ['another case', exchangeAudience.toLowerCase(), 700212],
    ['a slash behind', `${exchangeAudience}/`, 700212],
    ['a blank behind', `${exchangeAudience} `, 700212],
    ['a NUL behind', `${exchangeAudience}\u0000`, 700212],
    ['a prefix', exchangeAudience.slice(0, -1), 700212],
    ['the application id of the exchange', 'fb60f99c-7a34-4190-8149-302f77469936', 700212],
    ['two in one text', `${exchangeAudience},other`, 700212],
  ])('%s', async (_what, aud, code) => {
    await target.expectRefused(await target.forge({ claims: { aud } }), code);
  });

  it('as text, and as a list of one', async () => {
    for (const aud of [exchangeAudience, [exchangeAudience]]) await target.expectGranted(await target.forge({ claims: { aud } }));
  });
});

describe('subjects', () => {
  it.each<[string, unknown, number]>([
    ['none', undefined, 700213],
    ['null', null, 700213],
    ['empty', '', 700213],
    ['a list', ['system:serviceaccount:default:web'], 700213],
    ['an object', { toString: 'system:serviceaccount:default:web' }, 700213],
    ['another namespace', 'system:serviceaccount:kube-system:web', 700213],
    ['more behind', 'system:serviceaccount:default:web2', 700213],
    ['less', 'system:serviceaccount:default:we', 700213],
    ['a blank behind', 'system:serviceaccount:default:web ', 700213],
    ['a blank before', ' system:serviceaccount:default:web', 700213],
    ['a line break behind', 'system:serviceaccount:default:web\n', 700213],
    ['a NUL behind', 'system:serviceaccount:default:web\u0000', 700213],
    ['a wildcard', 'system:serviceaccount:default:*', 700213],
    ['a soft hyphen', 'system:serviceaccount:default:w\u00adeb', 700213],
    ['a look-alike', 'system:serviceaccount:default:w\u0435b', 700213],
    ['full-width', 'system:serviceaccount:default:\uff57eb', 700213],
    ['another case', 'system:serviceaccount:default:Web', 7002138],
  ])('%s', async (_what, sub, code) => {
    await target.expectRefused(await target.forge({ claims: { sub } }), code);
  });
});

describe('issuers, none of which is asked for anything', () => {
  it.each<[string, unknown, number]>([
    ['none', undefined, 50027],
    ['null', null, 50027],
    ['empty', '', 50027],
    ['a list', ['https://oidc.example/cluster/'], 50027],
    ['without the slash', 'https://oidc.example/cluster', 700211],
    ['with one more', 'https://oidc.example/cluster//', 700211],
    ['with the port', 'https://oidc.example:443/cluster/', 700211],
    ['another host case', 'https://OIDC.example/cluster/', 700211],
    ['another path case', 'https://oidc.example/Cluster/', 700211],
    ['another scheme case', 'HTTPS://oidc.example/cluster/', 700211],
    ['http', 'http://oidc.example/cluster/', 700211],
    ['user information', 'https://oidc.example@evil.example/cluster/', 700211],
    ['a query', 'https://oidc.example/cluster/?x', 700211],
    ['a fragment', 'https://oidc.example/cluster/#', 700211],
    ['dots in the path', 'https://oidc.example/x/../cluster/', 700211],
    ['a percent sign', 'https://oidc.example/%63luster/', 700211],
    ['a dot behind the host', 'https://oidc.example./cluster/', 700211],
    ['a blank before', ' https://oidc.example/cluster/', 700211],
    ['a blank behind', 'https://oidc.example/cluster/ ', 700211],
    ['a look-alike host', 'https://\u043eidc.example/cluster/', 700211],
    ['a full-width dot', 'https://oidc\uff0eexample/cluster/', 700211],
    ['a backslash', 'https:\\\\oidc.example\\cluster\\', 700211],
    ['a file', 'file:///etc/passwd', 700211],
    ['an internal address', 'https://169.254.169.254/', 700211],
    ['a very long one', `https://oidc.example/${'a'.repeat(5000)}`, 700211],
    ['a stranger', 'https://evil.example/', 700211],
    ["Entra's version 1 issuer", 'https://sts.windows.net/11111111-1111-4111-8111-111111111111/', 700222],
    ["Entra's version 2 issuer", 'https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0', 700222],
    ["Entra's issuer in another case", 'https://STS.windows.net/11111111-1111-4111-8111-111111111111/', 700222],
    ["Entra's issuer with a port", 'https://login.windows.net:8443/x', 700222],
    ["Entra's issuer with user information", 'https://a@login.microsoft.com/x', 700222],
  ])('%s', async (_what, iss, code) => {
    const asked = target.fake.asked.length;
    const answer = await target.expectRefused(await target.forge({ claims: { iss } }), code);
    expect(answer.text.length).toBeLessThan(1500);
    expect(target.fake.asked.slice(asked)).toEqual([]);
  });
});

describe('who it is for, and who made it', () => {
  let other: Awaited<ReturnType<typeof createFakeIssuer>>;
  let twin: SigningKey;
  beforeAll(async () => {
    // Another cluster of the same operator, known to the same identity, whose key has the very id of the first one's.
    other = await createFakeIssuer(target.fake, `${target.issuer.root}other/`);
    const made = await generateSigningKey();
    const { kid } = target.issuer.current();
    twin = { ...made, kid, publicJwk: { ...made.publicJwk, kid } };
    other.state.keys = [twin];
    await target.directory.federatedCredentials.put({ ...target.credential, name: 'other', issuer: other.url, subject: 'other' });
    await target.expectGranted(await signJwt(twin, { claims: { iss: other.url, ...target.claims({ sub: 'other' }) } }));
  });

  it("another cluster's key under the same id opens neither", async () => {
    await target.expectRefused(await signJwt(twin, { claims: { iss: target.issuer.url, ...target.claims() } }), 700027);
    await target.expectRefused(
      await signJwt(target.issuer.current(), { claims: { iss: other.url, ...target.claims({ sub: 'other' }) } }),
      700027,
    );
  });

  it("another cluster's good token for a subject of the first", async () => {
    await target.expectRefused(await signJwt(twin, { claims: { iss: other.url, ...target.claims() } }), 700213);
  });

  it('audience and subject of two credentials do not add up', async () => {
    await target.directory.federatedCredentials.put({ ...target.credential, name: 'third', subject: 'third', audiences: ['third'] });
    await target.expectRefused(await target.forge({ claims: { sub: 'third' } }), 700213);
    await target.expectRefused(await target.forge({ claims: { aud: 'third' } }), 700213);
    await target.expectGranted(await target.forge({ claims: { sub: 'third', aud: 'third' } }));
  });

  it('another identity, with and without credentials of its own', async () => {
    const { directory, tenantId, issuer } = target;
    const client_id = (await directory.managedIdentities.create({ tenantId, resourceId: '/x', displayName: 'x', explicit: true })).appId;
    await target.expectRefused(await target.forge(), 7000226, { client_id });
    const bound = await directory.managedIdentities.create({ tenantId, resourceId: '/y', displayName: 'y', explicit: true });
    const credential = { tenantId, principalId: bound.id, name: 'bound', issuer: issuer.url, subject: 'y', audiences: [exchangeAudience] };
    await directory.federatedCredentials.put(credential);
    await target.expectRefused(await target.forge(), 700213, { client_id: bound.appId });
    await target.expectRefused(await target.forge({ claims: { sub: 'y' } }), 700213);
    await target.expectGranted(await target.forge({ claims: { sub: 'y' } }), { client_id: bound.appId });
  });

  it('another tenant: by its path, and with the same credential of its own', async () => {
    const { directory, credential } = target;
    const tenant = await directory.tenants.create({ displayName: 'Other', domains: ['other.example'] });
    const assertion = await target.forge();
    expect(await target.send(assertion, {}, tenant.id)).toMatchObject({ code: 700016 });
    const theirs = await directory.managedIdentities.create({ tenantId: tenant.id, resourceId: '/z', displayName: 'z', explicit: true });
    await directory.federatedCredentials.put({ ...credential, tenantId: tenant.id, principalId: theirs.id });
    await target.expectRefused(assertion, 700016, { client_id: theirs.appId });
    const answer = await target.send(assertion, { client_id: theirs.appId }, tenant.id);
    expect(target.readToken(answer.body['access_token']).claims).toMatchObject({ tid: tenant.id, oid: theirs.id });
  });
});
