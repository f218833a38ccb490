import { newGuid } from '@podpass/kernel';
import type { Operation } from '@podpass/store';
import { firstPartyApplications, firstPartyTenantId } from './first-party/index.ts';
import { claims, joined } from './keys.ts';
import type { State } from './state.ts';
import type { ServicePrincipal } from './types.ts';

/** The operations that create a tenant's missing service principals of Microsoft's APIs. Their object ids differ from tenant to tenant. */
export const firstPartyPrincipals = (state: State, tenantId: string): readonly Operation[] => {
  const createdDateTime = state.clock.date().toISOString();
  return missingIn(state, tenantId).flatMap(({ appId, displayName, identifierUris }) => {
    const principal: ServicePrincipal = {
      id: newGuid(),
      tenantId,
      appId,
      displayName,
      servicePrincipalType: 'Application',
      servicePrincipalNames: [appId, ...identifierUris],
      alternativeNames: [],
      accountEnabled: true,
      appOwnerOrganizationId: firstPartyTenantId,
      appRoleAssignmentRequired: false,
      secrets: [],
      certificates: [],
      tags: [],
      createdDateTime,
    };
    return [
      state.servicePrincipals.written.putOperation(joined(tenantId, principal.id), principal),
      state.names.putOperation(claims.servicePrincipal(tenantId, appId), {}),
    ];
  });
};

export const missingIn = (state: State, tenantId: string): typeof firstPartyApplications =>
  firstPartyApplications.filter(({ appId }) => state.servicePrincipals.byAppId(joined(tenantId, appId)).length === 0);
