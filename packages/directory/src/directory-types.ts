import type {
  Application,
  AppRoleAssignment,
  ClaimsMatchingExpression,
  ClientCertificate,
  DirectoryObject,
  DirectoryRoleAssignment,
  FederatedCredential,
  Group,
  PermissionGrant,
  PrincipalType,
  ResourceApplication,
  ServicePrincipal,
  Tenant,
  User,
} from './types.ts';

/** A page of a long list: objects in the order of their ids that come after `after`. Costs as much as the page is long. */
export interface PageOptions {
  readonly after?: string;
  readonly limit: number;
}

/** Changed properties; an explicit undefined removes an optional one. Ids, tenants and creation times never change. */
export type Changes<T, Fixed extends keyof T = never> = {
  readonly [Key in Exclude<keyof T, Fixed | 'id' | 'tenantId' | 'createdDateTime'>]?: T[Key] | undefined;
};

export interface NewUser {
  readonly tenantId: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly password: string;
  readonly accountEnabled?: boolean;
  readonly forceChangePasswordNextSignIn?: boolean;
  readonly properties?: Pick<
    Changes<User>,
    | 'givenName'
    | 'surname'
    | 'mail'
    | 'mailNickname'
    | 'jobTitle'
    | 'department'
    | 'officeLocation'
    | 'mobilePhone'
    | 'preferredLanguage'
    | 'usageLocation'
  >;
}

export interface NewApplication {
  readonly tenantId: string;
  readonly displayName: string;
  readonly appId?: string;
  /** Names under which tokens for the application can be asked (`api://…` or https); unique in the tenant. */
  readonly identifierUris?: readonly string[];
  readonly properties?: Changes<Application, 'appId' | 'displayName' | 'identifierUris' | 'secrets' | 'certificates'>;
  /** Object ids of its first owners. */
  readonly owners?: readonly string[];
}

/** What owns credentials: an application (object id), or a service principal (object id). */
export interface CredentialOwner {
  readonly tenantId: string;
  readonly kind: 'application' | 'servicePrincipal';
  readonly id: string;
}

/** The relations between objects, one edge each: `members` of groups; `owners` of groups, applications and service principals. */
export interface Relation {
  /** The objects at the other end, in the order of their ids. */
  of(tenantId: string, objectId: string): readonly string[];
  /** The reverse: the objects of which this one is a member or an owner. */
  ofMember(tenantId: string, memberId: string): readonly string[];
  has(tenantId: string, objectId: string, memberId: string): boolean;
  /** Throws KernelError `conflict` when it is there already, `not-found` when an end does not exist, `invalid` for an end of a wrong kind or a circle. */
  add(tenantId: string, objectId: string, memberId: string): Promise<void>;
  /** Returns whether it was there. */
  remove(tenantId: string, objectId: string, memberId: string): Promise<boolean>;
}

/**
 * Reads are synchronous and answered from memory (mirrors fed by store watches): the token service's hot path never
 * waits for the store. Writes settle once durable, and are visible to reads as soon as they settle. Ids, host names,
 * user principal names and domains compare case-insensitively; issuers and subjects never do.
 *
 * Writes throw KernelError `invalid` (a value breaks a rule; `detail.property` names it), `conflict` (a name is taken, `detail.property`) and
 * `not-found`; federated credentials throw `FederatedCredentialError`. Deleting an object takes what hangs on it in the same
 * transaction: memberships, ownerships, role assignments, grants, federated credentials.
 */
