import type { Application } from '@podpass/directory';
import type { EntityKind, FilterOperator, Property } from '../odata/types.ts';
import { keyCredential, passwordCredential, wireTime } from './credentials.ts';
import { constant } from './constant.ts';
import { ownersNavigation } from './owners-navigation.ts';
import { appRoleEntity, permissionMembers, scopeEntity } from './permissions-of.ts';

const exact: readonly FilterOperator[] = ['eq', 'ne', 'not', 'in'];
const text: readonly FilterOperator[] = [...exact, 'ge', 'startswith'];

/** Operators are those of the documentation's table. https://learn.microsoft.com/graph/api/resources/application#properties */
const properties: readonly Property<Application>[] = [
  {
    name: 'id',
    type: 'guid',
    filter: exact,
    read: ({ id }) => id,
    lookUp: ({ directory, tenantId }, id) => directory.applications.byId(tenantId, id),
  },
  constant('deletedDateTime', null),
  {
    name: 'appId',
    type: 'guid',
    filter: exact,
    read: ({ appId }) => appId,
    lookUp: ({ directory, tenantId }, appId) => directory.applications.byAppId(tenantId, appId),
  },
  constant('applicationTemplateId', null),
  constant('disabledByMicrosoftStatus', null),
  {
    name: 'createdDateTime',
    type: 'dateTime',
    filter: [...exact, 'ge'],
    orderBy: true,
    read: ({ createdDateTime }) => wireTime(createdDateTime),
  },
  { name: 'displayName', type: 'string', filter: text, orderBy: true, search: true, read: ({ displayName }) => displayName },
  { name: 'description', type: 'string', filter: text, search: true, read: ({ description }) => description },
  { name: 'groupMembershipClaims', type: 'string', read: ({ groupMembershipClaims }) => groupMembershipClaims },
  { name: 'identifierUris', type: 'string', collection: true, filter: text, read: ({ identifierUris }) => identifierUris },
  constant('isDeviceOnlyAuthSupported', null),
  {
    name: 'isFallbackPublicClient',
    type: 'boolean',
    filter: ['eq', 'ne', 'not'],
    read: (application) => application.isFallbackPublicClient,
  },
  constant('nativeAuthenticationApisEnabled', null),
  { name: 'notes', type: 'string', read: ({ notes }) => notes },
  {
    name: 'publisherDomain',
    type: 'string',
    filter: ['eq', 'ne', 'ge', 'startswith'],
    read: ({ tenantId }, { directory }) => directory.tenants.find(tenantId)?.domains[0],
  },
  constant('serviceManagementReference', null),
  { name: 'signInAudience', type: 'string', filter: ['eq', 'ne', 'not'], read: ({ signInAudience }) => signInAudience },
  { name: 'tags', type: 'string', collection: true, filter: ['eq', 'not', 'ge', 'startswith'], read: ({ tags }) => tags },
  constant('tokenEncryptionKeyId', null),
  constant('uniqueName', null),
  constant('samlMetadataUrl', null),
  constant('defaultRedirectUri', null),
  constant('certification', null),
  constant('optionalClaims', null),
  constant('servicePrincipalLockConfiguration', null),
  constant('requestSignatureVerification', null),
  constant('addIns', []),
  {
    name: 'api',
    type: 'complex',
    members: [{ name: 'oauth2PermissionScopes', type: 'complex', collection: true, members: permissionMembers }],
    read: ({ requestedAccessTokenVersion, permissionScopes, preAuthorizedApplications }) => ({
      acceptMappedClaims: null,
      knownClientApplications: [],
      requestedAccessTokenVersion,
      oauth2PermissionScopes: permissionScopes.map(scopeEntity),
      preAuthorizedApplications: preAuthorizedApplications.map(({ appId, delegatedPermissionIds }) => ({ appId, delegatedPermissionIds })),
    }),
  },
  { name: 'appRoles', type: 'complex', collection: true, members: permissionMembers, read: ({ appRoles }) => appRoles.map(appRoleEntity) },
  constant('info', { logoUrl: null, marketingUrl: null, privacyStatementUrl: null, supportUrl: null, termsOfServiceUrl: null }),
  {
    name: 'keyCredentials',
    type: 'complex',
    collection: true,
    read: ({ certificates }) => certificates.map((certificate) => keyCredential(certificate, false)),
  },
  constant('parentalControlSettings', { countriesBlockedForMinors: [], legalAgeGroupRule: 'Allow' }),
  { name: 'passwordCredentials', type: 'complex', collection: true, read: ({ secrets }) => secrets.map(passwordCredential) },
  {
    name: 'publicClient',
    type: 'complex',
    members: [{ name: 'redirectUris', type: 'string', collection: true, filter: ['eq', 'startswith'] }],
    read: ({ redirectUris }) => ({ redirectUris: redirectUris.publicClient }),
  },
  {
    name: 'requiredResourceAccess',
    type: 'complex',
    collection: true,
    members: [{ name: 'resourceAppId', type: 'guid', filter: ['eq'] }],
    read: ({ requiredResourceAccess }) =>
      requiredResourceAccess.map(({ resourceAppId, resourceAccess }) => ({
        resourceAppId,
        resourceAccess: resourceAccess.map(({ id, type }) => ({ id, type })),
      })),
  },
  constant('verifiedPublisher', { displayName: null, verifiedPublisherId: null, addedDateTime: null }),
  {
    name: 'web',
    type: 'complex',
    members: [
      { name: 'homePageUrl', type: 'string', filter: text },
      { name: 'redirectUris', type: 'string', collection: true, filter: ['eq', 'startswith'] },
    ],
    read: ({ homePageUrl, logoutUrl, redirectUris, enableAccessTokenIssuance, enableIdTokenIssuance }) => ({
      homePageUrl: homePageUrl ?? null,
      logoutUrl: logoutUrl ?? null,
      redirectUris: redirectUris.web,
      implicitGrantSettings: { enableAccessTokenIssuance, enableIdTokenIssuance },
      redirectUriSettings: redirectUris.web.map((uri) => ({ uri, index: null })),
    }),
  },
  {
    name: 'spa',
    type: 'complex',
    members: [{ name: 'redirectUris', type: 'string', collection: true, filter: ['eq', 'startswith'] }],
    read: ({ redirectUris }) => ({ redirectUris: redirectUris.spa }),
  },
];

/** https://learn.microsoft.com/graph/api/resources/application */
export const applicationKind: EntityKind<Application> = {
  type: 'application',
  resource: 'Application',
  set: 'applications',
  properties,
  navigations: [ownersNavigation],
};

/** With the certificates themselves: only for one application whose `keyCredentials` are selected. */
export const applicationWithKeysKind: EntityKind<Application> = {
  ...applicationKind,
  properties: properties.map((property) =>
    property.name === 'keyCredentials'
      ? { ...property, read: ({ certificates }) => certificates.map((certificate) => keyCredential(certificate, true)) }
      : property,
  ),
};
