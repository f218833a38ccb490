/** The directory's objects. Names follow Microsoft Graph; ids are lower-case GUIDs; times are ISO 8601 in UTC. */
export interface Tenant {
  readonly id: string;
  readonly displayName: string;
  /** Verified domains in lower case; the first is the default. */
  readonly domains: readonly string[];
}

export interface User {
  readonly id: string;
  readonly tenantId: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly givenName?: string;
  readonly surname?: string;
  readonly mail?: string;
  readonly accountEnabled: boolean;
  /** Encoded scrypt hash (crypto `hashPassword`). */
  readonly passwordHash: string;
  readonly createdDateTime: string;
}

export interface Application {
  /** Object id. */
  readonly id: string;
  readonly tenantId: string;
  /** Client id. */
  readonly appId: string;
  readonly displayName: string;
  readonly secrets: readonly ApplicationSecret[];
  readonly identifierUris: readonly string[];
  readonly createdDateTime: string;
}

export interface ApplicationSecret {
  readonly keyId: string;
  readonly displayName?: string;
  /** First three characters, as Graph shows it. */
  readonly hint: string;
  readonly secretHash: string;
  readonly startDateTime: string;
  readonly endDateTime: string;
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
  /** Managed identities only: the Azure resource id, the `xms_mirid` of its tokens. */
  readonly resourceId?: string;
  readonly createdDateTime: string;
}

export interface FederatedCredential {
  readonly tenantId: string;
  /** Object id of the service principal (managed identity) that owns it. */
  readonly principalId: string;
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  readonly createdDateTime: string;
}

export type PrincipalType = 'User' | 'Group' | 'ServicePrincipal';

/**
 * Reads are synchronous and answered from memory (mirrors fed by store watches): the token service's hot path never
 * waits for the store. Writes settle once durable, and are visible to reads as soon as they settle. Ids, host names,
 * user principal names and domains compare case-insensitively; issuers and subjects never do.
 */
export interface Directory {
  readonly tenants: {
    /** By id or verified domain. */
    find(idOrDomain: string): Tenant | undefined;
    list(): readonly Tenant[];
    create(tenant: { displayName: string; domains: readonly string[]; id?: string }): Promise<Tenant>;
  };
  readonly users: {
    byId(tenantId: string, id: string): User | undefined;
    byPrincipalName(tenantId: string, userPrincipalName: string): User | undefined;
    list(tenantId: string): readonly User[];
    create(user: { tenantId: string; userPrincipalName: string; displayName: string; password: string }): Promise<User>;
  };
  readonly applications: {
    byAppId(tenantId: string, appId: string): Application | undefined;
    list(tenantId: string): readonly Application[];
    /** Creates the application and its service principal. */
    create(application: {
      tenantId: string;
      displayName: string;
      appId?: string;
      /** Names under which tokens for the application can be asked (`api://…` or https); unique in the tenant. */
      identifierUris?: readonly string[];
    }): Promise<{ application: Application; servicePrincipal: ServicePrincipal }>;
    /** Adds a secret and returns its text, which is kept nowhere else. */
    addSecret(
      tenantId: string,
      appId: string,
      options?: { displayName?: string; days?: number; secret?: string },
    ): Promise<{ keyId: string; secretText: string }>;
  };
  readonly servicePrincipals: {
    byId(tenantId: string, id: string): ServicePrincipal | undefined;
    byAppId(tenantId: string, appId: string): ServicePrincipal | undefined;
    list(tenantId: string): readonly ServicePrincipal[];
  };
  readonly managedIdentities: {
    /** Creates the service principal of a managed identity (user-assigned, or the system-assigned one of a resource). */
    create(identity: { tenantId: string; resourceId: string; displayName: string; explicit: boolean }): Promise<ServicePrincipal>;
    /** Deletes the principal and its federated credentials in one transaction. Returns whether it existed. */
    delete(tenantId: string, principalId: string): Promise<boolean>;
  };
  readonly federatedCredentials: {
    get(tenantId: string, principalId: string, name: string): FederatedCredential | undefined;
    /** In order of names. */
    list(tenantId: string, principalId: string): readonly FederatedCredential[];
    /** Creates or replaces by name. Throws `FederatedCredentialError` for every limit of Entra. */
    put(credential: Omit<FederatedCredential, 'createdDateTime'>): Promise<{ credential: FederatedCredential; created: boolean }>;
    delete(tenantId: string, principalId: string, name: string): Promise<boolean>;
    /** Whether any credential of any tenant names this issuer exactly: only such issuers are ever fetched. */
    namesIssuer(issuer: string): boolean;
  };
  /** The kind of a principal of this tenant, by object id. */
  principalType(tenantId: string, id: string): PrincipalType | undefined;
  close(): Promise<void>;
}
