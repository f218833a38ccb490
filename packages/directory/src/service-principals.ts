import { deleteObject } from './deletion.ts';
import type { Directory } from './directory-types.ts';
import { firstPartyTenantId } from './first-party/index.ts';
import { canonicalUri, claims, joined } from './keys.ts';
import { applicationLimits } from './limits.ts';
import { nameClaims } from './name-claims.ts';
import { updateIn } from './objects.ts';
import { checkNames, ownNames } from './principal-names.ts';
import { findResource, resourceOf } from './resources.ts';
import { checkIdentifierUris } from './rules/identifier-uris.ts';
import { invalid } from './rules/problems.ts';
import { changeProperties, flag, optional, text, texts, type PropertyRules } from './rules/properties.ts';
import { createServicePrincipal } from './service-principal-create.ts';
import type { State } from './state.ts';
import { pageOf } from './table.ts';
import type { ServicePrincipal } from './types.ts';
import { moveClaims } from './writing.ts';

const rules = {
  accountEnabled: flag,
  appRoleAssignmentRequired: flag,
  displayName: text(applicationLimits.displayName),
  notes: optional(text(applicationLimits.notes)),
  servicePrincipalNames: texts(applicationLimits.identifierUris + 1, applicationLimits.identifierUri),
  tags: texts(applicationLimits.tags, applicationLimits.tag),
} as const satisfies PropertyRules;

/** Properties that come from elsewhere for managed identities and Microsoft's APIs. */
const fixedElsewhere = ['displayName', 'servicePrincipalNames'] as const;

/** Service principals: what an application is in one tenant. */
export const servicePrincipalActions = (state: State): Directory['servicePrincipals'] => {
  const { servicePrincipals, store } = state;
  return {
    byId: (tenantId, id) => servicePrincipals.read.get(joined(tenantId, id)),
    byAppId: (tenantId, appId) => servicePrincipals.byAppId(joined(tenantId, appId))[0],
    byName: (tenantId, name) => servicePrincipals.byName(joined(tenantId, canonicalUri(name)))[0],
    list: (tenantId) => servicePrincipals.byTenant(tenantId.toLowerCase()),
    page: (tenantId, page) => pageOf(store, servicePrincipals, tenantId, page),
    count: (tenantId) => servicePrincipals.count(tenantId),
    create: (tenantId, appId, properties) => createServicePrincipal(state, { tenantId, appId, ...properties }),
    async update(tenantId, id, changes) {
      const names: unknown = changes.servicePrincipalNames;
      const also = Array.isArray(names) ? names.map((name) => state.names.key(claims.identifierUri(tenantId, String(name)))) : [];
      return updateIn(state, servicePrincipals, { id: joined(tenantId, id), also }, (present, exists) => {
        const fixed = fixedElsewhere.find((property) => isGiven(present) && changes[property] !== undefined);
        if (fixed !== undefined) throw invalid(fixed, `The property '${fixed}' of this service principal cannot be changed.`);
        const value = changeProperties(present, changes, rules);
        if (names === undefined) return { value };
        checkNames(value.servicePrincipalNames, value.appId);
        const own = ownNames(state, value);
        // Those that it has were checked where they were given, which may have been another tenant.
        const fresh = own.filter((name) => !present.servicePrincipalNames.includes(name));
        checkIdentifierUris({ identifierUris: fresh, appId: value.appId, tenantId: value.tenantId });
        const from = ownNames(state, present).map((name) => claims.identifierUri(present.tenantId, name));
        return { value, operations: moveClaims(state, exists, { from, to: nameClaims(value.tenantId, own) }) };
      });
    },
    async delete(tenantId, id) {
      const present = servicePrincipals.read.get(joined(tenantId, id));
      if (!present) return false;
      if (isGiven(present))
        throw invalid('servicePrincipalType', "Managed identities and Microsoft's APIs cannot be deleted by themselves.");
      return deleteObject(state, tenantId, id);
    },
    resourceOf: (principal) => resourceOf(state, principal),
    findResource: findResource(state),
  };
};

/** Whether the principal stands for something that the tenant's users do not govern here: a managed identity's resource, or an API of Microsoft. */
const isGiven = ({ servicePrincipalType, appOwnerOrganizationId }: ServicePrincipal): boolean =>
  servicePrincipalType === 'ManagedIdentity' || appOwnerOrganizationId === firstPartyTenantId;