export interface Directory {
  readonly tenants: {
    /** By id or verified domain. */
    find(idOrDomain: string): Tenant | undefined;
    list(): readonly Tenant[];
    /** Creates the tenant with the service principals of Microsoft's own APIs. */
    create(tenant: { displayName: string; domains: readonly string[]; id?: string }): Promise<Tenant>;
  };
  readonly users: {
    byId(tenantId: string, id: string): User | undefined;
    byPrincipalName(tenantId: string, userPrincipalName: string): User | undefined;
    list(tenantId: string): readonly User[];
    page(tenantId: string, page: PageOptions): Promise<readonly User[]>;
    count(tenantId: string): number;
    create(user: NewUser): Promise<User>;
    update(tenantId: string, id: string, changes: Changes<User, 'passwordHash' | 'signInSessionsValidFromDateTime'>): Promise<User>;
    setPassword(tenantId: string, id: string, password: string, options?: { forceChangePasswordNextSignIn?: boolean }): Promise<User>;
    /** Voids the sessions that began before now. */
    revokeSignInSessions(tenantId: string, id: string): Promise<User>;
    delete(tenantId: string, id: string): Promise<boolean>;
  };
  readonly groups: {
    byId(tenantId: string, id: string): Group | undefined;
    list(tenantId: string): readonly Group[];
    page(tenantId: string, page: PageOptions): Promise<readonly Group[]>;
    count(tenantId: string): number;
    create(group: {
      tenantId: string;
      displayName: string;
      mailNickname: string;
      description?: string;
      owners?: readonly string[];
      members?: readonly string[];
    }): Promise<Group>;
    update(tenantId: string, id: string, changes: Changes<Group, 'securityEnabled'>): Promise<Group>;
    delete(tenantId: string, id: string): Promise<boolean>;
  };
  /** Members of groups: users, groups, service principals. */
  readonly members: Relation & {
    /** Ids of all groups that a principal is in, directly or through groups, each once, in order. Circles cannot arise. */
    transitiveGroupsOf(tenantId: string, memberId: string): readonly string[];
    /** Ids of all members of a group, groups included, directly or through groups. */
    transitiveMembersOf(tenantId: string, groupId: string): readonly string[];
  };
  /** Owners of groups, applications and service principals: users and service principals. */
  readonly owners: Relation;
  readonly applications: {
    byAppId(tenantId: string, appId: string): Application | undefined;
    /** By object id. */
    byId(tenantId: string, id: string): Application | undefined;
    /** The application itself, in whatever tenant it lives. */
    anywhere(appId: string): Application | undefined;
    list(tenantId: string): readonly Application[];
    page(tenantId: string, page: PageOptions): Promise<readonly Application[]>;
    count(tenantId: string): number;
    /** Creates the application and, unless `servicePrincipal` is false, its service principal in the same tenant. */
    create(
      application: NewApplication & { servicePrincipal?: true },
    ): Promise<{ application: Application; servicePrincipal: ServicePrincipal }>;
    createOnly(application: NewApplication): Promise<Application>;
    update(tenantId: string, id: string, changes: Changes<Application, 'appId' | 'secrets' | 'certificates'>): Promise<Application>;
    /** Deletes the application and the service principals of it in its own tenant. Those in other tenants stay, unable to sign in. */
    delete(tenantId: string, id: string): Promise<boolean>;
    /** `addClientSecret` by client id, for the composition root. */
    addSecret(
      tenantId: string,
      appId: string,
      options?: { displayName?: string; days?: number; secret?: string },
    ): Promise<{ keyId: string; secretText: string }>;
  };
  readonly credentials: {
    /** Adds a secret and returns its text, which is kept nowhere else. Default: valid for two years from now. */
    addSecret(
      owner: CredentialOwner,
      options?: { displayName?: string; startDateTime?: string; endDateTime?: string; secret?: string },
    ): Promise<{ keyId: string; secretText: string; hint: string; displayName?: string; startDateTime: string; endDateTime: string }>;
    /** Returns whether there was one. */
    removeSecret(owner: CredentialOwner, keyId: string): Promise<boolean>;
    /** Replaces all certificates at once, as Graph's PATCH of `keyCredentials` does. */
    setCertificates(owner: CredentialOwner, certificates: readonly ClientCertificate[]): Promise<void>;
    /** Replaces the list of secrets by those of the given key ids: Graph's PATCH can only drop secrets, never read or add them. */
    keepSecrets(owner: CredentialOwner, keyIds: readonly string[]): Promise<void>;
  };
  readonly servicePrincipals: {
    byId(tenantId: string, id: string): ServicePrincipal | undefined;
    byAppId(tenantId: string, appId: string): ServicePrincipal | undefined;
    /** The one with this value among its `servicePrincipalNames`; case-insensitive, a final slash is ignored. */
    byName(tenantId: string, name: string): ServicePrincipal | undefined;
    list(tenantId: string): readonly ServicePrincipal[];
    page(tenantId: string, page: PageOptions): Promise<readonly ServicePrincipal[]>;
    count(tenantId: string): number;
    /** Creates the service principal of an application: one of the tenant, or a multi-tenant one of another tenant (consent), or first-party. */
    create(
      tenantId: string,
      appId: string,
      properties?: { accountEnabled?: boolean; tags?: readonly string[]; owners?: readonly string[] },
    ): Promise<ServicePrincipal>;
    update(
      tenantId: string,
      id: string,
      changes: Pick<
        Changes<ServicePrincipal>,
        'accountEnabled' | 'appRoleAssignmentRequired' | 'displayName' | 'notes' | 'servicePrincipalNames' | 'tags'
      >,
    ): Promise<ServicePrincipal>;
    /** Refuses managed identities (`invalid`): they go with their resource. */
    delete(tenantId: string, id: string): Promise<boolean>;
    /** What the principal's application exposes, found in the tenant, in another one or among Microsoft's. */
    resourceOf(principal: ServicePrincipal): ResourceApplication | undefined;
    /** The resource and its service principal in the tenant by client id, `api://` URI, https URI or service principal name; a final slash and the case do not matter. */
    findResource(
      tenantId: string,
      name: string,
    ): { readonly resource: ResourceApplication; readonly principal: ServicePrincipal } | undefined;
  };
  readonly managedIdentities: {
    /** Creates the service principal of a managed identity (user-assigned, or the system-assigned one of a resource). */
    create(identity: { tenantId: string; resourceId: string; displayName: string; explicit: boolean }): Promise<ServicePrincipal>;
    /** Deletes the principal and its federated credentials in one transaction. Returns whether it existed. */
    delete(tenantId: string, principalId: string): Promise<boolean>;
  };
  readonly federatedCredentials: {
    /** By name (case-insensitive). */
    get(tenantId: string, principalId: string, name: string): FederatedCredential | undefined;
    byId(tenantId: string, principalId: string, id: string): FederatedCredential | undefined;
    /** In order of names. */
    list(tenantId: string, principalId: string): readonly FederatedCredential[];
    /** Those that are in force: `list` without what is still propagating. The same array until something changes; never sorts or copies. */
    inForce(tenantId: string, principalId: string): readonly FederatedCredential[];
    /** Creates or, unless `createOnly`, replaces by name. Throws `FederatedCredentialError` for every limit of Entra. */
    put(credential: {
      tenantId: string;
      principalId: string;
      name: string;
      issuer: string;
      subject?: string;
      claimsMatchingExpression?: ClaimsMatchingExpression;
      audiences: readonly string[];
      description?: string;
      /** A taken name is refused (`name-taken`), also when it was taken a moment ago. */
      createOnly?: boolean;
      /** Replaces the credential with this id and no other: one that was deleted meanwhile does not come back (`identity-not-found`). */
      replaces?: string;
    }): Promise<{ credential: FederatedCredential; created: boolean }>;
    delete(tenantId: string, principalId: string, name: string): Promise<boolean>;
    /** Whether any credential of any tenant names this issuer exactly: only such issuers are ever fetched. */
    namesIssuer(issuer: string): boolean;
  };
  readonly appRoleAssignments: {
    byId(tenantId: string, id: string): AppRoleAssignment | undefined;
    ofPrincipal(tenantId: string, principalId: string): readonly AppRoleAssignment[];
    /** Those on one resource (`appRoleAssignedTo`). */
    ofResource(tenantId: string, resourceId: string): readonly AppRoleAssignment[];
    create(assignment: { tenantId: string; principalId: string; resourceId: string; appRoleId: string }): Promise<AppRoleAssignment>;
    delete(tenantId: string, id: string): Promise<boolean>;
    /** Values of the roles that a principal has at a resource, its groups' included for users; the `roles` claim, in order. */
    rolesOf(tenantId: string, principalId: string, resourceId: string): readonly string[];
  };
  readonly permissionGrants: {
    byId(tenantId: string, id: string): PermissionGrant | undefined;
    list(tenantId: string): readonly PermissionGrant[];
    ofClient(tenantId: string, clientId: string): readonly PermissionGrant[];
    create(grant: Omit<PermissionGrant, 'id'>): Promise<PermissionGrant>;
    /** Replaces the scopes. */
    update(tenantId: string, id: string, scope: string): Promise<PermissionGrant>;
    delete(tenantId: string, id: string): Promise<boolean>;
    /** Scope values that a client may use at a resource on behalf of a user: grants for all and for the user together. */
    granted(tenantId: string, grant: { clientId: string; resourceId: string; userId: string }): ReadonlySet<string>;
  };
  readonly directoryRoles: {
    ofPrincipal(tenantId: string, principalId: string): readonly DirectoryRoleAssignment[];
    ofRole(tenantId: string, roleTemplateId: string): readonly DirectoryRoleAssignment[];
    /** Writes nothing when it is there already. Throws KernelError `invalid` for an unknown template. */
    assign(tenantId: string, principalId: string, roleTemplateId: string): Promise<void>;
    remove(tenantId: string, principalId: string, roleTemplateId: string): Promise<boolean>;
  };
  /** How long written credentials take to come into force, in milliseconds; 0 (the default) is at once. Kept in the store. */
  readonly propagation: {
    federatedCredentials(): number;
    set(delays: { federatedCredentials: number }): Promise<void>;
  };
  /** Any object of the tenant by its id. */
  objectById(tenantId: string, id: string): DirectoryObject | undefined;
  /** The kind of a principal of this tenant, by object id. */
  principalType(tenantId: string, id: string): PrincipalType | undefined;
  close(): Promise<void>;
}
