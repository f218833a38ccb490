import { claims } from './keys.ts';
import type { ServicePrincipal } from './types.ts';
import type { Claim } from './writing.ts';

const namesIn = (
  tenantId: string,
  names: readonly string[],
  about: { readonly what: string; readonly property: string },
): readonly Claim[] =>
  names.map((name) => ({
    name: claims.identifierUri(tenantId, String(name)),
    taken: `The ${about.what} ${name} is taken.`,
    property: about.property,
  }));

/** Claims on identifier URIs of an application in its tenant. */
export const uriClaims = (tenantId: string, uris: readonly string[]): readonly Claim[] =>
  namesIn(tenantId, uris, { what: 'identifier URI', property: 'identifierUris' });

/** Claims on names of service principals in a tenant: they share the space of the identifier URIs. */
export const nameClaims = (tenantId: string, names: readonly string[]): readonly Claim[] =>
  namesIn(tenantId, names, { what: 'service principal name', property: 'servicePrincipalNames' });

/** One service principal of an application in a tenant. */
export const principalClaim = ({ tenantId, appId }: Pick<ServicePrincipal, 'tenantId' | 'appId'>): Claim => ({
  name: claims.servicePrincipal(tenantId, appId),
  taken: `The service principal of ${appId} exists already.`,
  property: 'servicePrincipalNames',
});
