import { generateSigningKey, signJwt } from '@podpass/crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { exchangeResourceId } from '../federation/exchange-resource.ts';
import type { SigningKeys } from '../keys/types.ts';
import { armScope, exchangeAudience } from '../testing/platform.ts';
import { createTokenService } from '../token-service.ts';
import { createTarget, type Target } from './harness.ts';

/** Tokens of the token service itself as assertions: one kind is good, a managed identity's for an application that trusts it. */
let target: Target;
let app: Awaited<ReturnType<Target['addApplication']>>;
let issuer: string;
beforeEach(async () => {
  target = await createTarget();
  app = await target.addApplication();
  issuer = `https://login.microsoftonline.com/${target.tenantId}/v2.0`;
  await trust();
});

/** Makes the application trust what is given, by default the managed identity. */
const trust = (over: Record<string, unknown> = {}) =>
  target.directory.federatedCredentials.put({
    tenantId: target.tenantId,
    principalId: app.application.id,
    name: 'identity',
    issuer,
    subject: target.identity.id,
    audiences: [exchangeAudience],
    ...over,
  });
const identityToken = async (principalId = target.identity.id, tenantId = target.tenantId, resource: string = exchangeAudience) =>
  (await target.service.managedIdentityToken({ tenantId, principalId, resource })).token;
const signingKeys = () => target.service.keys as SigningKeys;
/** A genuine token whose claims are changed as given. */
const altered = async (claims: Readonly<Record<string, unknown>>) => {
  const { claims: good } = target.readToken(await identityToken());
  return signJwt(signingKeys().current(), { header: { typ: 'JWT' }, claims: { ...good, ...claims } });
};
const expectRefused = (assertion: string, code: number) => target.expectRefused(assertion, code, { client_id: app.appId });
const expectGranted = (assertion: string) => target.expectGranted(assertion, { client_id: app.appId });

describe('a managed identity as credential of an application', () => {
  it('gives a token of the application, which is no credential again', async () => {
    const { body } = await expectGranted(await identityToken());
    const { claims } = target.readToken(body['access_token']);
    expect(claims).toMatchObject({ appid: app.appId, oid: app.principal.id, tid: target.tenantId, idtyp: 'app' });
    expect(claims['xms_mirid']).toBeUndefined();
    expect(claims['xms_ficinfo']).toBeDefined();
  });

  it('names the exchange by its id or its URI', async () => {
    expect(target.readToken(await identityToken()).claims['aud']).toBe(exchangeResourceId);
    await expectGranted(await altered({ aud: exchangeAudience }));
    await expectGranted(await altered({ aud: [exchangeResourceId] }));
  });

  it('is trusted by an application of several tenants in all of them, under the credential of its home tenant', async () => {
    const { directory } = target;
    const shared = await target.addApplication({ signInAudience: 'AzureADMultipleOrgs' });
    await trust({ principalId: shared.application.id });
    const abroad = await directory.tenants.create({ displayName: 'Abroad', domains: ['abroad.example'] });
    const assertion = await identityToken();
    expect(await target.send(assertion, { client_id: shared.appId }, abroad.id)).toMatchObject({ code: 700016 });
    await directory.servicePrincipals.create(abroad.id, shared.appId);
    const { body } = await target.send(assertion, { client_id: shared.appId }, abroad.id);
    expect(target.readToken(body['access_token']).claims).toMatchObject({ tid: abroad.id, appid: shared.appId });
    const theirs = await directory.managedIdentities.create({
      tenantId: abroad.id,
      resourceId: '/theirs',
      displayName: 'x',
      explicit: true,
    });
    const foreign = await identityToken(theirs.id, abroad.id);
    expect(await target.send(foreign, { client_id: shared.appId }, abroad.id)).toMatchObject({ code: 700222 });
  });

  it('goes on to be trusted when the signing keys rotate, and no longer when they are revoked', async () => {
    const { store, directory, clock, telemetry, envelope, fake } = target;
    // A second instance on the same store: its rotations are taken up by the first.
    const second = await createTokenService({
      store,
      directory,
      clock,
      telemetry,
      envelope,
      wire: fake.wire,
      profile: { loginHost: 'login.microsoftonline.com' },
      keyPool: { take: () => generateSigningKey() },
    });
    const assertion = await identityToken();
    const { kid } = signingKeys().current();
    await second.keys.rotate();
    expect(signingKeys().current().kid).not.toBe(kid);
    expect(await target.send(assertion, { client_id: app.appId })).toMatchObject({ status: 200 });
    await second.keys.rotate({ revoke: true });
    await expectRefused(assertion, 7000272);
    await second.close();
  });
});

