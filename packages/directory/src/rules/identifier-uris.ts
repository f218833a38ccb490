import { isGuid } from '@podpass/kernel';
import { firstPartyApplications } from '../first-party/index.ts';
import { canonicalUri } from '../keys.ts';
import { applicationLimits } from '../limits.ts';
import type { Application } from '../types.ts';
import { conflict, invalid } from './problems.ts';

const pattern = /^(?:api|https):\/\/[^\s?#*"<>\\]+$/i;

/** Names under which Microsoft's own APIs are asked for: nobody else may bear them. */
const reserved: ReadonlySet<string> = new Set(firstPartyApplications.flatMap(({ identifierUris }) => identifierUris.map(canonicalUri)));

/** Under which managed identities have their second names (see `managed-identities.ts`). */
const identityNames = 'https://identity.azure.net/';

/** The hosts of Microsoft's https names: with further slashes, a port or a path they would still be read as Microsoft's somewhere. */
const reservedHosts: ReadonlySet<string> = new Set(
  [...reserved, identityNames].flatMap((uri) => (uri.startsWith('https://') ? [URL.parse(uri)?.hostname ?? ''] : [])),
);

const isReserved = (canonical: string): boolean => {
  const host = URL.parse(canonical)?.hostname.replace(/\.+$/, '') ?? '';
  if (canonical.startsWith('https://')) return reservedHosts.has(host);
  return reserved.has(canonical.replace(/\/+$/, ''));
};

/** Whether a text can name a resource at all: `api://…` or https, without query, fragment or blanks. */
export const isIdentifierUri = (uri: unknown): uri is string =>
  typeof uri === 'string' && uri.length <= applicationLimits.identifierUri && pattern.test(uri);

/**
 * Throws KernelError `invalid` for what is no identifier URI, for one given twice, and for `api://<GUID>` that is neither the application's
 * client id nor its tenant: who asks for `api://<client id>` must get that client. Throws `conflict` for a name of Microsoft's or of a managed
 * identity.
 *
 * Entra further wants the tenant's verified domains in the others; Podpass takes any word.
 */
export const checkIdentifierUris = ({
  identifierUris,
  appId,
  tenantId,
}: Pick<Application, 'identifierUris' | 'appId' | 'tenantId'>): void => {
  const property = 'identifierUris';
  if (!Array.isArray(identifierUris) || identifierUris.length > applicationLimits.identifierUris) {
    throw invalid(property, 'The identifier URIs are no list, or too many.');
  }
  const seen = new Set<string>();
  for (const uri of identifierUris as unknown[]) {
    if (!isIdentifierUri(uri)) throw invalid(property, 'One of the identifier URIs is not valid.', 'InvalidAppIdUri');
    const canonical = canonicalUri(uri);
    if (seen.has(canonical)) throw invalid(property, `The identifier URI ${uri} is given twice.`);
    if (isReserved(canonical)) throw conflict(property, `The identifier URI ${uri} is taken.`);
    const host = /^api:\/\/([^/]+)/.exec(canonical)?.[1] ?? '';
    if (isGuid(host) && host !== appId && host !== tenantId) {
      throw invalid(property, `'${uri}' names another client than its own.`, 'HostNameNotOnVerifiedDomain');
    }
    seen.add(canonical);
  }
};
