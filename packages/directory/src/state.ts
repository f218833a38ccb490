import type { Clock } from '@podpass/kernel';
import type { Envelope } from '@podpass/crypto';
import { collection, type Collection, type Lookup, type Store } from '@podpass/store';
import { canonicalUri, joined } from './keys.ts';
import * as records from './records.ts';
import { counterOf, openTable, tenantCounter, type Table } from './table.ts';
import type {
  Application,
  AppRoleAssignment,
  DirectoryRoleAssignment,
  FederatedCredential,
  Group,
  PermissionGrant,
  ServicePrincipal,
  Tenant,
  User,
} from './types.ts';

/** One relation between two objects. */
export interface Edge {
  readonly tenantId: string;
  readonly objectId: string;
  readonly memberId: string;
}

/** What the operator may set. */
interface Settings {
  /** Milliseconds that written federated credentials take to come into force. */
  readonly federatedCredentials: number;
}

/** Objects of tenants: by tenant and object id. */
interface ObjectTable<T> extends Table<T> {
  readonly byTenant: Lookup<T>;
  readonly count: (tenantId: string) => number;
}

export interface EdgeTable extends Table<Edge> {
  /** By tenant and the object that holds the others. */
  readonly byObject: Lookup<Edge>;
  /** By tenant and the one that is a member or owner. */
  readonly byMember: Lookup<Edge>;
}

/** What the directory's actions share: the objects, their indexes, and the way to write. */
export interface State {
  readonly clock: Clock;
  readonly store: Store;
  /** By tenant id. */
  readonly tenants: Table<Tenant> & { readonly byDomain: Lookup<Tenant> };
  readonly users: ObjectTable<User> & { readonly byName: Lookup<User> };
  readonly groups: ObjectTable<Group>;
  readonly applications: ObjectTable<Application> & {
    /** By tenant and client id. */
    readonly byAppId: Lookup<Application>;
    /** By client id alone, whatever the tenant. */
    readonly anywhere: Lookup<Application>;
  };
  readonly servicePrincipals: ObjectTable<ServicePrincipal> & {
    readonly byAppId: Lookup<ServicePrincipal>;
    readonly byName: Lookup<ServicePrincipal>;
  };
  /** By tenant, object and member. */
  readonly members: EdgeTable;
  readonly owners: EdgeTable;
  /** Federated credentials by tenant, owner and name. */
  readonly credentials: Table<FederatedCredential> & {
    readonly byPrincipal: Lookup<FederatedCredential>;
    /** How many name an issuer, to the character. */
    readonly countByIssuer: (issuer: string) => number;
  };
  /** By tenant, principal, resource and role. */
  readonly roleAssignments: Table<AppRoleAssignment> & {
    readonly byId: Lookup<AppRoleAssignment>;
    readonly byPrincipal: Lookup<AppRoleAssignment>;
    readonly byResource: Lookup<AppRoleAssignment>;
  };
  /** By tenant, client, resource, and the user or `all`. */
  readonly grants: Table<PermissionGrant> & {
    readonly byId: Lookup<PermissionGrant>;
    readonly byTenant: Lookup<PermissionGrant>;
    readonly byClient: Lookup<PermissionGrant>;
    readonly byResource: Lookup<PermissionGrant>;
    readonly byUser: Lookup<PermissionGrant>;
  };
  /** By tenant, principal and role template. */
  readonly roles: Table<DirectoryRoleAssignment> & {
    readonly byPrincipal: Lookup<DirectoryRoleAssignment>;
    readonly byRole: Lookup<DirectoryRoleAssignment>;
  };
  readonly settings: Table<Settings>;
  /** Names that are taken; see `claims`. */
  readonly names: Collection<object>;
  /** See `guards`. */
  readonly guards: Table<object>;
  /** One for each owner of federated credentials, written with each of them: two writers at once collide here. */
  readonly federationGuards: Collection<object>;
  readonly close: () => void;
}

const ofTenant = async <T extends { readonly tenantId: string }>(opening: Promise<Table<T>>): Promise<ObjectTable<T>> => {
  const table = await opening;
  return { ...table, byTenant: table.read.index(({ tenantId }) => tenantId), count: tenantCounter(table) };
};

const edges = async (opening: Promise<Table<Edge>>): Promise<EdgeTable> => {
  const table = await opening;
  return {
    ...table,
    byObject: table.read.index(({ tenantId, objectId }) => joined(tenantId, objectId)),
    byMember: table.read.index(({ tenantId, memberId }) => joined(tenantId, memberId)),
  };
};

