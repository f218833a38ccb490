import type { PermissionScope, ServicePrincipal } from '@podpass/directory';
import { newGuid } from '@podpass/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { findClient } from '../clients/find-client.ts';
import { AadstsError } from '../errors.ts';
import { createLoginNames } from '../login-names.ts';
import { createResources } from '../resources.ts';
import type { Services } from '../services.ts';
import { azureCli, createPlatform, type Platform } from '../testing/platform.ts';
import { consentOf } from './consent.ts';
import { userTarget } from './user-target.ts';

const scope = (value: string, over: Partial<PermissionScope> = {}): PermissionScope => ({
  id: newGuid(),
  value,
  type: 'User',
  adminConsentDisplayName: value,
  adminConsentDescription: value,
  isEnabled: true,
  ...over,
});
const [read, write, manage, gone] = [
  scope('read'),
  scope('write'),
  scope('manage', { type: 'Admin' }),
  scope('gone', { isEnabled: false }),
];
const userId = newGuid();

let platform: Platform;
let services: Services;
let api: Awaited<ReturnType<Platform['addApplication']>>;
let app: Awaited<ReturnType<Platform['addApplication']>>;
beforeEach(async () => {
  platform = await createPlatform();
  const { directory } = platform;
  const names = createLoginNames({ loginHost: 'login.microsoftonline.com' });
  services = { directory, names, findResource: createResources([], directory) } as Partial<Services> as Services;
  api = await platform.addApplication({ permissionScopes: [read, write, manage, gone] }, { identifierUris: ['api://backend'] });
  app = await platform.addApplication();
});
const target = (asked: string, clientId = app.appId) => {
  const client = findClient(services, platform.tenant, clientId);
  return { client, wanted: userTarget(services, { tenant: platform.tenant, client, version: 2 }, asked) };
};
const consent = (asked: string, clientId?: string) => consentOf(services, { tenant: platform.tenant, userId, ...target(asked, clientId) });
/** Which scopes the API opens to the Azure CLI. */
const authorise = (values: readonly string[]) =>
  platform.directory.applications.update(platform.tenantId, api.application.id, {
    preAuthorizedApplications: [
      { appId: azureCli, delegatedPermissionIds: [read, write, manage].filter(({ value }) => values.includes(value)).map(({ id }) => id) },
    ],
  });
const missing = (asked: string) => consent(asked).missing.map(({ value }) => value);
const codeOf = (run: () => unknown) => {
  try {
    run();
    return 0;
  } catch (thrown) {
    return thrown instanceof AadstsError ? thrown.code : -1;
  }
};
const grant = (scopes: string, over: { principalId?: string; client?: ServicePrincipal } = {}) =>
  platform.directory.permissionGrants.create({
    tenantId: platform.tenantId,
    clientId: (over.client ?? app.principal).id,
    consentType: over.principalId === undefined ? 'AllPrincipals' : 'Principal',
    ...(over.principalId === undefined ? {} : { principalId: over.principalId }),
    resourceId: api.principal.id,
    scope: scopes,
  });

describe('what is asked', () => {
  it.each([
    ['api://backend/nothing', 650053],
    ['api://backend/gone', 650053],
    ['api://nowhere/read', 500011],
    ['api://backend/read https://vault.azure.net/user_impersonation', 28000],
    ['api://backend/', 70011],
  ])('%s: AADSTS%d', (asked, code) => {
    expect(codeOf(() => target(asked))).toBe(code);
  });

  it('names scopes without regard to case, and Graph for OpenID scopes alone', () => {
    expect(target('api://backend/READ').wanted.named).toEqual([read]);
    const { wanted } = target('openid profile');
    expect(wanted.target.resource.displayName).toBe('Microsoft Graph');
    expect(wanted.named?.map(({ value }) => value)).toEqual(['openid', 'profile']);
  });
});

describe('consent', () => {
  it('is missing until somebody gives it, for the one user or for all', async () => {
    expect(consent('api://backend/read api://backend/write')).toMatchObject({ granted: [], adminOnly: false });
    await grant('read', { principalId: newGuid() }).catch(() => undefined);
    await grant('read write', { client: api.principal }).catch(() => undefined);
    expect(missing('api://backend/read')).toEqual(['read']);
    await grant('read');
    expect(consent('api://backend/read api://backend/write')).toMatchObject({ granted: ['read'], missing: [write] });
  });

  it('of an administrator is told apart', () => {
    expect(consent('api://backend/manage')).toMatchObject({ adminOnly: true, missing: [manage] });
  });

  it('for .default: what was registered while nothing is granted, then what is granted', async () => {
    const { directory, tenantId } = platform;
    expect(codeOf(() => consent('api://backend/.default'))).toBe(650057);
    const resourceAccess = [read, manage, gone].map(({ id }) => ({ id, type: 'Scope' as const }));
    await directory.applications.update(tenantId, app.application.id, {
      requiredResourceAccess: [{ resourceAppId: api.appId, resourceAccess: [...resourceAccess, { id: write.id, type: 'Role' }] }],
    });
    expect(missing('api://backend/.default')).toEqual(['read', 'manage']);
    await grant('write');
    expect(consent('api://backend/.default')).toMatchObject({ granted: ['write'], missing: [] });
  });

  it('is not needed by a client that the resource authorised, for the named scopes', async () => {
    const { directory, tenantId } = platform;
    await directory.applications.update(tenantId, api.application.id, {
      preAuthorizedApplications: [{ appId: app.appId, delegatedPermissionIds: [read.id] }],
    });
    expect(consent('api://backend/read api://backend/write')).toMatchObject({ granted: ['read'], missing: [write] });
    expect(consent('api://backend/.default')).toMatchObject({ granted: ['read'], missing: [] });
  });

  it("of Microsoft's clients at a tenant's own API: authorised beforehand, or refused", async () => {
    const refused = (scope: string) => expect(() => consent(scope, azureCli)).toThrow('AADSTS65001');
    await authorise([]);
    refused('api://backend/.default');
    refused('api://backend/read');
    await authorise(['read']);
    refused('api://backend/read api://backend/write');
    expect(consent('api://backend/.default', azureCli)).toMatchObject({ granted: ['read'], missing: [] });
    expect(consent('api://backend/read', azureCli)).toMatchObject({ granted: ['read'], missing: [] });
  });

  it("is not needed by Microsoft's clients at Microsoft's APIs, nor by an application towards itself", () => {
    expect(consent('api://backend/manage', api.appId)).toMatchObject({ granted: ['manage'], missing: [] });
    const graph = consent('https://graph.microsoft.com/.default', azureCli).granted;
    expect(graph).toContain('Directory.AccessAsUser.All');
    expect(graph).not.toContain('RoleManagement.ReadWrite.Directory');
  });
});
