import type { Arm } from '@podpass/arm';
import type { Authorization } from '@podpass/authorization';
import type { Directory } from '@podpass/directory';
import { newGuid } from '@podpass/kernel';
import type { Admin } from './admin.ts';

/** Days that the automation principal's secret is valid: Entra's longest, two years. */
const secretDays = 730;
const owner = 'Owner';

/**
 * Brings the first tenant into being, each step only when its result is missing, so that a start that was interrupted is
 * completed by the next one: tenant, administrator, automation principal, subscription, and both as its owners.
 */
export const seed = async (deps: {
  admin: Admin;
  directory: Directory;
  authorization: Authorization;
  arm: Pick<Arm, 'seedSubscription' | 'subscriptions'>;
}): Promise<void> => {
  const { admin, directory, authorization, arm } = deps;
  const { tenantId, subscriptionId } = admin;
  if (directory.tenants.find(tenantId) === undefined)
    await directory.tenants.create({ id: tenantId, displayName: 'Podpass', domains: [admin.tenantDomain] });
  const user =
    directory.users.byPrincipalName(tenantId, admin.userPrincipalName) ??
    (await directory.users.create({
      tenantId,
      userPrincipalName: admin.userPrincipalName,
      displayName: 'Podpass administrator',
      password: admin.password,
    }));
  const { appId, secret } = admin.servicePrincipal;
  if (directory.applications.byAppId(tenantId, appId) === undefined)
    await directory.applications.create({ tenantId, displayName: 'podpass-automation', appId });
  if (directory.applications.byAppId(tenantId, appId)?.secrets.length === 0)
    await directory.applications.addSecret(tenantId, appId, { displayName: 'first start', days: secretDays, secret });
  if (arm.subscriptions.get(subscriptionId) === undefined) await arm.seedSubscription({ tenantId, subscriptionId, displayName: 'Podpass' });

  const roleId = authorization.definitions.byName(owner)?.id;
  const automation = directory.servicePrincipals.byAppId(tenantId, appId);
  if (roleId === undefined || automation === undefined) return;
  for (const principalId of [user.id, automation.id]) {
    const held = authorization.assignments.listForPrincipal(tenantId, principalId);
    if (held.length === 0)
      await authorization.assignments.create({ tenantId, name: newGuid(), scope: `/subscriptions/${subscriptionId}`, roleId, principalId });
  }
};
