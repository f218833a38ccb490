import type { Application, Changes, Tenant } from '@podpass/directory';
import { GraphError } from '../../errors.ts';
import { applicationLimits } from './limits.ts';
import type { ApplicationBody } from './reading/body.ts';
import { checkIdentifierUris } from './reading/uris.ts';
import { distinct } from '../../values.ts';

export type ApplicationChanges = Changes<Application, 'appId' | 'secrets' | 'certificates'>;

/** What a body changes of an application; `present` is undefined for a new one. Throws the 400 for what does not fit what is there. */
export const changesOf = (
  body: Partial<ApplicationBody>,
  { present, tenant }: { readonly present: Application | undefined; readonly tenant: Tenant },
): ApplicationChanges => {
  // An explicit undefined removes a property; what the body does not name is not named here either.
  const { api, web, spa, publicClient, ...plain } = known(body);
  const changes: ApplicationChanges = {
    ...plain,
    ...(api && 'requestedAccessTokenVersion' in api ? { requestedAccessTokenVersion: api.requestedAccessTokenVersion } : {}),
    ...(api?.oauth2PermissionScopes ? { permissionScopes: api.oauth2PermissionScopes } : {}),
    ...(api?.preAuthorizedApplications ? { preAuthorizedApplications: api.preAuthorizedApplications } : {}),
    ...(web && 'homePageUrl' in web ? { homePageUrl: web.homePageUrl } : {}),
    ...(web && 'logoutUrl' in web ? { logoutUrl: web.logoutUrl } : {}),
    ...web?.implicitGrantSettings,
    ...(web?.redirectUris || spa?.redirectUris || publicClient?.redirectUris
      ? {
          redirectUris: {
            web: web?.redirectUris ?? present?.redirectUris.web ?? [],
            spa: spa?.redirectUris ?? present?.redirectUris.spa ?? [],
            publicClient: publicClient?.redirectUris ?? present?.redirectUris.publicClient ?? [],
          },
        }
      : {}),
  };
  checkPermissions(changes, present);
  checkIdentifiers(changes, present, tenant);
  return changes;
};

/** The body without what is accepted and not kept. */
const known = (body: Partial<ApplicationBody>): Partial<ApplicationBody> =>
  Object.fromEntries(Object.entries(body).filter(([name]) => keptNames.has(name)));

const keptNames: ReadonlySet<string> = new Set<keyof ApplicationBody>([
  'displayName',
  'description',
  'notes',
  'signInAudience',
  'identifierUris',
  'isFallbackPublicClient',
  'groupMembershipClaims',
  'tags',
  'appRoles',
  'requiredResourceAccess',
  'api',
  'web',
  'spa',
  'publicClient',
]);

/** Ids and values are unique among roles and scopes; what is enabled cannot vanish; clients are only authorized for scopes that there are. */
const checkPermissions = (changes: ApplicationChanges, present: Application | undefined): void => {
  const roles = changes.appRoles ?? present?.appRoles ?? [];
  const scopes = changes.permissionScopes ?? present?.permissionScopes ?? [];
  const all = [...roles, ...scopes];
  if (all.length > applicationLimits.permissions) {
    throw new GraphError('tooManyValues', { property: 'appRoles', limit: String(applicationLimits.permissions) });
  }
  distinct(all, ({ id }) => id);
  for (const values of [roles, scopes]) {
    distinct(
      values.filter(({ value }) => value !== null),
      ({ value }) => value,
    );
  }
  const before = [...(present?.appRoles ?? []), ...(present?.permissionScopes ?? [])];
  if (before.some(({ id, isEnabled }) => isEnabled && !all.some((permission) => permission.id === id))) {
    throw new GraphError('enabledPermission');
  }
  const clients = changes.preAuthorizedApplications ?? present?.preAuthorizedApplications ?? [];
  const unknown = clients.flatMap((client) => client.delegatedPermissionIds).find((id) => !scopes.some((scope) => scope.id === id));
  if (unknown !== undefined) throw new GraphError('unknownPermissionId', { id: unknown });
};

/** Only new URIs are looked at: what is there may stay. Unless tokens turn to version 1, where the URIs are audiences: then all are new ones. */
const checkIdentifiers = (changes: ApplicationChanges, present: Application | undefined, tenant: Tenant): void => {
  const version = 'requestedAccessTokenVersion' in changes ? changes.requestedAccessTokenVersion : present?.requestedAccessTokenVersion;
  const uris = changes.identifierUris ?? present?.identifierUris ?? [];
  const leavesVersion2 = present?.requestedAccessTokenVersion === 2 && version !== 2;
  const added = leavesVersion2 ? uris : uris.filter((uri) => !present?.identifierUris.includes(uri));
  checkIdentifierUris(added, { appId: present?.appId, tenantId: tenant.id, domains: tenant.domains, anyDomain: version === 2 });
};
