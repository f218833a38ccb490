/** The directory's objects. Names follow Microsoft Graph; ids are lower-case GUIDs; times are ISO 8601 in UTC. */
export interface Tenant {
  readonly id: string;
  readonly displayName: string;
  /** Verified domains in lower case; the first is the default. */
  readonly domains: readonly string[];
  readonly createdDateTime: string;
}

export interface User {
  readonly id: string;
  readonly tenantId: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly givenName?: string;
  readonly surname?: string;
  readonly mail?: string;
  readonly mailNickname?: string;
  readonly jobTitle?: string;
  readonly department?: string;
  readonly officeLocation?: string;
  readonly mobilePhone?: string;
  readonly preferredLanguage?: string;
  readonly usageLocation?: string;
  readonly accountEnabled: boolean;
  /** Encoded scrypt hash (crypto `hashPassword`). Changes with the password, which ends all of the user's sessions. */
  readonly passwordHash: string;
  /** The next sign-in must change the password: the token service refuses other grants with AADSTS50055. */
  readonly forceChangePasswordNextSignIn: boolean;
  /** Refresh tokens and browser sessions that began before are void (`revokeSignInSessions`). */
  readonly signInSessionsValidFromDateTime: string;
  readonly createdDateTime: string;
}

export interface Group {
  readonly id: string;
  readonly tenantId: string;
  readonly displayName: string;
  readonly description?: string;
  readonly mailNickname: string;
  /** Security groups only: mail-enabled and Microsoft 365 groups are refused. */
  readonly securityEnabled: true;
  readonly createdDateTime: string;
}

/** A client secret (`passwordCredentials` of an application or of a service principal). */
export interface ClientSecret {
  readonly keyId: string;
  readonly displayName?: string;
  /** First three characters, as Graph shows it. */
  readonly hint: string;
  readonly secretHash: string;
  readonly startDateTime: string;
  readonly endDateTime: string;
}

/** A certificate for client assertions (`keyCredentials` of type AsymmetricX509Cert, usage Verify). */
export interface ClientCertificate {
  readonly keyId: string;
  readonly displayName?: string;
  /** Thumbprints over the DER encoding, base64url: `x5t` is SHA-1, `x5tS256` is SHA-256. */
  readonly x5t: string;
  readonly x5tS256: string;
  /** The certificate, DER in base64. */
  readonly certificate: string;
  readonly startDateTime: string;
  readonly endDateTime: string;
}

/** An application role: what `appRoleAssignments` grant and the `roles` claim names. */
export interface AppRole {
  readonly id: string;
  readonly value: string | null;
  readonly displayName: string;
  readonly description: string;
  readonly allowedMemberTypes: readonly ('User' | 'Application')[];
  readonly isEnabled: boolean;
}

/** A delegated permission that an application exposes (`api.oauth2PermissionScopes`): what the `scp` claim names. */
export interface PermissionScope {
  readonly id: string;
  readonly value: string;
  /** `User`: every user may consent for himself. `Admin`: an administrator must. */
  readonly type: 'User' | 'Admin';
  readonly adminConsentDisplayName: string;
  readonly adminConsentDescription: string;
  readonly userConsentDisplayName?: string;
  readonly userConsentDescription?: string;
  readonly isEnabled: boolean;
}

/** What an application wants of another (`requiredResourceAccess`): the content of its `.default` scope at consent. */
export interface RequiredResourceAccess {
  readonly resourceAppId: string;
  readonly resourceAccess: readonly { readonly id: string; readonly type: 'Scope' | 'Role' }[];
}

export type SignInAudience = 'AzureADMyOrg' | 'AzureADMultipleOrgs';

/** Where authorization answers may be sent, by platform. `web` clients must authenticate; the others must use PKCE. */
export interface RedirectUris {
  readonly web: readonly string[];
  readonly spa: readonly string[];
  readonly publicClient: readonly string[];
}

export interface Application {
  /** Object id. */
  readonly id: string;
  readonly tenantId: string;
  /** Client id. */
  readonly appId: string;
  readonly displayName: string;
  readonly description?: string;
  readonly signInAudience: SignInAudience;
  readonly secrets: readonly ClientSecret[];
  readonly certificates: readonly ClientCertificate[];
  readonly identifierUris: readonly string[];
  readonly redirectUris: RedirectUris;
  /** Whether the client may act without a credential in flows without redirect URI (device code, password). */
  readonly isFallbackPublicClient: boolean;
  /** Version of the access tokens that it accepts as an API; null means 1 (`api.requestedAccessTokenVersion`). */
  readonly requestedAccessTokenVersion: 1 | 2 | null;
  readonly appRoles: readonly AppRole[];
  readonly permissionScopes: readonly PermissionScope[];
  /** Clients that need no consent for the named scopes (`api.preAuthorizedApplications`). */
  readonly preAuthorizedApplications: readonly { readonly appId: string; readonly delegatedPermissionIds: readonly string[] }[];
  readonly requiredResourceAccess: readonly RequiredResourceAccess[];
  /** Which groups go into users' tokens for this API: `SecurityGroup`, `All`, `ApplicationGroup`, `DirectoryRole`, or none. */
  readonly groupMembershipClaims: string | null;
  readonly homePageUrl?: string;
  readonly logoutUrl?: string;
  readonly enableIdTokenIssuance: boolean;
  readonly enableAccessTokenIssuance: boolean;
  readonly tags: readonly string[];
  readonly notes?: string;
  readonly createdDateTime: string;
}

