import { compareCoverage } from '@podpass/arm';
import { callEveryOperation, createTestArm, type TestArm } from '@podpass/arm/testing';
import { newGuid } from '@podpass/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { managedIdentityCoverage, managedIdentityProvider } from './index.ts';

let test: TestArm;
let identity: string;
let fic: string;

const properties = {
  issuer: 'https://eastus.oic.prod-aks.azure.com/t/u/',
  subject: 'system:serviceaccount:default:workload-identity-sa',
  audiences: ['api://AzureADTokenExchange'],
};

beforeEach(async () => {
  test = await createTestArm({ providers: [managedIdentityProvider] });
  await test.seedGroup('rg1');
  identity = `${test.home}/resourceGroups/rg1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1`;
  fic = `${identity}/federatedIdentityCredentials/fic1`;
});
afterEach(() => test.close());

const create = () => test.call('PUT', identity, { location: 'eastus' });
/** The principals of managed identities; the tenant also has those of Microsoft's own APIs. */
const principals = () =>
  test.directory.servicePrincipals.list(test.tenantId).filter(({ servicePrincipalType }) => servicePrincipalType === 'ManagedIdentity');

describe('the ledger and access', () => {
  it('equals the registered operations', () => {
    expect(compareCoverage(managedIdentityProvider, managedIdentityCoverage)).toEqual({ unlisted: [], unregistered: [] });
  });

  it('refuses every operation to a caller without roles', async () => {
    const outcomes = await callEveryOperation(test, [managedIdentityProvider], newGuid());
    expect(outcomes.filter(({ code }) => code !== 'AuthorizationFailed')).toEqual([]);
  });
});

describe('identities, refused', () => {
  it.each([
    ['a name that is too short', 'ab', { location: 'eastus' }, 'BadRequest'],
    ['a name that starts with a sign', '-abc', { location: 'eastus' }, 'BadRequest'],
    ['a name with a dot', 'a.bc', { location: 'eastus' }, 'BadRequest'],
    ['a name that is too long', 'a'.repeat(129), { location: 'eastus' }, 'BadRequest'],
    ['no location', 'id1', {}, 'LocationRequired'],
    ['an unknown isolation scope', 'id1', { location: 'eastus', properties: { isolationScope: 'Global' } }, 'BadRequest'],
  ])('%s', async (_, name, body, code) => {
    const answer = await test.call('PUT', identity.replace('id1', name), body);
    expect([answer.status, answer.at('error', 'code')]).toEqual([400, code]);
    expect(principals()).toEqual([]);
  });

  it('another location', async () => {
    await create();
    expect((await test.call('PUT', identity, { location: 'westus' })).at('error', 'code')).toBe('InvalidResourceLocation');
  });

  it('what is not there', async () => {
    const answer = await test.call('GET', identity);
    expect([answer.status, answer.at('error', 'code')]).toEqual([404, 'ResourceNotFound']);
    expect(answer.at('error', 'message')).toContain("'Microsoft.ManagedIdentity/userAssignedIdentities/id1' under resource group 'rg1'");
    expect((await test.call('DELETE', identity)).status).toBe(204);
  });
});

