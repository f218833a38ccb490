import { canonicalUri, joined } from './keys.ts';
import { applicationLimits } from './limits.ts';
import { isIdentifierUri } from './rules/identifier-uris.ts';
import { invalid } from './rules/problems.ts';
import type { State } from './state.ts';
import type { ServicePrincipal } from './types.ts';

/** The names of a service principal that are its own: neither its client id, nor given to it by the application in its tenant. Only these it claims. */
export const ownNames = (
  state: State,
  { tenantId, appId, servicePrincipalNames, servicePrincipalType, appOwnerOrganizationId }: ServicePrincipal,
): readonly string[] => {
  // Names of managed identities and of Microsoft's APIs are fixed and nobody else can claim them.
  if (servicePrincipalType === 'ManagedIdentity' || state.tenants.read.get(appOwnerOrganizationId ?? '') === undefined) return [];
  const given = state.applications.byAppId(joined(tenantId, appId))[0]?.identifierUris ?? [];
  const known = new Set([appId, ...given].map(canonicalUri));
  return servicePrincipalNames.filter((name) => !known.has(canonicalUri(name)));
};

/** Throws KernelError `invalid` unless all names could name a resource. */
export const checkNames = (names: unknown, appId: string): void => {
  const good =
    Array.isArray(names) &&
    names.length <= applicationLimits.identifierUris + 1 &&
    names.every((name) => name === appId || isIdentifierUri(name)) &&
    new Set(names.map((name) => canonicalUri(String(name)))).size === names.length &&
    names.includes(appId);
  if (!good) throw invalid('servicePrincipalNames', 'The names are no list of the client id and of identifier URIs, each once.');
};
