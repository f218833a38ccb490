import { createDirectory } from '@podpass/directory';
import { createClock } from '@podpass/kernel';
import { createMemoryStore } from '@podpass/store';
import { describe, expect, it } from 'vitest';
import { createResources } from './resources.ts';

const arm = '797f4846-ba00-4fd7-ba43-dac1f8f63013';

const open = async () => {
  const directory = await createDirectory({ store: createMemoryStore(), clock: createClock() });
  const tenant = await directory.tenants.create({ displayName: 'Contoso', domains: ['contoso.example'] });
  const other = await directory.tenants.create({ displayName: 'Other', domains: ['other.example'] });
  const { application } = await directory.applications.create({
    tenantId: tenant.id,
    displayName: 'api',
    identifierUris: ['api://backend'],
  });
  const local = { appId: arm, displayName: 'x', uris: ['https://management.podpass.test'], scopes: [] };
  const profile = {
    appId: '11111111-1111-4111-8111-111111111111',
    displayName: 'Profile',
    uris: ['https://own.podpass.test'],
    scopes: ['use'],
  };
  return { directory, find: createResources([local, profile], directory), tenant, other, application };
};

describe('resources', () => {
  it.each([
    'https://management.azure.com//',
    'https://management.azure.com.evil.example',
    'management.azure.com',
    'http://management.azure.com',
    '',
    '/',
    'api://',
  ])('%j is none', async (name) => {
    const { find, tenant } = await open();
    expect(find(tenant.id, name)).toBeUndefined();
  });

  it.each([
    'https://management.azure.com',
    'https://MANAGEMENT.core.windows.net/',
    'https://management.podpass.test/',
    arm,
    arm.toUpperCase(),
  ])('%s is Azure Resource Manager, with its own scopes', async (name) => {
    const { find, tenant } = await open();
    expect(find(tenant.id, name)).toMatchObject({ appId: arm, version: 1, displayName: 'Windows Azure Service Management API' });
  });

  it('applications are found in their own tenant only', async () => {
    const { find, tenant, other, application } = await open();
    for (const name of ['api://backend', 'API://backend/', application.appId, `api://${application.appId}`]) {
      expect(find(tenant.id, name)).toMatchObject({ appId: application.appId, version: 1 });
      expect(find(other.id, name)).toBeUndefined();
    }
  });

  it('of the profile need no principal, and no application takes their names', async () => {
    const { directory, find, tenant } = await open();
    await directory.applications
      .create({ tenantId: tenant.id, displayName: 'thief', identifierUris: ['https://own.podpass.test'] })
      .catch(() => undefined);
    expect(find(tenant.id, 'https://own.podpass.test/')).toMatchObject({ displayName: 'Profile', version: 1, principal: undefined });
  });

  it('have the version of tokens that their application asks for', async () => {
    const { directory, find, tenant, application } = await open();
    for (const [asked, version] of [
      [null, 1],
      [1, 1],
      [2, 2],
    ] as const) {
      await directory.applications.update(tenant.id, application.id, { requestedAccessTokenVersion: asked });
      expect(find(tenant.id, 'api://backend')?.version).toBe(version);
    }
  });
});
