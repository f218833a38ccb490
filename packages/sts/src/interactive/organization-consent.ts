import type { Tenant, User } from '@podpass/directory';
import { userTarget } from '../consent/user-target.ts';
import type { Client } from '../clients/types.ts';
import { AadstsError } from '../errors.ts';
import type { Services } from '../services.ts';
import { adminRights } from './admin-rights.ts';
import { ensurePrincipal, grantRoles, grantScopes } from './grant-consent.ts';
import type { AskedPermissions } from './pages/consent-page.ts';

/** What is asked at one resource on behalf of all users, with the ids that a grant needs. */
interface AskedOfAll extends AskedPermissions {
  readonly resourceAppId: string;
}

/** Whether a user may grant all of it: see `adminRights`. */
export const mayConsentForAll = (services: Pick<Services, 'directory'>, user: User, asked: readonly AskedOfAll[]): boolean => {
  const rights = adminRights(services, user);
  return rights.delegated && asked.every(({ roles, resourceAppId }) => roles.length === 0 || rights.grantsRolesOf(resourceAppId));
};

interface Asking {
  readonly client: Client;
  readonly tenant: Tenant;
}

/** Everything that the application registered a wish for, or the scopes of the request. Throws AADSTS500011 for a resource that the tenant does not know. */
export const askedOfAll = (services: Services, scope: string | undefined, { client, tenant }: Asking): readonly AskedOfAll[] => {
  if (scope !== undefined && !scope.endsWith('/.default')) {
    const { target, named } = userTarget(services, { tenant, client, version: 2 }, scope);
    return [{ resourceAppId: target.resource.appId, resourceName: target.resource.displayName, scopes: named ?? [], roles: [] }];
  }
  return (client.application?.requiredResourceAccess ?? []).map(({ resourceAppId, resourceAccess }) => {
    const resource = services.findResource(tenant.id, resourceAppId);
    if (!resource) throw new AadstsError(500011, { data: { resource: resourceAppId, tenant: tenant.displayName } });
    const ids = (type: 'Scope' | 'Role') => new Set(resourceAccess.filter((access) => access.type === type).map(({ id }) => id));
    const [scopeIds, roleIds] = [ids('Scope'), ids('Role')];
    const { permissionScopes, appRoles } = resource.application;
    return {
      resourceAppId,
      resourceName: resource.displayName,
      scopes: permissionScopes.filter(({ id, isEnabled }) => isEnabled && scopeIds.has(id)),
      roles: appRoles.filter(
        ({ id, isEnabled, allowedMemberTypes }) => isEnabled && roleIds.has(id) && allowedMemberTypes.includes('Application'),
      ),
    };
  });
};

/** Writes the consent for the whole tenant. What was granted before stays. */
export const consentForAll = async (
  services: Pick<Services, 'directory'>,
  { client, tenant, asked }: Asking & { readonly asked: readonly AskedOfAll[] },
): Promise<void> => {
  const { clientId } = client;
  // Microsoft's own clients are consented to everything and have no service principal.
  if (client.firstParty) return;
  await ensurePrincipal(services, tenant, clientId);
  for (const { resourceAppId, scopes, roles } of asked) {
    if (scopes.length > 0) {
      await grantScopes(services, { tenant, clientId, resourceAppId, scopes: scopes.map(({ value }) => value), userId: undefined });
    }
    await grantRoles(services, { tenant, clientId, resourceAppId, roleIds: roles.map(({ id }) => id) });
  }
};