describe('identities', () => {
  it('are made with their principal: 201 and a relative Location first, 200 afterwards', async () => {
    const first = await create();
    const id = `/subscriptions/${test.subscriptionId}/resourcegroups/rg1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1`;
    expect(first.status).toBe(201);
    expect(first.headers['location']).toBe(id);
    expect(first.body).toMatchObject({ id, name: 'id1', location: 'eastus', tags: {}, properties: { tenantId: test.tenantId } });
    const principal = test.directory.servicePrincipals.byId(test.tenantId, first.text('properties', 'principalId'));
    expect(principal).toMatchObject({ appId: first.at('properties', 'clientId'), resourceId: id, servicePrincipalType: 'ManagedIdentity' });
    const again = await test.call('PUT', identity.replace('id1', 'ID1'), { location: 'East US', tags: { a: 'b' } });
    expect([again.status, again.at('properties', 'principalId')]).toEqual([200, first.at('properties', 'principalId')]);
    expect((await test.call('PATCH', identity, { tags: { c: 'd' } })).at('tags')).toEqual({ c: 'd' });
    expect((await test.call('GET', identity)).at('id')).toBe(id);
    for (const list of [identity.replace('/id1', ''), `${test.home}/providers/Microsoft.ManagedIdentity/userAssignedIdentities`]) {
      expect((await test.call('GET', list)).at('value')).toHaveLength(1);
    }
    expect((await test.call('POST', `${identity}/listAssociatedResources`)).body).toEqual({ value: [], totalCount: 0 });
  });

  it('are made once when many ask at the same moment', async () => {
    const answers = await Promise.all([create(), create(), create()]);
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '200', '201']);
    expect(principals()).toHaveLength(1);
  });

  it('take their principal and credentials with them', async () => {
    const principalId = (await create()).text('properties', 'principalId');
    await test.call('PUT', fic, { properties });
    expect((await test.call('DELETE', identity)).status).toBe(200);
    expect(test.directory.servicePrincipals.byId(test.tenantId, principalId)).toBeUndefined();
    expect(test.directory.federatedCredentials.namesIssuer(properties.issuer)).toBe(false);
    expect((await test.call('DELETE', identity)).status).toBe(204);
  });

  it('that a crash left without a resource are removed at the next start', async () => {
    const kept = (await create()).text('properties', 'principalId');
    const orphan = await test.directory.managedIdentities.create({
      tenantId: test.tenantId,
      resourceId: identity.replace('id1', 'id2'),
      displayName: 'id2',
      explicit: true,
    });
    await test.restart();
    expect(test.directory.servicePrincipals.byId(test.tenantId, orphan.id)).toBeUndefined();
    expect(test.directory.servicePrincipals.byId(test.tenantId, kept)).toBeDefined();
  });
});

describe('federated credentials, refused', () => {
  beforeEach(create);

  it.each([
    ['no properties', {}, 'Federated Identity Credential from HTTP body has empty properties'],
    [
      'no subject',
      { properties: { ...properties, subject: undefined } },
      'Federated Identity Credential from HTTP body has empty properties',
    ],
    ['an empty issuer', { properties: { ...properties, issuer: '' } }, 'Federated Identity Credential from HTTP body has empty properties'],
    ['no audience', { properties: { ...properties, audiences: [] } }, 'Federated identity credentials must have exactly one audience.'],
    [
      'two audiences',
      { properties: { ...properties, audiences: ['a', 'b'] } },
      'Federated identity credentials must have exactly one audience.',
    ],
    [
      'a subject that is too long',
      { properties: { ...properties, subject: 'x'.repeat(601) } },
      "The value of 'subject' of the Federated Identity Credential is longer than the limit of 600 characters.",
    ],
  ])('%s', async (_, body, message) => {
    const answer = await test.call('PUT', fic, body);
    expect([answer.status, answer.at('error', 'message')]).toEqual([400, message]);
  });

  it.each(['http://issuer.test/', 'issuer', 'https://issuer.test/?a=b'])('the issuer %s', async (issuer) => {
    expect((await test.call('PUT', fic, { properties: { ...properties, issuer } })).status).toBe(400);
  });

  it.each([
    ['instead of a subject', { ...properties, subject: undefined }],
    ['beside a subject', properties],
  ])('an expression %s: managed identities take subjects only', async (_, rest) => {
    const answer = await test.call('PUT', fic, {
      properties: { ...rest, claimsMatchingExpression: { value: "claims['sub'] matches 'repo:a/*'", languageVersion: 1 } },
    });
    expect([answer.status, answer.at('error', 'code')]).toEqual([400, 'BadRequest']);
    expect(answer.at('error', 'message')).toContain('do not support credentials matching via expression');
    expect((await test.call('GET', fic)).status).toBe(404);
  });

  it('a bad name', async () => {
    const answer = await test.call('PUT', fic.replace('fic1', 'f'), { properties });
    expect(answer.at('error', 'message')).toBe("Federated Identity Credential name 'f' is invalid.");
  });

  it('the same issuer and subject twice', async () => {
    await test.call('PUT', fic, { properties });
    const answer = await test.call('PUT', fic.replace('fic1', 'fic2'), { properties });
    expect([answer.status, answer.at('error', 'message')]).toEqual([
      400,
      'Issuer and subject combination already exists for this Managed Identity.',
    ]);
  });

  it('the twenty-first', async () => {
    for (let index = 0; index < 20; index += 1) {
      const made = await test.call('PUT', fic.replace('fic1', `fic-${index}`), { properties: { ...properties, subject: `s${index}` } });
      expect(made.status).toBe(201);
    }
    const answer = await test.call('PUT', fic, { properties });
    expect([answer.status, answer.at('error', 'code')]).toEqual([400, 'TooManyFederatedIdentityCredentials']);
  });

  it('writes at the same moment under one identity, but not under two', async () => {
    await test.call('PUT', identity.replace('id1', 'id2'), { location: 'eastus' });
    const put = (id: string, name: string) =>
      test.call('PUT', fic.replace('id1', id).replace('fic1', name), { properties: { ...properties, subject: name } });
    const same = await Promise.all([put('id1', 'aaa'), put('id1', 'bbb')]);
    expect(same.map(({ status }) => String(status)).toSorted()).toEqual(['201', '409']);
    expect(same.find(({ status }) => status === 409)?.at('error', 'code')).toBe(
      'ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity',
    );
    const apart = await Promise.all([put('id1', 'ccc'), put('id2', 'ccc')]);
    expect(apart.map(({ status }) => status)).toEqual([201, 201]);
  });

  it('those of an identity that is not there', async () => {
    const answer = await test.call('PUT', fic.replace('id1', 'id9'), { properties });
    expect([answer.status, answer.at('error', 'message')]).toEqual([404, "The parent user-assigned identity doesn't exist."]);
    expect((await test.call('GET', fic)).status).toBe(404);
    expect((await test.call('DELETE', fic)).status).toBe(204);
  });
});

