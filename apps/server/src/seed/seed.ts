import type { Directory } from '@podpass/directory';
import { bringUpTenant, makeOwner, type TenantParts } from '../tenants/bring-up.ts';
import type { Admin } from './admin.ts';

/** Days that the automation principal's secret is valid: Entra's longest, two years. */
const secretDays = 730;

/**
 * Brings the first tenant into being, each step only when its result is missing, so that a start that was interrupted is
 * completed by the next one: the tenant with its administrator and subscription, then the automation principal as a second owner. The automation
 * principal has no role in the directory: what it does with Azure resources needs none.
 */
export const seed = async (deps: TenantParts & { readonly admin: Admin; readonly directory: Directory }): Promise<void> => {
  const { admin, directory, authorization } = deps;
  const { tenantId, subscriptionId, userPrincipalName, password } = admin;
  await bringUpTenant(deps, {
    tenantId,
    displayName: 'Podpass',
    domain: admin.tenantDomain,
    subscriptionId,
    administrator: { userPrincipalName, displayName: 'Podpass administrator', password },
  });
  const { appId, secret } = admin.servicePrincipal;
  if (directory.applications.byAppId(tenantId, appId) === undefined)
    await directory.applications.create({ tenantId, displayName: 'podpass-automation', appId });
  if (directory.applications.byAppId(tenantId, appId)?.secrets.length === 0)
    await directory.applications.addSecret(tenantId, appId, { displayName: 'first start', days: secretDays, secret });
  const automation = directory.servicePrincipals.byAppId(tenantId, appId);
  if (automation !== undefined) await makeOwner(authorization, { tenantId, principalId: automation.id, subscriptionId });
};
