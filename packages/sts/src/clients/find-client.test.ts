import { newGuid } from '@podpass/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { AadstsError } from '../errors.ts';
import { azureCli, createPlatform, type Platform } from '../testing/platform.ts';
import { findClient } from './find-client.ts';
import { findForeignApplication, foreignClient } from './find-foreign-application.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await createPlatform();
});
const graph = '00000003-0000-0000-c000-000000000000';
const find = (clientId: string, tenant = platform.tenant) => findClient(platform, tenant, clientId);
const codeOf = (run: () => unknown) => {
  try {
    run();
    return 0;
  } catch (thrown) {
    return thrown instanceof AadstsError ? thrown.code : -1;
  }
};

describe('a client', () => {
  it.each(['', 'x', newGuid(), '__proto__', graph])('%j is none', (clientId) => {
    expect(codeOf(() => find(clientId))).toBe(700016);
  });

  it('of Microsoft is known to every tenant, public, and found without regard to case', () => {
    expect(find(azureCli.toUpperCase())).toMatchObject({ clientId: azureCli, firstParty: true, family: '1', fallbackPublic: true });
    expect(find(azureCli).redirectUris.publicClient).toContain('http://localhost');
    expect(find(azureCli).principal).toBeUndefined();
  });

  it('is disabled with its service principal', async () => {
    const { appId, principal } = await platform.addApplication();
    expect(find(appId.toUpperCase())).toMatchObject({ clientId: appId, firstParty: false, family: undefined });
    await platform.directory.servicePrincipals.update(platform.tenantId, principal.id, { accountEnabled: false });
    expect(codeOf(() => find(appId))).toBe(7000112);
  });

  it('of another tenant needs a service principal here, and an application that is open to this tenant', async () => {
    const { directory, tenantId } = platform;
    const other = await directory.tenants.create({ displayName: 'Other', domains: ['other.example'] });
    const { appId, application } = await platform.addApplication({ signInAudience: 'AzureADMultipleOrgs' });
    expect(codeOf(() => find(appId, other))).toBe(700016);
    expect(findForeignApplication(platform, appId)).toMatchObject({ appId });
    expect(foreignClient(application)).toMatchObject({ clientId: appId, principal: undefined, firstParty: false });
    const principal = await directory.servicePrincipals.create(other.id, appId);
    expect(find(appId, other)).toMatchObject({ principal: { id: principal.id }, application: { tenantId } });
    await directory.applications.update(tenantId, application.id, { signInAudience: 'AzureADMyOrg' });
    expect(codeOf(() => find(appId, other))).toBe(700016);
    expect(find(appId).clientId).toBe(appId);
    expect(findForeignApplication(platform, appId)).toBeUndefined();
  });

  it('that is a managed identity has no application and no redirect URIs', () => {
    const client = find(platform.identity.appId);
    expect(client).toMatchObject({ application: undefined, fallbackPublic: false, redirectUris: { web: [], spa: [], publicClient: [] } });
  });
});
