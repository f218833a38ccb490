import { isKernelError } from '@podpass/kernel';
import type { ServicePrincipal, Tenant } from '@podpass/directory';
import type { Services } from '../services.ts';

type Reads = Pick<Services, 'directory'>;

/** The service principal of an application in a tenant, created when there is none yet: that is what consent to a foreign application does. */
export const ensurePrincipal = async ({ directory }: Reads, tenant: Tenant, appId: string): Promise<ServicePrincipal> => {
  const present = directory.servicePrincipals.byAppId(tenant.id, appId);
  if (present) return present;
  try {
    return await directory.servicePrincipals.create(tenant.id, appId);
  } catch (thrown) {
    const meanwhile = isKernelError(thrown, 'conflict') ? directory.servicePrincipals.byAppId(tenant.id, appId) : undefined;
    if (meanwhile) return meanwhile;
    throw thrown;
  }
};

export interface ScopeGrant {
  readonly tenant: Tenant;
  readonly clientId: string;
  readonly resourceAppId: string;
  readonly scopes: readonly string[];
  /** The user who consents for himself; for everybody when undefined. */
  readonly userId: string | undefined;
}

/** Writes consent to delegated permissions: what was granted before stays, what is new is added. */
export const grantScopes = async (services: Reads, grant: ScopeGrant): Promise<void> => {
  const client = await ensurePrincipal(services, grant.tenant, grant.clientId);
  const resource = await ensurePrincipal(services, grant.tenant, grant.resourceAppId);
  const write = () => writeGrant(services, grant, { clientId: client.id, resourceId: resource.id });
  try {
    await write();
  } catch (thrown) {
    // Somebody wrote the same grant at the same time, or removed it: what is there now is extended.
    if (!isKernelError(thrown, 'conflict') && !isKernelError(thrown, 'not-found')) throw thrown;
    await write();
  }
};

const writeGrant = async (
  { directory }: Reads,
  { tenant, scopes, userId }: ScopeGrant,
  ends: { readonly clientId: string; readonly resourceId: string },
): Promise<void> => {
  const consentType = userId === undefined ? 'AllPrincipals' : 'Principal';
  const present = directory.permissionGrants
    .ofClient(tenant.id, ends.clientId)
    .find((grant) => grant.resourceId === ends.resourceId && grant.consentType === consentType && grant.principalId === userId);
  const had = present?.scope.split(' ').filter((scope) => scope !== '') ?? [];
  const scope = [...new Set([...had, ...scopes])].join(' ');
  if (!present) {
    const principal = userId === undefined ? {} : { principalId: userId };
    await directory.permissionGrants.create({ tenantId: tenant.id, ...ends, consentType, ...principal, scope });
  } else if (scope !== present.scope) await directory.permissionGrants.update(tenant.id, present.id, scope);
};

/** Assigns application roles of a resource to the application itself. */
export const grantRoles = async (
  services: Reads,
  {
    tenant,
    clientId,
    resourceAppId,
    roleIds,
  }: Pick<ScopeGrant, 'tenant' | 'clientId' | 'resourceAppId'> & { readonly roleIds: readonly string[] },
): Promise<void> => {
  const client = await ensurePrincipal(services, tenant, clientId);
  const resource = await ensurePrincipal(services, tenant, resourceAppId);
  const { appRoleAssignments } = services.directory;
  for (const appRoleId of roleIds) {
    const has = appRoleAssignments
      .ofPrincipal(tenant.id, client.id)
      .some((assignment) => assignment.resourceId === resource.id && assignment.appRoleId === appRoleId);
    if (has) continue;
    await appRoleAssignments
      .create({ tenantId: tenant.id, principalId: client.id, resourceId: resource.id, appRoleId })
      .catch((thrown: unknown) => {
        if (!isKernelError(thrown, 'conflict')) throw thrown;
      });
  }
};