describe('a token of our own that is refused', () => {
  it('when no credential names the issuer', async () => {
    await target.directory.federatedCredentials.delete(target.tenantId, app.application.id, 'identity');
    await expectRefused(await identityToken(), 700222);
    await trust({ issuer: target.issuer.url });
    await expectRefused(await identityToken(), 700222);
  });

  it('by a managed identity, whatever its credentials say', async () => {
    const { directory, tenantId, identity } = target;
    await directory.federatedCredentials.put({ ...target.credential, name: 'own', issuer, subject: identity.id });
    await target.expectRefused(await identityToken(), 700222);
    const other = await directory.managedIdentities.create({ tenantId, resourceId: '/other', displayName: 'other', explicit: true });
    await target.expectRefused(await identityToken(other.id), 700222);
  });

  it.each<[string, (tenantId: string) => string]>([
    ['version 1', (tenantId) => `https://sts.windows.net/${tenantId}/`],
    ['an alias', (tenantId) => `https://login.windows.net/${tenantId}/v2.0`],
    ['another alias', (tenantId) => `https://login.microsoft.com/${tenantId}/v2.0`],
    ['a slash behind', (tenantId) => `https://login.microsoftonline.com/${tenantId}/v2.0/`],
    ['capitals', (tenantId) => `https://login.microsoftonline.com/${tenantId.toUpperCase()}/v2.0`],
    ['the standard port', (tenantId) => `https://login.microsoftonline.com:443/${tenantId}/v2.0`],
    ['all tenants', () => 'https://login.microsoftonline.com/common/v2.0'],
    ['another tenant', () => 'https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0'],
  ])('under another name of the issuer, even when a credential has it: %s', async (_what, name) => {
    await trust({ issuer: name(target.tenantId) });
    await expectRefused(await altered({ iss: name(target.tenantId) }), 700222);
  });

  it("when it is another tenant's, even when a credential names that tenant", async () => {
    const { directory } = target;
    const abroad = await directory.tenants.create({ displayName: 'Abroad', domains: ['abroad.example'] });
    const theirs = await directory.managedIdentities.create({
      tenantId: abroad.id,
      resourceId: '/theirs',
      displayName: 'x',
      explicit: true,
    });
    await trust({ issuer: `https://login.microsoftonline.com/${abroad.id}/v2.0`, subject: theirs.id });
    await expectRefused(await identityToken(theirs.id, abroad.id), 700222);
  });

  it('when it came of a federated credential itself', async () => {
    const { body } = await target.exchange({}, { scope: `${exchangeAudience}/.default` });
    await expectRefused(String(body['access_token']), 700231);
    await expectRefused(await altered({ xms_ficinfo: null }), 700231);
  });

  it("when it is an application's", async () => {
    const { body } = await target.post({
      grant_type: 'client_credentials',
      client_id: app.appId,
      client_secret: app.secret,
      scope: `${exchangeAudience}/.default`,
    });
    await trust({ subject: app.principal.id });
    await expectRefused(String(body['access_token']), 700230);
  });

  it.each<[string, Record<string, unknown>, number]>([
    ["a user's", { idtyp: 'user' }, 700229],
    ['an identity token', { idtyp: undefined, aud: 'client' }, 700229],
    ['of another kind', { idtyp: ['app'] }, 700229],
    ['of no resource', { xms_mirid: undefined }, 700230],
    ['of another resource', { xms_mirid: '/other' }, 700230],
    ['with another subject', { sub: '11111111-1111-4111-8111-111111111111' }, 700230],
    ['with another object', { oid: '11111111-1111-4111-8111-111111111111' }, 700230],
    ['with another tenant', { tid: '11111111-1111-4111-8111-111111111111' }, 700230],
    ['of a principal that is not there', { oid: exchangeResourceId, sub: exchangeResourceId }, 700230],
    ['for the resource manager', { aud: 'https://management.core.windows.net/' }, 700212],
    ['for several', { aud: [exchangeResourceId, 'other'] }, 5002741],
    ['expired', { exp: 1_799_999_000 }, 700024],
    ['of no expiry', { exp: undefined }, 50027],
  ])('when it is %s, though genuine', async (_what, claims, code) => {
    await expectRefused(await altered(claims), code);
  });

  it('when it is for another resource, whatever audience the credential has', async () => {
    await expectRefused(await identityToken(target.identity.id, target.tenantId, armScope.slice(0, -'/.default'.length)), 700222);
    const api = await target.addApplication({ requestedAccessTokenVersion: 2 });
    await trust({ audiences: [api.appId] });
    await expectRefused(await identityToken(target.identity.id, target.tenantId, api.appId), 700212);
    await expectRefused(await identityToken(), 700212);
  });

  it("when it is another identity's, or the credential writes the id in another case", async () => {
    const { directory, tenantId, identity } = target;
    const other = await directory.managedIdentities.create({ tenantId, resourceId: '/other', displayName: 'other', explicit: true });
    await expectRefused(await identityToken(other.id), 700213);
    await trust({ subject: identity.id.toUpperCase() });
    await expectRefused(await identityToken(), 7002138);
  });

  it('when it is forged', async () => {
    const stranger = await generateSigningKey();
    const { claims } = target.readToken(await identityToken());
    await expectRefused(await signJwt(stranger, { claims }), 7000272);
    await expectRefused(await signJwt({ ...stranger, kid: signingKeys().current().kid }, { claims }), 700027);
    await expectRefused(await signJwt(target.issuer.current(), { claims }), 7000272);
  });

  it('when the identity was disabled or deleted since, or the application was', async () => {
    const { directory, tenantId, identity } = target;
    const assertion = await identityToken();
    await expectGranted(assertion);
    await directory.servicePrincipals.update(tenantId, identity.id, { accountEnabled: false });
    await expectRefused(assertion, 700230);
    await directory.servicePrincipals.update(tenantId, identity.id, { accountEnabled: true });
    await expectGranted(assertion);
    await directory.managedIdentities.delete(tenantId, identity.id);
    await expectRefused(assertion, 700230);
    await directory.servicePrincipals.update(tenantId, app.principal.id, { accountEnabled: false });
    await expectRefused(assertion, 7000112);
    await directory.applications.delete(tenantId, app.application.id);
    await expectRefused(assertion, 700016);
  });
});
