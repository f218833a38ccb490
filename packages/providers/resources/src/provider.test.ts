import { compareCoverage, operationsOf } from '@podpass/arm';
import { callEveryOperation, createTestArm, type TestAnswer, type TestArm } from '@podpass/arm/testing';
import { newGuid } from '@podpass/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { featuresCoverage, featuresProvider, resourcesCoverage, resourcesProvider } from './index.ts';

const providers = [resourcesProvider, featuresProvider];
let test: TestArm;
let group: string;

beforeEach(async () => {
  test = await createTestArm({ providers });
  group = `${test.home}/resourcegroups/rg1`;
});
afterEach(() => test.close());

const code = async (answer: Promise<TestAnswer>) => {
  const given = await answer;
  return `${given.status} ${given.text('error', 'code')}`;
};

describe('the ledger', () => {
  it('equals the registered operations', () => {
    expect(compareCoverage(resourcesProvider, resourcesCoverage)).toEqual({ unlisted: [], unregistered: [] });
    expect(compareCoverage(featuresProvider, featuresCoverage)).toEqual({ unlisted: [], unregistered: [] });
  });
});

describe('a caller without roles', () => {
  it('is refused by every operation but the two lists of what the caller may see', async () => {
    const outcomes = await callEveryOperation(test, providers, newGuid());
    const open = ['Subscriptions_List', 'Tenants_List'];
    expect(
      outcomes
        .filter(({ status }) => status === 200)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(open);
    expect(outcomes.filter(({ name }) => !open.includes(name)).filter(({ code }) => code !== 'AuthorizationFailed')).toEqual([]);
  });

  it('sees no subscription', async () => {
    expect((await test.call('GET', '/subscriptions', undefined, { as: newGuid() })).at('value')).toEqual([]);
  });

  it('meets an action in every row', () => {
    const rows = providers.flatMap(operationsOf).map(({ access }) => ('action' in access ? access.action : access.kind));
    expect(rows.filter((row) => !/^(member|signed-in)$|\/(read|write|delete|action)$/.test(row))).toEqual([]);
  });
});

describe('resource groups, refused', () => {
  it.each([
    ['a name with a trailing dot', 'rg.', { location: 'eastus' }, '400 InvalidResourceGroup'],
    ['a name with a star', 'r*g', { location: 'eastus' }, '400 InvalidResourceGroup'],
    ['a name that is too long', 'r'.repeat(91), { location: 'eastus' }, '400 InvalidResourceGroup'],
    ['no location', 'rg1', {}, '400 LocationRequired'],
    ['an unknown location', 'rg1', { location: 'atlantis' }, '400 LocationNotAvailableForResourceGroup'],
    ['a location of the wrong type', 'rg1', { location: 5 }, '400 InvalidRequestContent'],
    ['tags of the wrong type', 'rg1', { location: 'eastus', tags: { a: 1 } }, '400 InvalidRequestContent'],
    ['no body', 'rg1', undefined, '400 InvalidRequestContent'],
    ['a body that is an array', 'rg1', [], '400 InvalidRequestContent'],
    ['a body that is not JSON', 'rg1', Buffer.from('{'), '400 InvalidRequestContent'],
  ])('%s', async (_, name, body, expected) => {
    expect(await code(test.call('PUT', `${test.home}/resourcegroups/${encodeURIComponent(name)}`, body))).toBe(expected);
  });

  it('an unknown location, in the words of Azure', async () => {
    const answer = await test.call('PUT', group, { location: 'atlantis' });
    expect(answer.at('error', 'message')).toMatch(
      /^The provided location 'atlantis' is not available for resource group\. List of available regions is '[a-z0-9]+(,[a-z0-9]+)+'\.$/,
    );
  });

  it('a changed location, in the words of Azure', async () => {
    await test.call('PUT', group, { location: 'eastus' });
    const answer = await test.call('PUT', group, { location: 'westus' });
    expect([answer.status, answer.at('error', 'code')]).toEqual([409, 'InvalidResourceGroupLocation']);
    expect(answer.at('error', 'message')).toContain("already exists in location 'eastus'");
  });

  it('a group that is not there', async () => {
    const answer = await test.call('GET', group);
    expect(answer.at('error')).toEqual({ code: 'ResourceGroupNotFound', message: "Resource group 'rg1' could not be found." });
    expect(answer.status).toBe(404);
  });

  it('every problem of a body at once', async () => {
    const answer = await test.call('PUT', group, { location: 5, tags: { a: 1, b: 'x'.repeat(300) } });
    expect(answer.list('error', 'details').map((detail) => detail['target'])).toEqual(['location', 'tags.a', 'tags.b']);
  });
});

describe('resource groups', () => {
  it('go through create, show, exists, update, list and delete as az does', async () => {
    expect((await test.call('HEAD', group)).status).toBe(404);
    const created = await test.call('PUT', group, { location: 'East US', tags: { team: 'a' } });
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: `${test.home}/resourceGroups/rg1`,
      name: 'rg1',
      type: 'Microsoft.Resources/resourceGroups',
      location: 'eastus',
      tags: { team: 'a' },
      properties: { provisioningState: 'Succeeded' },
    });
    expect((await test.call('PUT', `${test.home}/resourceGroups/RG1`, { location: 'eastus' })).status).toBe(200);
    expect((await test.call('HEAD', group)).status).toBe(204);
    expect((await test.call('PATCH', group, { tags: { b: 'c' } })).at('tags')).toEqual({ b: 'c' });
    expect((await test.call('GET', `${test.home}/resourcegroups?$filter=tagName eq 'b'`)).at('value')).toHaveLength(1);
    const gone = await test.call('DELETE', group);
    expect(gone.status).toBe(202);
    expect(gone.headers['retry-after']).toBe('1');
    expect(gone.headers['location']).toMatch(
      /^https:\/\/management\.azure\.com\/subscriptions\/.*\/operationresults\/[0-9a-f-]{36}\?api-version=2024-01-01$/,
    );
    expect((await test.poll(gone)).status).toBe(200);
    expect((await test.call('GET', group)).status).toBe(404);
  });

  it('can be polled after a restart', async () => {
    await test.call('PUT', group, { location: 'eastus' });
    const gone = await test.call('DELETE', group);
    await test.arm.operations.idle();
    const again = await test.restart();
    expect((await again.poll(gone)).status).toBe(200);
  });
});

