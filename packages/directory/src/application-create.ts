import { isGuid, newGuid } from '@podpass/kernel';
import type { NewApplication } from './directory-types.ts';
import { firstPartyApplications } from './first-party/index.ts';
import { claims, joined } from './keys.ts';
import { principalClaim, uriClaims } from './name-claims.ts';
import { writeBetween } from './objects.ts';
import { applicationDefaults } from './records.ts';
import { distinctIds, firstEdges } from './relations.ts';
import { applicationRules, checkApplication } from './rules/application.ts';
import { conflict, invalid } from './rules/problems.ts';
import { changeProperties } from './rules/properties.ts';
import type { State } from './state.ts';
import { requireTenant } from './tenants.ts';
import type { Application, ServicePrincipal } from './types.ts';
import { moveClaims } from './writing.ts';

/** Creates an application, and its service principal in the same tenant unless that is not wanted (the answer then is what it would have been). */
export const createApplication = async (
  state: State,
  draft: NewApplication,
  withPrincipal: boolean,
): Promise<{ application: Application; servicePrincipal: ServicePrincipal }> => {
  const application = applicationOf(state, draft);
  const servicePrincipal = principalOf(application, application.tenantId, application.createdDateTime);
  const { tenantId, appId, id, identifierUris } = application;
  const owners = distinctIds(draft.owners ?? []);
  const wanted = [
    { name: claims.appId(appId), taken: `The client id ${appId} is taken.`, property: 'appId' },
    ...uriClaims(tenantId, identifierUris),
    ...(withPrincipal ? [principalClaim(servicePrincipal)] : []),
  ];
  const also = wanted.map(({ name }) => state.names.key(name));
  await writeBetween(state, { tenantId, ids: owners, also }, (exists) => [
    ...moveClaims(state, exists, { from: [], to: wanted }),
    state.applications.written.putOperation(joined(tenantId, id), application),
    ...(withPrincipal ? [state.servicePrincipals.written.putOperation(joined(tenantId, servicePrincipal.id), servicePrincipal)] : []),
    ...firstEdges(state, application, { owners }),
  ]);
  return { application, servicePrincipal };
};

const applicationOf = (
  state: State,
  { tenantId, displayName, appId = newGuid(), identifierUris = [], properties = {} }: NewApplication,
) => {
  const tenant = requireTenant(state, tenantId);
  if (!isGuid(appId)) throw invalid('appId', `'${appId}' is not a client id.`);
  if (firstPartyApplications.some((api) => api.appId === appId.toLowerCase())) throw conflict('appId', `The client id ${appId} is taken.`);
  const bare: Application = {
    ...applicationDefaults,
    id: newGuid(),
    tenantId: tenant.id,
    appId: appId.toLowerCase(),
    displayName,
    createdDateTime: state.clock.date().toISOString(),
  };
  const application = changeProperties(bare, { ...properties, displayName, identifierUris }, applicationRules);
  checkApplication(application);
  return application;
};

/** The service principal of an application in a tenant, its own or another. */
export const principalOf = (application: Application, tenantId: string, createdDateTime: string): ServicePrincipal => ({
  id: newGuid(),
  tenantId,
  appId: application.appId,
  displayName: application.displayName,
  servicePrincipalType: 'Application',
  servicePrincipalNames: [application.appId, ...application.identifierUris],
  alternativeNames: [],
  accountEnabled: true,
  appOwnerOrganizationId: application.tenantId,
  appRoleAssignmentRequired: false,
  secrets: [],
  certificates: [],
  tags: [],
  createdDateTime,
});
