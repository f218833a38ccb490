import type { Application } from '@podpass/directory';
import { applicationLimits as limits } from '../limits.ts';
import { appRole, permissionScope } from './permissions.ts';
import { bindings } from './references.ts';
import { redirectUriList, url, type Platform } from './uris.ts';
import {
  choice,
  demanded,
  distinct,
  guid,
  listOf,
  nullableFlag,
  optionalText,
  readOnly,
  record,
  text,
  unkept,
  type Reader,
  type Readers,
} from '../../../values.ts';

/** What a body may say of an application; absent properties stay as they are. Credentials are read on their own. */
export interface ApplicationBody {
  readonly displayName: string;
  readonly description: string | undefined;
  readonly notes: string | undefined;
  readonly signInAudience: Application['signInAudience'];
  readonly identifierUris: readonly string[];
  readonly isFallbackPublicClient: boolean;
  readonly groupMembershipClaims: string | null;
  readonly tags: readonly string[];
  readonly appRoles: Application['appRoles'];
  readonly requiredResourceAccess: Application['requiredResourceAccess'];
  readonly api: Partial<ApiBody>;
  readonly web: Partial<WebBody>;
  readonly spa: { readonly redirectUris?: readonly string[] };
  readonly publicClient: { readonly redirectUris?: readonly string[] };
  readonly keyCredentials: unknown;
  readonly passwordCredentials: unknown;
  /** Object ids of the first owners, for a new application. */
  readonly 'owners@odata.bind': readonly string[];
}

interface ApiBody {
  readonly requestedAccessTokenVersion: 1 | 2 | null;
  readonly oauth2PermissionScopes: Application['permissionScopes'];
  readonly preAuthorizedApplications: Application['preAuthorizedApplications'];
  readonly knownClientApplications: undefined;
  readonly acceptMappedClaims: undefined;
}

interface WebBody {
  readonly redirectUris: readonly string[];
  readonly homePageUrl: string | undefined;
  readonly logoutUrl: string | undefined;
  readonly implicitGrantSettings: { readonly enableIdTokenIssuance?: boolean; readonly enableAccessTokenIssuance?: boolean };
  readonly redirectUriSettings: undefined;
}

const same = <T>(value: T): T => value;

const preAuthorized: Reader<Application['preAuthorizedApplications'][number]> = (value, place) => {
  const body = record<{ appId: string; delegatedPermissionIds: readonly string[] }>({
    appId: guid,
    delegatedPermissionIds: (ids, at) => distinct(listOf(guid, limits.permissions)(ids, at), same),
  })(value, place);
  return { appId: demanded(body.appId, place), delegatedPermissionIds: demanded(body.delegatedPermissionIds, place) };
};

const requiredAccess: Reader<Application['requiredResourceAccess'][number]> = (value, place) => {
  const access: Reader<{ readonly id: string; readonly type: 'Scope' | 'Role' }> = (inner, at) => {
    const { id, type } = record<{ id: string; type: 'Scope' | 'Role' }>({ id: guid, type: choice('Scope', 'Role') })(inner, at);
    return { id: demanded(id, at), type: demanded(type, at) };
  };
  const body = record<Application['requiredResourceAccess'][number]>({
    resourceAppId: guid,
    resourceAccess: (list, at) => distinct(listOf(access, limits.requiredPermissions)(list, at), ({ id, type }) => `${id} ${type}`),
  })(value, place);
  return { resourceAppId: demanded(body.resourceAppId, place), resourceAccess: demanded(body.resourceAccess, place) };
};

const api: Readers<ApiBody> = {
  requestedAccessTokenVersion: choice(null, 1, 2),
  oauth2PermissionScopes: listOf(permissionScope, limits.permissions),
  preAuthorizedApplications: (value, place) =>
    distinct(listOf(preAuthorized, limits.preAuthorizedApplications)(value, place), ({ appId }) => appId),
  knownClientApplications: unkept(),
  acceptMappedClaims: unkept(false),
};

const web: Readers<WebBody> = {
  redirectUris: redirectUriList('web'),
  homePageUrl: url,
  logoutUrl: url,
  implicitGrantSettings: record({ enableIdTokenIssuance: nullableFlag, enableAccessTokenIssuance: nullableFlag }),
  // Order of the addresses in a picker; derived from them in answers. Clients send back what they got: without an order.
  redirectUriSettings: (value, place) => {
    listOf(record<{ uri: string; index: undefined }>({ uri: text(limits.redirectUri), index: unkept() }), limits.redirectUris)(
      value,
      place,
    );
    return undefined;
  },
};

const redirectsOf = (platform: Platform): Reader<{ readonly redirectUris?: readonly string[] }> =>
  record<{ readonly redirectUris: readonly string[] }>({ redirectUris: redirectUriList(platform) });

const kept: Readers<ApplicationBody> = {
  displayName: text(limits.displayName),
  description: optionalText(limits.description),
  notes: optionalText(limits.notes),
  signInAudience: (value, place) => {
    if (value === 'AzureADandPersonalMicrosoftAccount' || value === 'PersonalMicrosoftAccount') unkept()(value, place);
    return choice('AzureADMyOrg', 'AzureADMultipleOrgs')(value, place);
  },
  identifierUris: (value, place) => distinct(listOf(text(limits.identifierUri), limits.identifierUris)(value, place), lowerCase),
  isFallbackPublicClient: nullableFlag,
  groupMembershipClaims: (value, place) => {
    const claims = choice(null, 'None', 'SecurityGroup', 'All', 'ApplicationGroup', 'DirectoryRole')(value, place);
    return claims === 'None' ? null : claims;
  },
  tags: (value, place) => distinct(listOf(text(limits.tag), limits.tags)(value, place), same),
  appRoles: listOf(appRole, limits.permissions),
  requiredResourceAccess: (value, place) =>
    distinct(listOf(requiredAccess, limits.requiredResources)(value, place), ({ resourceAppId }) => resourceAppId),
  api: record(api),
  web: record(web),
  spa: redirectsOf('spa'),
  publicClient: redirectsOf('publicClient'),
  keyCredentials: same,
  passwordCredentials: same,
  'owners@odata.bind': bindings,
};

const lowerCase = (value: string): string => value.toLowerCase();

const others = {
  id: readOnly,
  appId: readOnly,
  createdDateTime: readOnly,
  deletedDateTime: readOnly,
  publisherDomain: readOnly,
  disabledByMicrosoftStatus: readOnly,
  applicationTemplateId: readOnly,
  certification: readOnly,
  addIns: unkept(),
  authenticationBehaviors: unkept(),
  defaultRedirectUri: unkept(),
  info: unkept(),
  isDeviceOnlyAuthSupported: unkept(false),
  logo: unkept(),
  nativeAuthenticationApisEnabled: unkept('none'),
  oauth2RequirePostResponse: unkept(false),
  optionalClaims: unkept(),
  parentalControlSettings: unkept(),
  requestSignatureVerification: unkept(),
  samlMetadataUrl: unkept(),
  serviceManagementReference: unkept(),
  servicePrincipalLockConfiguration: unkept(),
  tokenEncryptionKeyId: unkept(),
  uniqueName: unkept(),
  verifiedPublisher: unkept(),
} as const;

/** https://learn.microsoft.com/graph/api/resources/application#properties */
export const applicationBody: Reader<Partial<ApplicationBody>> = record<ApplicationBody>({ ...kept, ...others });