describe('subscriptions and tenants', () => {
  it('have the forms that az reads at sign-in', async () => {
    const tenants = await test.call('GET', '/tenants');
    expect(tenants.at('value', 0)).toMatchObject({
      id: `/tenants/${test.tenantId}`,
      defaultDomain: 'example.test',
      tenantCategory: 'Home',
    });
    const subscriptions = await test.call('GET', '/subscriptions');
    expect(subscriptions.body).toMatchObject({ value: [{ subscriptionId: test.subscriptionId, state: 'Enabled' }], count: { value: 1 } });
  });

  it('refuse what is not there or belongs to others', async () => {
    expect(await code(test.call('GET', `/subscriptions/${newGuid()}/resourcegroups`))).toBe('404 SubscriptionNotFound');
    expect(await code(test.call('GET', '/subscriptions/nonsense/resourcegroups'))).toBe('400 InvalidSubscriptionId');
    const stranger = { headers: { authorization: `Bearer ${newGuid()} ${test.administrator}` }, as: null };
    expect(await code(test.call('GET', `${test.home}/resourcegroups`, undefined, stranger))).toBe('401 InvalidAuthenticationTokenTenant');
  });
});

describe('providers and features', () => {
  it('unregistering makes writes fail with the sentence that clients parse, and registering mends it', async () => {
    await test.call('POST', `${test.home}/providers/Microsoft.Features/unregister`);
    expect((await test.call('GET', `${test.home}/providers/microsoft.features`)).at('registrationState')).toBe('NotRegistered');
    const feature = `${test.home}/providers/Microsoft.Features/providers/Microsoft.ContainerService/features/EnablePodIdentityPreview`;
    const refused = await test.call('POST', `${feature}/register`);
    expect(refused.status).toBe(409);
    expect(refused.at('error', 'message')).toBe(
      "The subscription is not registered to use namespace 'Microsoft.Features'. See https://aka.ms/rps-not-found for how to register subscriptions.",
    );
    expect((await test.call('POST', `${test.home}/providers/Microsoft.Features/register`)).at('registrationState')).toBe('Registered');
    expect((await test.call('POST', `${feature}/register`)).at('properties', 'state')).toBe('Registering');
    expect((await test.call('GET', feature)).body).toMatchObject({ name: 'Microsoft.ContainerService/EnablePodIdentityPreview' });
  });

  it('refuses unknown namespaces and features', async () => {
    expect(await code(test.call('GET', `${test.home}/providers/Microsoft.Nothing`))).toBe('404 InvalidResourceNamespace');
    const feature = `${test.home}/providers/Microsoft.Features/providers/Microsoft.ContainerService/features/Nothing`;
    expect(await code(test.call('GET', feature))).toBe('404 FeatureNotFound');
  });
});

describe('lists of resources', () => {
  it.each(["substringof('a', name)", "name eq 'a' or name eq 'b'", "size eq '1'", "constructor eq '1'", 'name'])(
    'refuse the filter %s',
    async (filter) => {
      const path = `${test.home}/resources?$filter=${encodeURIComponent(filter)}`;
      expect(await code(test.call('GET', path))).toBe('400 InvalidFilterInQueryString');
    },
  );

  it('take the filter of az keyvault', async () => {
    const filter = encodeURIComponent("resourceType eq 'Microsoft.KeyVault/vaults' and name eq 'v1'");
    expect((await test.call('GET', `${test.home}/resources?$filter=${filter}`, undefined, { apiVersion: '2015-11-01' })).body).toEqual({
      value: [],
    });
  });

  it('show a resource to who may read just that, by the read action of its own type', async () => {
    const reader = newGuid();
    const vaults = `${test.home}/resourceGroups/rg1/providers/Microsoft.KeyVault/vaults`;
    await test.close();
    test = await createTestArm({
      providers,
      access: () => ({
        check: ({ action, scope }) => ({ allowed: action === 'Microsoft.KeyVault/vaults/read' && scope.endsWith('/v1'), because: '' }),
        reaches: ({ objectId }) => objectId === reader,
      }),
    });
    await test.seedGroup('rg1');
    const type = 'Microsoft.KeyVault/vaults';
    await test.seed({ id: `${vaults}/v1`, name: 'v1', type }, { id: `${vaults}/v2`, name: 'v2', type });
    for (const place of ['', '/resourceGroups/rg1']) {
      const answer = await test.call('GET', `${test.home}${place}/resources`, undefined, { as: reader });
      expect(answer.list('value').map((each) => each['name'])).toEqual(['v1']);
    }
  });
});
