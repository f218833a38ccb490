import { applicationLimits } from '../limits.ts';
import type { Application } from '../types.ts';
import { checkIdentifierUris } from './identifier-uris.ts';
import { appRoles, permissionScopes, preAuthorizedApplications, requiredResourceAccess } from './permissions.ts';
import { invalid } from './problems.ts';
import { flag, isText, oneOf, optional, text, texts, type PropertyRule, type PropertyRules } from './properties.ts';
import { redirectUris } from './redirect-uris.ts';

const limits = applicationLimits;

const url = (schemes: readonly string[], property: string): PropertyRule => ({
  optional: true,
  check(value) {
    const good = isText(value, { max: limits.url, pattern: /^[^\s"<>\\]+$/ }) && schemes.includes(URL.parse(value)?.protocol ?? '');
    if (!good) throw invalid(property, `'${property}' is not a URL that is allowed there.`);
  },
});

const groupClaims = new Set(['None', 'SecurityGroup', 'All', 'ApplicationGroup', 'DirectoryRole']);

const groupMembershipClaims: PropertyRule = {
  optional: false,
  check(value, property) {
    const good = value === null || (isText(value, { max: 100 }) && value.split(',').every((each) => groupClaims.has(each.trim())));
    if (!good) throw invalid(property, 'The group claims are not among those allowed.');
  },
};

export const applicationRules = {
  displayName: text(limits.displayName),
  description: optional(text(limits.description)),
  signInAudience: oneOf('AzureADMyOrg', 'AzureADMultipleOrgs'),
  // `checkApplication` looks at them together with the ids.
  identifierUris: texts(limits.identifierUris, limits.identifierUri),
  redirectUris,
  isFallbackPublicClient: flag,
  requestedAccessTokenVersion: oneOf(null, 1, 2),
  appRoles,
  permissionScopes,
  preAuthorizedApplications,
  requiredResourceAccess,
  groupMembershipClaims,
  homePageUrl: url(['https:', 'http:'], 'web.homePageUrl'),
  logoutUrl: url(['https:'], 'web.logoutUrl'),
  enableIdTokenIssuance: flag,
  enableAccessTokenIssuance: flag,
  tags: texts(limits.tags, limits.tag),
  notes: optional(text(limits.notes)),
} as const satisfies PropertyRules;

/** The rules between the properties of an application, and between what it was and what it shall be. Throws KernelError `invalid`. */
export const checkApplication = (next: Application, present?: Application): void => {
  checkIdentifierUris(next);
  const property = 'api.oauth2PermissionScopes';
  const scopeIds = new Set(next.permissionScopes.map(({ id }) => id.toLowerCase()));
  if (next.appRoles.some(({ id }) => scopeIds.has(id.toLowerCase())))
    throw invalid(property, 'A role and a scope have the same id.', 'DuplicateId');
  const wanted = next.preAuthorizedApplications.flatMap(({ delegatedPermissionIds }) => delegatedPermissionIds);
  if (!wanted.every((id) => scopeIds.has(id.toLowerCase()))) {
    throw invalid(
      'api.preAuthorizedApplications',
      'A pre-authorized application names a scope that does not exist.',
      'InvalidPermissionId',
    );
  }
  if (entriesOf(next) > limits.entries) throw invalid('application', 'The application has too many entries in all.');
  if (present) {
    refuseLost(present.appRoles, next.appRoles, 'appRoles');
    refuseLost(present.permissionScopes, next.permissionScopes, property);
  }
};

type Entitlement = { readonly id: string; readonly isEnabled: boolean };

/** A permission must be disabled before it is removed: so nobody loses what he relies on by mistake. */
const refuseLost = (before: readonly Entitlement[], after: readonly Entitlement[], property: string): void => {
  const kept = new Set(after.map(({ id }) => id.toLowerCase()));
  if (before.some(({ id, isEnabled }) => isEnabled && !kept.has(id.toLowerCase()))) {
    throw invalid(property, 'Property value cannot be deleted unless it is disabled first.', 'CannotDeleteOrUpdateEnabledEntitlement');
  }
};

const entriesOf = (application: Application): number => {
  const { web, spa, publicClient } = application.redirectUris;
  const lists = [
    application.identifierUris,
    web,
    spa,
    publicClient,
    application.appRoles,
    application.permissionScopes,
    application.tags,
    ...application.preAuthorizedApplications.map(({ delegatedPermissionIds }) => delegatedPermissionIds),
    ...application.requiredResourceAccess.map(({ resourceAccess }) => resourceAccess),
  ];
  return lists.reduce((sum, { length }) => sum + length, 0);
};