/** Loads the directory's objects and follows the store. */
export const openState = async (options: {
  readonly store: Store;
  readonly clock: Clock;
  readonly envelope?: Envelope;
}): Promise<State> => {
  const { store, clock, envelope } = options;
  const tenants = await openTable(store, 'directory/tenants', { decode: records.tenant });
  const users = await ofTenant(openTable(store, 'directory/users', { sealed: envelope, decode: records.user }));
  const groups = await ofTenant(openTable<Group>(store, 'directory/groups'));
  const applications = await ofTenant(openTable(store, 'directory/applications', { sealed: envelope, decode: records.application }));
  const servicePrincipals = await ofTenant(
    openTable(store, 'directory/service-principals', { sealed: envelope && plainOrSealed(envelope), decode: records.servicePrincipal }),
  );
  const members = await edges(openTable<Edge>(store, 'directory/members'));
  const owners = await edges(openTable<Edge>(store, 'directory/owners'));
  // By far the most numerous objects, of which an exchange needs those of one identity.
  const credentials = await openTable(store, 'directory/federated-credentials', { decode: records.federatedCredential, decoding: 'lazy' });
  const roleAssignments = await openTable<AppRoleAssignment>(store, 'directory/app-role-assignments');
  const grants = await openTable<PermissionGrant>(store, 'directory/permission-grants');
  const roles = await openTable<DirectoryRoleAssignment>(store, 'directory/role-assignments');
  const settings = await openTable<Settings>(store, 'directory/settings');
  const guards = await openTable<object>(store, 'directory/guards');
  const opened = [tenants, users, groups, applications, servicePrincipals, members, owners, credentials];
  return {
    clock,
    store,
    tenants: { ...tenants, byDomain: tenants.read.index(({ domains }) => domains) },
    users: { ...users, byName: users.read.index((user) => joined(user.tenantId, user.userPrincipalName)) },
    groups,
    applications: {
      ...applications,
      byAppId: applications.read.index((application) => joined(application.tenantId, application.appId)),
      anywhere: applications.read.index((application) => application.appId),
    },
    servicePrincipals: {
      ...servicePrincipals,
      byAppId: servicePrincipals.read.index((principal) => joined(principal.tenantId, principal.appId)),
      byName: servicePrincipals.read.index(({ tenantId, servicePrincipalNames }) =>
        servicePrincipalNames.map((name) => joined(tenantId, canonicalUri(name))),
      ),
    },
    members,
    owners,
    credentials: {
      ...credentials,
      byPrincipal: credentials.read.index(({ tenantId, principalId }) => joined(tenantId, principalId)),
      countByIssuer: counterOf(credentials, ({ issuer }) => issuer),
    },
    roleAssignments: {
      ...roleAssignments,
      byId: roleAssignments.read.index(({ tenantId, id }) => joined(tenantId, id)),
      byPrincipal: roleAssignments.read.index(({ tenantId, principalId }) => joined(tenantId, principalId)),
      byResource: roleAssignments.read.index(({ tenantId, resourceId }) => joined(tenantId, resourceId)),
    },
    grants: {
      ...grants,
      byId: grants.read.index(({ tenantId, id }) => joined(tenantId, id)),
      byTenant: grants.read.index(({ tenantId }) => tenantId),
      byClient: grants.read.index(({ tenantId, clientId }) => joined(tenantId, clientId)),
      byResource: grants.read.index(({ tenantId, resourceId }) => joined(tenantId, resourceId)),
      byUser: grants.read.index(({ tenantId, principalId }) => (principalId === undefined ? undefined : joined(tenantId, principalId))),
    },
    roles: {
      ...roles,
      byPrincipal: roles.read.index(({ tenantId, principalId }) => joined(tenantId, principalId)),
      byRole: roles.read.index(({ tenantId, roleTemplateId }) => joined(tenantId, roleTemplateId)),
    },
    settings,
    names: collection<object>(store, { prefix: 'directory/names' }),
    guards,
    federationGuards: collection<object>(store, { prefix: 'directory/federation-guards' }),
    close() {
      for (const { read } of [...opened, roleAssignments, grants, roles, settings, guards]) read.close();
    },
  };
};

/** Service principals held no secrets in earlier versions, which wrote them in plain JSON: a box never begins with a brace. */
const plainOrSealed = (envelope: Envelope): Envelope => ({
  seal: (plaintext, context) => envelope.seal(plaintext, context),
  open: (box, context) => (box[0] === 0x7b ? Buffer.from(box) : envelope.open(box, context)),
});
