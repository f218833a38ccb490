import { principalOf } from './application-create.ts';
import { guards, joined } from './keys.ts';
import { applicationLimits } from './limits.ts';
import { nameClaims, principalClaim } from './name-claims.ts';
import { writeBetween } from './objects.ts';
import { ownNames } from './principal-names.ts';
import { distinctIds, firstEdges } from './relations.ts';
import { conflict, invalid } from './rules/problems.ts';
import { changeProperties, flag, texts } from './rules/properties.ts';
import type { State } from './state.ts';
import { requireTenant } from './tenants.ts';
import type { Application, ServicePrincipal } from './types.ts';
import { moveClaims } from './writing.ts';

interface Draft {
  readonly tenantId: string;
  readonly appId: string;
  readonly accountEnabled?: boolean;
  readonly tags?: readonly string[];
  readonly owners?: readonly string[];
}

const rules = { accountEnabled: flag, tags: texts(applicationLimits.tags, applicationLimits.tag) };

/**
 * Creates the service principal of an application of the tenant, or of one of another tenant that is made for several. (Those of Microsoft's APIs
 * are there from the start.) Throws KernelError `invalid` when there is no such application for this tenant, `conflict` when there is one already.
 */
export const createServicePrincipal = async (state: State, { tenantId, appId, owners: wantedOwners = [], ...properties }: Draft) => {
  const tenant = requireTenant(state, tenantId);
  if (state.servicePrincipals.byAppId(joined(tenant.id, appId)).length > 0) {
    throw conflict('servicePrincipalNames', `The service principal of ${appId} exists already.`);
  }
  const application = openTo(state, tenant.id, appId);
  const bare = principalOf(application, tenant.id, state.clock.date().toISOString());
  const given = Object.entries(properties).filter(([, value]) => value !== undefined);
  const principal: ServicePrincipal = changeProperties(bare, Object.fromEntries(given), rules);
  const owners = distinctIds(wantedOwners);
  const home = { id: joined(application.tenantId, application.id), deleting: guards.deleting(application.tenantId, application.id) };
  const claimed = [principalClaim(principal), ...nameClaims(tenant.id, ownNames(state, principal))];
  const also = [
    state.applications.written.key(home.id),
    state.guards.written.key(home.deleting),
    ...claimed.map(({ name }) => state.names.key(name)),
  ];
  await writeBetween(state, { tenantId: tenant.id, ids: owners, also }, (exists) => {
    if (openTo(state, tenant.id, appId) !== application) throw conflict('appId', 'The application is being changed by others. Try again.');
    if (exists(state.guards.written.key(home.deleting))) throw noApplication(appId);
    return [
      ...moveClaims(state, exists, { from: [], to: claimed }),
      state.servicePrincipals.written.putOperation(joined(tenant.id, principal.id), principal),
      ...firstEdges(state, principal, { owners }),
    ];
  });
  return principal;
};

const openTo = (state: State, tenantId: string, appId: string): Application => {
  const application = state.applications.anywhere(appId.toLowerCase())[0];
  if (application?.tenantId === tenantId || application?.signInAudience === 'AzureADMultipleOrgs') return application;
  throw noApplication(appId);
};

const noApplication = (appId: string) =>
  invalid(
    'appId',
    `The appId '${appId}' of the service principal does not reference a valid application object.`,
    'NoBackingApplicationObject',
  );