describe('federated credentials', () => {
  beforeEach(create);

  it('go through create, update, show, list and delete as az does, and show neither id nor description of Graph', async () => {
    const principalId = (await test.call('GET', identity)).text('properties', 'principalId');
    const made = await test.call('PUT', fic, { properties });
    const id = `/subscriptions/${test.subscriptionId}/resourcegroups/rg1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1/federatedIdentityCredentials/fic1`;
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id,
      name: 'fic1',
      type: 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials',
      properties,
    });
    const [stored] = test.directory.federatedCredentials.list(test.tenantId, principalId);
    expect(stored?.id).toMatch(/^[0-9a-f-]{36}$/);
    expect((await test.call('PUT', fic, { properties: { ...properties, subject: 'other' } })).status).toBe(200);
    expect((await test.call('GET', fic)).at('properties', 'subject')).toBe('other');
    expect((await test.call('GET', fic.replace('/fic1', ''))).at('value')).toHaveLength(1);
    expect((await test.call('DELETE', fic)).status).toBe(200);
    expect((await test.call('GET', fic)).status).toBe(404);
  });

  it('come in pages when asked', async () => {
    for (const name of ['aaa', 'bbb', 'ccc'])
      await test.call('PUT', fic.replace('fic1', name), { properties: { ...properties, subject: name } });
    const first = await test.call('GET', `${fic.replace('/fic1', '')}?$top=2`);
    expect(first.list('value').map((each) => each['name'])).toEqual(['aaa', 'bbb']);
    const second = await test.call('GET', first.text('nextLink'));
    expect(second.body).toMatchObject({ value: [{ name: 'ccc' }] });
    expect(second.at('nextLink')).toBeUndefined();
  });
});

it('writes Location in ASCII where a resource group has letters of another script: a header could not be sent', async () => {
  const name = 'группа';
  await test.seedGroup(name);
  const path = `${test.home}/resourceGroups/${encodeURIComponent(name)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/web`;
  const answer = await test.call('PUT', path, { location: 'eastus' });
  expect([answer.status, answer.at('id')]).toEqual([201, expect.stringContaining(`/resourcegroups/${name}/`)]);
  expect(answer.headers['location']).toBe(encodeURI(answer.text('id')));
});
