import type { Arm } from '@podpass/arm';
import type { Authorization } from '@podpass/authorization';
import { directoryRoleTemplates, type Directory, type User } from '@podpass/directory';
import { newGuid } from '@podpass/kernel';

/** What a tenant is brought up in. */
export interface TenantParts {
  readonly directory: {
    readonly tenants: Pick<Directory['tenants'], 'find' | 'list' | 'create'>;
    readonly users: Pick<Directory['users'], 'byPrincipalName' | 'create'>;
    readonly directoryRoles: Pick<Directory['directoryRoles'], 'ofRole' | 'assign'>;
  };
  readonly authorization: {
    readonly definitions: Pick<Authorization['definitions'], 'byName'>;
    readonly assignments: Pick<Authorization['assignments'], 'create' | 'listForPrincipal'>;
  };
  readonly arm: Pick<Arm, 'seedSubscription'> & { readonly subscriptions: Pick<Arm['subscriptions'], 'get' | 'list'> };
}

export interface TenantPlan {
  readonly tenantId: string;
  readonly displayName: string;
  readonly domain: string;
  readonly subscriptionId: string;
  readonly administrator: { readonly userPrincipalName: string; readonly displayName: string; readonly password: string };
}

/** Makes a principal Owner of a subscription, unless it has a role somewhere already. */
export const makeOwner = async (
  { definitions, assignments }: TenantParts['authorization'],
  who: { readonly tenantId: string; readonly principalId: string; readonly subscriptionId: string },
): Promise<void> => {
  const { tenantId, principalId, subscriptionId } = who;
  const roleId = definitions.byName('Owner')?.id;
  if (roleId === undefined || assignments.listForPrincipal(tenantId, principalId).length > 0) return;
  await assignments.create({ tenantId, name: newGuid(), scope: `/subscriptions/${subscriptionId}`, roleId, principalId });
};

/**
 * Brings a tenant into being, each step only when its result is missing, so that what was interrupted is completed by calling it again:
 * the tenant, its administrator, the directory role, the subscription and the role on it. An administrator who is there keeps his password.
 */
export const bringUpTenant = async (
  { directory, authorization, arm }: TenantParts,
  plan: TenantPlan,
): Promise<{ readonly administrator: User; readonly created: boolean }> => {
  const { tenantId, displayName, domain, subscriptionId } = plan;
  if (directory.tenants.find(tenantId) === undefined) await directory.tenants.create({ id: tenantId, displayName, domains: [domain] });
  const known = directory.users.byPrincipalName(tenantId, plan.administrator.userPrincipalName);
  const administrator = known ?? (await directory.users.create({ tenantId, ...plan.administrator }));
  // Data folders of the version without directory roles get it at their next start; one that somebody handed on is not taken back.
  const { id: role } = directoryRoleTemplates.globalAdministrator;
  if (directory.directoryRoles.ofRole(tenantId, role).length === 0) await directory.directoryRoles.assign(tenantId, administrator.id, role);
  if (arm.subscriptions.get(subscriptionId) === undefined) await arm.seedSubscription({ tenantId, subscriptionId, displayName });
  await makeOwner(authorization, { tenantId, principalId: administrator.id, subscriptionId });
  return { administrator, created: known === undefined };
};