export type ServicePrincipalType = 'Application' | 'ManagedIdentity';

export interface ServicePrincipal {
  /** Object id: the principal of role assignments, the `oid` of its tokens. */
  readonly id: string;
  readonly tenantId: string;
  /** Client id. */
  readonly appId: string;
  readonly displayName: string;
  readonly servicePrincipalType: ServicePrincipalType;
  readonly servicePrincipalNames: readonly string[];
  readonly alternativeNames: readonly string[];
  readonly accountEnabled: boolean;
  /** Tenant that owns the application; Microsoft's own (f8cdef31-a31e-4b4a-93e4-5f571e91255a) for first-party ones; absent for managed identities. */
  readonly appOwnerOrganizationId?: string;
  /** Whether users need an app role assignment to sign in to it (AADSTS50105). */
  readonly appRoleAssignmentRequired: boolean;
  /** Credentials of the service principal itself, beside those of its application. */
  readonly secrets: readonly ClientSecret[];
  readonly certificates: readonly ClientCertificate[];
  readonly tags: readonly string[];
  readonly notes?: string;
  /** Managed identities only: the Azure resource id, the `xms_mirid` of its tokens. */
  readonly resourceId?: string;
  readonly createdDateTime: string;
}

/** A service principal together with what its application exposes, wherever that lives: in the tenant, in another one, or in Microsoft's. */
export interface ResourceApplication {
  readonly appId: string;
  readonly displayName: string;
  readonly identifierUris: readonly string[];
  readonly appRoles: readonly AppRole[];
  readonly permissionScopes: readonly PermissionScope[];
  readonly requestedAccessTokenVersion: 1 | 2 | null;
  readonly groupMembershipClaims: string | null;
  readonly preAuthorizedApplications: Application['preAuthorizedApplications'];
  /** One of Microsoft's own APIs. */
  readonly firstParty: boolean;
}

/** A flexible credential's condition on claims, instead of a subject. */
export interface ClaimsMatchingExpression {
  /** For example `claims['sub'] matches 'repo:contoso/*'`. At most 600 characters; see the parser. */
  readonly value: string;
  readonly languageVersion: 1;
}

export interface FederatedCredential {
  /** GUID, as Graph shows it. */
  readonly id: string;
  readonly tenantId: string;
  /** Object id of what owns it: the service principal of a managed identity, or an application. */
  readonly principalId: string;
  readonly name: string;
  readonly issuer: string;
  /** Exactly one of `subject` and `claimsMatchingExpression` is there. */
  readonly subject?: string;
  readonly claimsMatchingExpression?: ClaimsMatchingExpression;
  readonly audiences: readonly string[];
  readonly description?: string;
  readonly createdDateTime: string;
  /** When it was last written: it is in force from then on, or later when propagation delays are switched on. */
  readonly modifiedDateTime: string;
}

/** A grant of an application role: `appRoleId` of `resourceId` to a user, a group or a service principal. */
export interface AppRoleAssignment {
  readonly id: string;
  readonly tenantId: string;
  readonly principalId: string;
  readonly principalType: PrincipalType;
  /** Object id of the resource's service principal. */
  readonly resourceId: string;
  /** All zeros stands for access without a particular role. */
  readonly appRoleId: string;
  readonly createdDateTime: string;
}

/** Consent to delegated permissions. */
export interface PermissionGrant {
  readonly id: string;
  readonly tenantId: string;
  /** Object id of the client's service principal. */
  readonly clientId: string;
  readonly consentType: 'AllPrincipals' | 'Principal';
  /** The user, for `Principal`. */
  readonly principalId?: string;
  /** Object id of the resource's service principal. */
  readonly resourceId: string;
  /** Scope values, separated by single spaces. */
  readonly scope: string;
}

/** A principal's membership of an Entra directory role (not an Azure role), by the role's template id. */
export interface DirectoryRoleAssignment {
  readonly tenantId: string;
  readonly principalId: string;
  readonly roleTemplateId: string;
}

export type PrincipalType = 'User' | 'Group' | 'ServicePrincipal';

/** Any object with an id in a tenant. */
export type DirectoryObject =
  | { readonly kind: 'user'; readonly value: User }
  | { readonly kind: 'group'; readonly value: Group }
  | { readonly kind: 'application'; readonly value: Application }
  | { readonly kind: 'servicePrincipal'; readonly value: ServicePrincipal };
