import type { Tenant } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { userTarget } from '../consent/user-target.ts';
import type { Client } from '../clients/types.ts';
import { AadstsError } from '../errors.ts';
import type { Services } from '../services.ts';
import { adminRights } from './admin-rights.ts';
import { auditSignIn } from './audit.ts';
import { flowClient } from './flow-client.ts';
import { grantRoles, grantScopes, ensurePrincipal } from './grant-consent.ts';
import { consentPage, needAdminPage, shownDigest, type AskedPermissions } from './pages/consent-page.ts';
import { messagePage } from './pages/message-page.ts';
import { respond, respondError } from './respond.ts';
import type { AdminConsentFlow } from './types.ts';
import type { Progress, Visit } from './visit.ts';
import { publisherOf } from './wanted.ts';

/** What is asked at one resource, with the ids that a grant needs. */
interface AdminAsked extends AskedPermissions {
  readonly resourceAppId: string;
}

/** Shows everything that an administrator is asked to grant for all users; ordinary users are told that they cannot. */
export const proceedAdminConsent = async (visit: Visit, flow: AdminConsentFlow, { own, shown }: Progress): Promise<Answer> => {
  const client = flowClient(visit.services, own.tenant, flow.clientId);
  const asked = askedFor(visit.services, flow, { client, tenant: own.tenant });
  if (!mayGrant(visit, asked, own)) {
    auditSignIn(visit, { step: 'consent', outcome: 'refused', reason: 'AADSTS90094', flow, userId: own.user.id });
    return needAdminPage(visit, flow, { own, asked });
  }
  // Nobody has agreed yet, or to something else than what is asked by now.
  if (shown !== shownDigest(asked)) {
    const publisher = publisherOf(visit.services, client, own);
    return consentPage(visit, flow, { own, asked, publisher, reach: 'organization' });
  }
  await grantAll(visit.services, { client, tenant: own.tenant, asked });
  auditSignIn(visit, { step: 'consent', outcome: 'granted', flow: { ...flow, tenantId: own.tenant.id }, userId: own.user.id });
  return consented(visit, flow, own.tenant);
};

const mayGrant = (visit: Visit, asked: readonly AdminAsked[], { user }: Progress['own']): boolean => {
  const rights = adminRights(visit.services, user);
  return rights.delegated && asked.every(({ roles, resourceAppId }) => roles.length === 0 || rights.grantsRolesOf(resourceAppId));
};

const consented = (visit: Visit, flow: AdminConsentFlow, tenant: Tenant): Answer => {
  const to = addressOf(flow);
  if (!to)
    return messagePage(visit, { title: 'Consent granted', text: 'The application may now be used. You can close this window.', tenant });
  return respond(visit, to, [
    ['admin_consent', 'True'],
    ['tenant', tenant.id],
    ...(flow.scope === undefined ? [] : [['scope', flow.scope] as const]),
  ]);
};

const addressOf = ({ redirectUri, state }: AdminConsentFlow) =>
  redirectUri === undefined ? undefined : { redirectUri, responseMode: 'query' as const, ...(state === undefined ? {} : { state }) };

/** An administrator who declines, or somebody who is none. */
export const refuseAdminConsent = (visit: Visit, flow: AdminConsentFlow, error: AadstsError): Answer => {
  const to = addressOf(flow);
  if (!to) throw error;
  return respondError(visit, to, error);
};

interface Asking {
  readonly client: Client;
  readonly tenant: Tenant;
}

/** Everything that the application registered a wish for, or the scopes of the request. Throws AADSTS500011 for a resource that the tenant does not know. */
const askedFor = (services: Services, { scope }: AdminConsentFlow, { client, tenant }: Asking): readonly AdminAsked[] => {
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

const grantAll = async (
  services: Services,
  { client, tenant, asked }: Asking & { readonly asked: readonly AdminAsked[] },
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
