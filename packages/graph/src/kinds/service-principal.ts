import type { Application, ServicePrincipal } from '@podpass/directory';
import type { EntityKind, FilterOperator, Property, ReadScope } from '../odata/types.ts';
import { constant } from './constant.ts';
import { keyCredential, passwordCredential, wireTime } from './credentials.ts';
import { objectsById, ownersNavigation } from './owners-navigation.ts';
import { appRoleEntity, permissionMembers, scopeEntity } from './permissions-of.ts';

const exact: readonly FilterOperator[] = ['eq', 'ne', 'not', 'in'];
const text: readonly FilterOperator[] = [...exact, 'ge', 'startswith'];
const element: readonly FilterOperator[] = ['eq', 'not', 'ge', 'startswith'];

const isApplication = ({ servicePrincipalType }: ServicePrincipal): boolean => servicePrincipalType === 'Application';

/** The application behind a service principal, in whatever tenant; none for managed identities and Microsoft's own. */
const applicationOf = (principal: ServicePrincipal, { directory }: ReadScope): Application | undefined =>
  isApplication(principal) ? directory.applications.anywhere(principal.appId) : undefined;

/** Operators are those of the documentation's table. https://learn.microsoft.com/graph/api/resources/serviceprincipal#properties */
const properties: readonly Property<ServicePrincipal>[] = [
  {
    name: 'id',
    type: 'guid',
    filter: exact,
    read: ({ id }) => id,
    lookUp: ({ directory, tenantId }, id) => directory.servicePrincipals.byId(tenantId, id),
  },
  constant('deletedDateTime', null),
  { name: 'accountEnabled', type: 'boolean', filter: exact, read: ({ accountEnabled }) => accountEnabled },
  { name: 'alternativeNames', type: 'string', collection: true, filter: element, read: ({ alternativeNames }) => alternativeNames },
  {
    name: 'appDisplayName',
    type: 'string',
    filter: text,
    read: (principal, { directory }) =>
      isApplication(principal) ? (directory.servicePrincipals.resourceOf(principal)?.displayName ?? principal.displayName) : null,
  },
  { name: 'appDescription', type: 'string', read: (principal, scope) => applicationOf(principal, scope)?.description },
  {
    name: 'appId',
    type: 'guid',
    filter: exact,
    read: ({ appId }) => appId,
    lookUp: ({ directory, tenantId }, appId) => directory.servicePrincipals.byAppId(tenantId, appId),
  },
  constant('applicationTemplateId', null),
  {
    name: 'appOwnerOrganizationId',
    type: 'guid',
    filter: ['eq', 'ne', 'not', 'ge'],
    read: ({ appOwnerOrganizationId }) => appOwnerOrganizationId,
  },
  {
    name: 'appRoleAssignmentRequired',
    type: 'boolean',
    filter: ['eq', 'ne', 'not'],
    read: ({ appRoleAssignmentRequired }) => appRoleAssignmentRequired,
  },
  { name: 'createdDateTime', type: 'dateTime', filter: [...exact, 'ge'], read: ({ createdDateTime }) => wireTime(createdDateTime) },
  constant('description', null),
  constant('disabledByMicrosoftStatus', null),
  { name: 'displayName', type: 'string', filter: text, orderBy: true, search: true, read: ({ displayName }) => displayName },
  {
    name: 'homepage',
    type: 'string',
    filter: text,
    read: (principal, scope) => applicationOf(principal, scope)?.homePageUrl,
  },
  constant('loginUrl', null),
  { name: 'logoutUrl', type: 'string', read: (principal, scope) => applicationOf(principal, scope)?.logoutUrl },
  { name: 'notes', type: 'string', read: ({ notes }) => notes },
  constant('notificationEmailAddresses', []),
  constant('preferredSingleSignOnMode', null),
  constant('preferredTokenSigningKeyThumbprint', null),
  {
    name: 'replyUrls',
    type: 'string',
    collection: true,
    read: (principal, scope) => {
      const uris = applicationOf(principal, scope)?.redirectUris;
      return uris ? [...uris.web, ...uris.spa, ...uris.publicClient] : [];
    },
  },
  {
    name: 'servicePrincipalNames',
    type: 'string',
    collection: true,
    filter: element,
    read: ({ servicePrincipalNames }) => servicePrincipalNames,
    lookUp: ({ directory, tenantId }, name) => directory.servicePrincipals.byName(tenantId, name),
  },
  { name: 'servicePrincipalType', type: 'string', filter: ['eq', 'not', 'in'], read: ({ servicePrincipalType }) => servicePrincipalType },
  { name: 'signInAudience', type: 'string', read: (principal, scope) => signInAudience(principal, scope) },
  { name: 'tags', type: 'string', collection: true, filter: element, read: ({ tags }) => tags },
  constant('tokenEncryptionKeyId', null),
  constant('samlSingleSignOnSettings', null),
  constant('addIns', []),
  {
    name: 'appRoles',
    type: 'complex',
    collection: true,
    members: permissionMembers,
    read: (principal, { directory }) => (directory.servicePrincipals.resourceOf(principal)?.appRoles ?? []).map(appRoleEntity),
  },
  constant('info', { logoUrl: null, marketingUrl: null, privacyStatementUrl: null, supportUrl: null, termsOfServiceUrl: null }),
  {
    name: 'keyCredentials',
    type: 'complex',
    collection: true,
    read: ({ certificates }) => certificates.map((certificate) => keyCredential(certificate, false)),
  },
  {
    name: 'oauth2PermissionScopes',
    type: 'complex',
    collection: true,
    members: permissionMembers,
    read: (principal, { directory }) => (directory.servicePrincipals.resourceOf(principal)?.permissionScopes ?? []).map(scopeEntity),
  },
  { name: 'passwordCredentials', type: 'complex', collection: true, read: ({ secrets }) => secrets.map(passwordCredential) },
  constant('resourceSpecificApplicationPermissions', []),
  constant('verifiedPublisher', { displayName: null, verifiedPublisherId: null, addedDateTime: null }),
];

/** Microsoft's own serve several organizations; managed identities have none. */
const signInAudience = (principal: ServicePrincipal, scope: ReadScope): string | null => {
  if (!isApplication(principal)) return null;
  return applicationOf(principal, scope)?.signInAudience ?? 'AzureADMultipleOrgs';
};

/** https://learn.microsoft.com/graph/api/resources/serviceprincipal */
export const servicePrincipalKind: EntityKind<ServicePrincipal> = {
  type: 'servicePrincipal',
  resource: 'ServicePrincipal',
  set: 'servicePrincipals',
  properties,
  navigations: [
    ownersNavigation,
    { name: 'memberOf', related: ({ id }, scope) => objectsById(scope, scope.directory.members.ofMember(scope.tenantId, id)) },
    { name: 'ownedObjects', related: ({ id }, scope) => objectsById(scope, scope.directory.owners.ofMember(scope.tenantId, id)) },
  ],
};

/** With the certificates themselves: only for one service principal whose `keyCredentials` are selected. */
export const servicePrincipalWithKeysKind: EntityKind<ServicePrincipal> = {
  ...servicePrincipalKind,
  properties: properties.map((property) =>
    property.name === 'keyCredentials'
      ? { ...property, read: ({ certificates }) => certificates.map((certificate) => keyCredential(certificate, true)) }
      : property,
  ),
};
