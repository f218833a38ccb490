import { beforeEach, describe, expect, it } from 'vitest';
import { createPlatform, exchangeAudience, formOf, type Platform } from '../testing/platform.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await createPlatform();
});
const now = 1_800_000_000;

describe('each broken link has its own error', () => {
  const guid = '00000000-0000-4000-8000-000000000000';
  it.each<
    [
      string,
      { claims?: Record<string, unknown>; fields?: Record<string, string | undefined>; tenant?: string },
      number,
      string,
      number,
      string,
    ]
  >([
    ['no grant type', { fields: { grant_type: undefined } }, 900144, 'invalid_request', 400, "parameter: 'grant_type'"],
    [
      'an unknown grant type',
      { fields: { grant_type: 'urn:example:unknown' } },
      70003,
      'unsupported_grant_type',
      400,
      'unsupported grant type',
    ],
    ['no client id', { fields: { client_id: undefined } }, 900144, 'invalid_request', 400, "parameter: 'client_id'"],
    ['no scope', { fields: { scope: undefined } }, 900144, 'invalid_request', 400, "parameter: 'scope'"],
    ['no assertion', { fields: { client_assertion: undefined } }, 900144, 'invalid_request', 400, "parameter: 'client_assertion'"],
    [
      'no assertion type',
      { fields: { client_assertion_type: undefined } },
      900144,
      'invalid_request',
      400,
      "parameter: 'client_assertion_type'",
    ],
    [
      'another assertion type',
      { fields: { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' } },
      9002313,
      'invalid_request',
      400,
      'malformed or invalid',
    ],
    ['a secret as well', { fields: { client_secret: 'x' } }, 9002313, 'invalid_request', 400, 'malformed or invalid'],
    [
      'no credential',
      { fields: { client_assertion: undefined, client_assertion_type: undefined } },
      7000218,
      'invalid_client',
      401,
      "'client_assertion' or 'client_secret'",
    ],
    ['a malformed tenant', { tenant: 'not_a_tenant' }, 900023, 'invalid_request', 400, "'not_a_tenant' is neither"],
    ['an unknown tenant', { tenant: guid }, 90002, 'invalid_request', 400, `Tenant '${guid}' not found`],
    ['no tenant of its own', { tenant: 'organizations' }, 50059, 'invalid_request', 400, 'No tenant-identifying information'],
    [
      'an unknown client',
      { fields: { client_id: guid } },
      700016,
      'unauthorized_client',
      400,
      `'${guid}' was not found in the directory 'Contoso'`,
    ],
    ['no JWT', { fields: { client_assertion: 'abc' } }, 50027, 'invalid_request', 400, 'JWT token is invalid or malformed'],
    ['no issuer', { claims: { iss: undefined } }, 50027, 'invalid_request', 400, 'malformed'],
    ['an issuer of another type', { claims: { iss: ['https://oidc.example/cluster/'] } }, 50027, 'invalid_request', 400, 'malformed'],
    [
      'an issuer without its final slash',
      { claims: { iss: 'https://oidc.example/cluster' } },
      700211,
      'invalid_client',
      401,
      "issuer 'https://oidc.example/cluster'.",
    ],
    ['an issuer with a doubled slash', { claims: { iss: 'https://oidc.example/cluster//' } }, 700211, 'invalid_client', 401, 'issuer'],
    ['an issuer in another case', { claims: { iss: 'https://oidc.example/Cluster/' } }, 700211, 'invalid_client', 401, 'issuer'],
    ["another cluster's issuer", { claims: { iss: 'https://oidc.example/other/' } }, 700211, 'invalid_client', 401, 'issuer'],
    [
      'an expired assertion',
      { claims: { nbf: now - 9000, exp: now - 301 } },
      700024,
      'invalid_client',
      401,
      'Current time: 2027-01-15T08:00:00.0000000Z, assertion valid from 2027-01-15T05:30:00.0000000Z, expiry time of assertion 2027-01-15T07:54:59.0000000Z',
    ],
    ['an early assertion', { claims: { nbf: now + 301 } }, 700024, 'invalid_client', 401, 'not within its valid time range'],
    [
      'an expired assertion without start',
      { claims: { nbf: undefined, exp: now - 400 } },
      700024,
      'invalid_client',
      401,
      'valid from 1970-01-01T00:00:00.0000000Z',
    ],
    ['no expiry', { claims: { exp: undefined } }, 50027, 'invalid_request', 400, 'malformed'],
    ['an expiry in text', { claims: { exp: `${now + 3600}` } }, 50027, 'invalid_request', 400, 'malformed'],
    ['a start in text', { claims: { nbf: `${now}` } }, 50027, 'invalid_request', 400, 'malformed'],
    [
      'another audience',
      { claims: { aud: ['https://kubernetes.default.svc'] } },
      700212,
      'invalid_client',
      401,
      "audience 'https://kubernetes.default.svc'.",
    ],
    ['the audience in another case', { claims: { aud: exchangeAudience.toLowerCase() } }, 700212, 'invalid_client', 401, 'audience'],
    ['the audience with a slash', { claims: { aud: `${exchangeAudience}/` } }, 700212, 'invalid_client', 401, 'audience'],
    ['no audience', { claims: { aud: undefined } }, 700212, 'invalid_client', 401, "audience ''"],
    ['an empty list of audiences', { claims: { aud: [] } }, 700212, 'invalid_client', 401, "audience ''"],
    [
      'two audiences, the right one first',
      { claims: { aud: [exchangeAudience, 'other'] } },
      5002741,
      'invalid_client',
      401,
      '2 audience values provided, maximum allowed is 1',
    ],
    ['an audience of another type', { claims: { aud: [7] } }, 50027, 'invalid_request', 400, 'malformed'],
    [
      'another namespace',
      { claims: { sub: 'system:serviceaccount:other:web' } },
      700213,
      'invalid_client',
      401,
      "subject 'system:serviceaccount:other:web'.",
    ],
    ['a subject that only begins so', { claims: { sub: 'system:serviceaccount:default:web2' } }, 700213, 'invalid_client', 401, 'subject'],
    ['no subject', { claims: { sub: undefined } }, 700213, 'invalid_client', 401, "subject ''"],
    ['a subject of another type', { claims: { sub: ['system:serviceaccount:default:web'] } }, 700213, 'invalid_client', 401, "subject ''"],
    [
      'the subject in another case',
      { claims: { sub: 'system:serviceaccount:Default:web' } },
      7002138,
      'invalid_client',
      401,
      'case-sensitive comparison',
    ],
    [
      'a scope without .default',
      { fields: { scope: 'https://vault.azure.net' } },
      1002012,
      'invalid_scope',
      400,
      'scope https://vault.azure.net is not valid',
    ],
    [
      'two scopes',
      { fields: { scope: 'https://vault.azure.net/.default https://graph.microsoft.com/.default' } },
      1002012,
      'invalid_scope',
      400,
      'is not valid',
    ],
    [
      'an unknown resource',
      { fields: { scope: 'https://unknown.example/.default' } },
      500011,
      'invalid_resource',
      400,
      'named https://unknown.example was not found in the tenant named Contoso',
    ],
  ])('%s', async (_what, { claims = {}, fields = {}, tenant }, ...[code, error, status, text]) => {
    const { issuer, post, federated, audit, counted } = platform;
    const assertion = await issuer.sign(platform.claims(claims));
    const answer = await post(federated(assertion, fields), tenant === undefined ? {} : { tenant });
    expect(answer).toMatchObject({ code, status, body: { error } });
    expect(answer.text).toContain(text);
    expect(answer.body['access_token']).toBeUndefined();
    expect(audit).toMatchObject([{ event: 'token-exchange', outcome: 'refused', reason: `AADSTS${code}` }]);
    expect(JSON.stringify([audit, answer.body])).not.toContain(assertion.split('.')[2]);
    expect(counted).toHaveLength(1);
  });

  it('a credential that was deleted, and an identity that was', async () => {
    const { directory, tenantId, identity, exchange } = platform;
    expect(await exchange()).toMatchObject({ status: 200 });
    await directory.federatedCredentials.delete(tenantId, identity.id, 'web');
    expect(await exchange()).toMatchObject({ code: 7000226, status: 401 });
    await directory.managedIdentities.delete(tenantId, identity.id);
    expect(await exchange()).toMatchObject({ code: 700016, status: 400 });
  });

  it("a credential of another identity, and another tenant's path", async () => {
    const { directory, tenantId, exchange, issuer, post, federated, claims } = platform;
    const other = await directory.managedIdentities.create({ tenantId, resourceId: '/other', displayName: 'other', explicit: true });
    expect(await exchange({}, { client_id: other.appId })).toMatchObject({ code: 7000226 });
    await directory.tenants.create({ displayName: 'Other', domains: ['other.example'] });
    expect(await post(federated(await issuer.sign(claims())), { tenant: 'other.example' })).toMatchObject({ code: 700016 });
  });

  it.each([
    'https://sts.windows.net/11111111-1111-4111-8111-111111111111/',
    'https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0',
    'https://LOGIN.windows.net/x/',
  ])("a token of the token service's own issuer %s, even when a credential names it", async (iss) => {
    const { directory, credential, exchange, fake } = platform;
    await directory.federatedCredentials.put({ ...credential, name: 'own', issuer: iss });
    expect(await exchange({ iss })).toMatchObject({ code: 700222, status: 401 });
    expect(fake.asked).toEqual([]);
  });
});

it('the audit trail has the issuer as it is claimed, and the subject once the assertion is known to be genuine', async () => {
  const { audit, exchange, issuer, subject, post, federated, claims } = platform;
  await exchange({ aud: 'other' });
  const [header, payload] = (await issuer.sign(claims({ sub: 'forged' }))).split('.');
  await post(federated(`${header}.${payload}.AAAA`));
  expect(audit).toMatchObject([
    { reason: 'AADSTS700212', issuer: issuer.url, subject },
    { reason: 'AADSTS700027', issuer: issuer.url },
  ]);
  expect(audit[1]).not.toHaveProperty('subject');
});

describe('a good assertion', () => {
  it('becomes a token of the managed identity for about a day', async () => {
    const { exchange, readToken, tenantId, identity, service, verifier, audit, counted, fake } = platform;
    const { status, body, headers } = await exchange();
    expect(status).toBe(200);
    expect(Object.keys(body).toSorted()).toEqual(['access_token', 'expires_in', 'ext_expires_in', 'token_type']);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 86_399, ext_expires_in: 86_399 });
    expect(headers).toMatchObject({ 'cache-control': 'no-store, no-cache', pragma: 'no-cache' });
    const { claims, header } = readToken(body['access_token']);
    expect(header).toMatchObject({ typ: 'JWT', alg: 'RS256', kid: service.jwks().keys[0]!.kid });
    expect(claims).toMatchObject({
      aud: 'https://vault.azure.net',
      iss: `https://sts.windows.net/${tenantId}/`,
      idp: `https://sts.windows.net/${tenantId}/`,
      appid: identity.appId,
      appidacr: '2',
      idtyp: 'app',
      oid: identity.id,
      sub: identity.id,
      tid: tenantId,
      ver: '1.0',
      iat: now,
      nbf: now,
      exp: now + 86_399,
      xms_mirid: identity.resourceId,
    });
    const verified = await verifier.verify(`Bearer ${String(body['access_token'])}`, { audiences: ['https://vault.azure.net'] });
    expect(verified).toMatchObject({ caller: { objectId: identity.id, kind: 'app', managedIdentity: identity.resourceId } });
    expect(audit).toMatchObject([
      { outcome: 'granted', grant: 'federated', tenant: tenantId, principal: identity.id, resource: 'Azure Key Vault' },
    ]);
    expect(counted).toEqual([{ grant: 'federated', outcome: 'granted' }]);
    expect(fake.asked).toHaveLength(2);
  });

  it.each([
    ['https://management.core.windows.net//.default', 'https://management.core.windows.net/'],
    ['https://management.azure.com/.default', 'https://management.azure.com'],
    ['cfa8b339-82a2-471a-a3c9-0fc0be7a4093/.default', 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093'],
    ['https://graph.microsoft.com/.default', 'https://graph.microsoft.com'],
  ])('scope %s gives audience %s', async (scope, aud) => {
    const { body } = await platform.exchange({}, { scope });
    expect(platform.readToken(body['access_token']).claims).toMatchObject({ aud, ver: '1.0' });
  });

  it('for an application of the tenant that wants it becomes a version 2 token', async () => {
    const { addApplication, tenantId, exchange, readToken, identity } = platform;
    const { application } = await addApplication({ requestedAccessTokenVersion: 2 }, { identifierUris: ['api://backend'] });
    for (const scope of ['api://backend/.default', `api://${application.appId}/.default`, `${application.appId}/.default`]) {
      const { claims } = readToken((await exchange({}, { scope })).body['access_token']);
      expect(claims).toMatchObject({
        aud: application.appId,
        ver: '2.0',
        azp: identity.appId,
        azpacr: '2',
        iss: `https://login.microsoftonline.com/${tenantId}/v2.0`,
      });
      expect(claims['appid']).toBeUndefined();
    }
  });

  it('may carry a line break at its end, fractions in its times, an audience as text, and times within the tolerance', async () => {
    const { issuer, post, federated, claims, exchange } = platform;
    expect(await post(federated(`${await issuer.sign(claims())}\n`))).toMatchObject({ status: 200 });
    expect(await exchange({ exp: now + 60.5, nbf: now - 0.5 })).toMatchObject({ status: 200 });
    expect(await exchange({ aud: exchangeAudience })).toMatchObject({ status: 200 });
    expect(await exchange({ exp: now - 299 })).toMatchObject({ status: 200 });
    expect(await exchange({ nbf: now + 299 })).toMatchObject({ status: 200 });
  });

  it('is found among several credentials and by domain', async () => {
    const { directory, credential, exchange, issuer, post, federated, claims } = platform;
    await directory.federatedCredentials.put({ ...credential, name: 'other', subject: 'other', audiences: ['other'] });
    expect(await exchange()).toMatchObject({ status: 200 });
    expect(await exchange({ sub: 'other', aud: 'other' })).toMatchObject({ status: 200 });
    // Audience and subject must belong to one and the same credential.
    expect(await exchange({ sub: 'other' })).toMatchObject({ code: 700213 });
    expect(await post(federated(await issuer.sign(claims())), { tenant: 'CONTOSO.example' })).toMatchObject({ status: 200 });
  });

  it('at the version 1 endpoint names a resource and is answered in text', async () => {
    const { issuer, claims, post, federated } = platform;
    const fields = federated(await issuer.sign(claims()), { scope: undefined, resource: 'https://vault.azure.net' });
    expect((await post(fields, { version: 1 })).body).toMatchObject({
      expires_in: '86399',
      ext_expires_in: '86399',
      expires_on: String(now + 86_399),
      not_before: String(now),
      resource: 'https://vault.azure.net',
    });
    expect(await post(formOf({ ...fields, resource: undefined }), { version: 1 })).toMatchObject({ code: 900144 });
  });
});
