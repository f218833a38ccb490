/**
 * Paths, parameters, limits and lifetimes of the token service's wire.
 * Sources: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow,
 * https://learn.microsoft.com/entra/identity-platform/configurable-token-lifetimes, and captures of the Azure CLI 2.91.
 */
export const bodyLimit = 64 * 1024;
export const formLimits = { fields: 100 } as const;

/** Longest assertion that is read, in bytes. Entra documents no figure; real ones are below 4 KiB. */
export const assertionLimit = 16 * 1024;

export const grantTypes = {
  clientCredentials: 'client_credentials',
  password: 'password',
  refreshToken: 'refresh_token',
  authorizationCode: 'authorization_code',
  deviceCode: 'urn:ietf:params:oauth:grant-type:device_code',
  /** RFC 7523, 2.1; with `requested_token_use=on_behalf_of` only. */
  jwtBearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
} as const;

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow */
export const onBehalfOf = 'on_behalf_of';

/** RFC 7523, 2.2 */
export const jwtBearerAssertion = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Suffix of a scope that stands for everything that is granted on a resource. */
export const defaultScope = '/.default';

/** Scopes that speak of the sign-in, not of a resource (OpenID Connect Core, 5.4 and 11). */
export const openIdScopes: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'offline_access']);

/** Seconds. A user's access token lives a random time between the two figures, as Entra varies it. */
export const lifetimes = {
  servicePrincipal: 3599,
  managedIdentity: 86_399,
  userLeast: 3600,
  userMost: 5400,
  idToken: 3600,
  /** A refresh token dies when it is not used for this long. */
  refreshToken: 90 * 86_400,
} as const;

/** Seconds by which an assertion may be early or late. */
export const assertionSkew = 300;

/** Seconds for which a retired signing key stays published: the longest token's life and what verifiers tolerate beyond it. */
export const keyRetirement = lifetimes.managedIdentity + assertionSkew + 1;

/** Groups that a user's token may carry; beyond them it says where to ask (https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference). */
export const groupsInToken = 200;

/** Template of the role that every member of a tenant has; Entra puts it last in `wids`. */
export const memberRoleTemplate = 'b79fbf4d-3ef9-4689-8143-76b194e85509';

/**
 * `xms_ficinfo` of tokens that were obtained with a federated credential. Entra's value is opaque and undocumented; this form is not
 * verified against it. What counts is that the claim is there.
 */
export const federatedInfo = 'CAAQABgAIAAoAzAA';

/** What a tenant is called when the user's own one is meant. */
export const tenantWords = ['organizations', 'common', 'consumers'] as const;

/** Issuer host of version 1 tokens, in every public-cloud tenant. */
export const v1IssuerHost = 'sts.windows.net';

/** Hosts that a client may name in instance discovery beside the profile's own. */
export const instanceAliases = ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'] as const;

export interface KnownClient {
  readonly appId: string;
  readonly displayName: string;
  /** Family of client ids: a member may redeem the refresh tokens of another. */
  readonly family?: '1';
}

/** Redirect URIs of Microsoft's public clients; `http://localhost` stands for every port of it (RFC 8252, 7.3). */
export const publicRedirects = ['http://localhost', 'https://login.microsoftonline.com/common/oauth2/nativeclient'] as const;

/**
 * Delegated permissions at Microsoft Graph that Microsoft's public clients get for `.default`: what tokens of the Azure CLI carry.
 * At other resources they get all that is offered.
 */
export const publicClientGraphScopes: ReadonlySet<string> = new Set([
  'Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'AuditLog.Read.All',
  'DelegatedPermissionGrant.ReadWrite.All',
  'Directory.AccessAsUser.All',
  'email',
  'Group.ReadWrite.All',
  'openid',
  'profile',
  'User.Read.All',
  'User.ReadWrite.All',
]);

/** Microsoft's own public clients, which every tenant knows without registration. */
export const knownClients: readonly KnownClient[] = [
  { appId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', displayName: 'Microsoft Azure CLI', family: '1' },
  { appId: '1950a258-227b-4e31-a9cf-717495945fc2', displayName: 'Microsoft Azure PowerShell', family: '1' },
  { appId: 'aebc6443-996d-45c2-90f0-388ff96faa56', displayName: 'Visual Studio Code', family: '1' },
];

/** Wrong passwords for one account before it is locked, and for how many seconds (Entra's smart lockout: 10 and 60). */
export const lockout = { attempts: 10, seconds: 60, accounts: 10_000 } as const;

/**
 * Slow hashes (scrypt) that run at once, in all fewer than the four threads of Node's pool so that signatures find one, and how many may wait. Floods of
 * passwords do not stop clients, nor the other way round.
 */
export const slowHashes = { passwords: { atOnce: 2, waiting: 200 }, secrets: { atOnce: 1, waiting: 200 } } as const;

/** Characters of a user's scope parameter, which is stored with codes and refresh tokens. Entra documents no figure. */
export const scopeLimit = 4096;

/** Refresh tokens that one user may hold; the oldest goes when one more is issued. */
export const refreshTokensPerUser = 100;
