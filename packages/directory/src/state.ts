import { KernelError, type Clock } from '@podpass/kernel';
import type { Envelope } from '@podpass/crypto';
import { collection, mirror, type Collection, type Compare, type Lookup, type Mirror, type Operation, type Store } from '@podpass/store';
import { joined } from './keys.ts';
import { writeAttempts } from './limits.ts';
import type { Application, FederatedCredential, ServicePrincipal, Tenant, User } from './types.ts';

/** A kind of object: where it is written, where it is read, and its indexes. */
interface Table<T> {
  readonly written: Collection<T>;
  readonly read: Mirror<T>;
}

/** What the directory's actions share: the objects, their indexes, and the way to write. */
export interface State {
  readonly clock: Clock;
  readonly store: Store;
  /** By tenant id. */
  readonly tenants: Table<Tenant> & { readonly byDomain: Lookup<Tenant> };
  /** By tenant and object id. */
  readonly users: Table<User> & { readonly byName: Lookup<User>; readonly byTenant: Lookup<User> };
  /** By tenant and client id. */
  readonly applications: Table<Application> & { readonly byUri: Lookup<Application>; readonly byTenant: Lookup<Application> };
  /** By tenant and object id. */
  readonly servicePrincipals: Table<ServicePrincipal> & {
    readonly byAppId: Lookup<ServicePrincipal>;
    readonly byName: Lookup<ServicePrincipal>;
    readonly byTenant: Lookup<ServicePrincipal>;
  };
  /** By tenant, principal and name. */
  readonly credentials: Table<FederatedCredential> & {
    readonly byPrincipal: Lookup<FederatedCredential>;
    readonly byIssuer: Lookup<FederatedCredential>;
  };
  /** Names that are taken; see `claims`. */
  readonly names: Collection<object>;
  /** One for each identity, written with each of its federated credentials: two writers at once collide here. */
  readonly federationGuards: Collection<object>;
  readonly close: () => void;
}

/** The form in which identifier URIs are found: a final slash and the case do not matter. */
export const canonicalUri = (uri: string): string => (uri.endsWith('/') ? uri.slice(0, -1) : uri).toLowerCase();

/** Loads the directory's objects and follows the store. */
export const openState = async (options: {
  readonly store: Store;
  readonly clock: Clock;
  readonly envelope?: Envelope;
}): Promise<State> => {
  const { store, clock, envelope } = options;
  const sealed = envelope ? { sealed: envelope } : {};
  const table = async <T>(prefix: string, codec: { readonly sealed?: Envelope } = {}): Promise<Table<T>> => {
    const written = collection<T>(store, { prefix, ...codec });
    return { written, read: await mirror(store, written) };
  };
  const tenants = await table<Tenant>('directory/tenants');
  const users = await table<User>('directory/users', sealed);
  const applications = await table<Application>('directory/applications', sealed);
  const servicePrincipals = await table<ServicePrincipal>('directory/service-principals');
  const credentials = await table<FederatedCredential>('directory/federated-credentials');
  return {
    clock,
    store,
    tenants: { ...tenants, byDomain: tenants.read.index(({ domains }) => domains) },
    users: {
      ...users,
      byName: users.read.index((user) => joined(user.tenantId, user.userPrincipalName)),
      byTenant: users.read.index((user) => user.tenantId),
    },
    applications: {
      ...applications,
      byUri: applications.read.index((app) => app.identifierUris.map((uri) => joined(app.tenantId, canonicalUri(uri)))),
      byTenant: applications.read.index((app) => app.tenantId),
    },
    servicePrincipals: {
      ...servicePrincipals,
      byAppId: servicePrincipals.read.index((principal) => joined(principal.tenantId, principal.appId)),
      byName: servicePrincipals.read.index((principal) => principal.servicePrincipalNames.map((name) => joined(principal.tenantId, name))),
      byTenant: servicePrincipals.read.index((principal) => principal.tenantId),
    },
    credentials: {
      ...credentials,
      byPrincipal: credentials.read.index(({ tenantId, principalId }) => joined(tenantId, principalId)),
      byIssuer: credentials.read.index(({ issuer }) => issuer),
    },
    names: collection<object>(store, { prefix: 'directory/names' }),
    federationGuards: collection<object>(store, { prefix: 'directory/federation-guards' }),
    close() {
      for (const { read } of [tenants, users, applications, servicePrincipals, credentials]) read.close();
    },
  };
};

/** A name that must be free, and what to say when it is not. */
export interface Claim {
  readonly name: string;
  readonly taken: string;
}

/** Creates objects and claims their names, all or nothing. Throws KernelError `conflict` when a name is taken. */
export const createClaiming = async (state: State, wanted: readonly Claim[], operations: readonly Operation[]): Promise<void> => {
  const { succeeded } = await state.store.txn({
    compare: wanted.map(({ name }) => state.names.compare(name, 0)),
    then: [...operations, ...wanted.map(({ name }) => state.names.putOperation(name, {}))],
  });
  if (succeeded) return;
  const present = await Promise.all(wanted.map(({ name }) => state.names.get(name)));
  throw new KernelError('conflict', wanted.find((_, index) => present[index])?.taken ?? 'Another writer was faster.');
};

/**
 * Reads the revisions of `guarded` keys, lets `plan` decide on what is in memory, and writes on the condition that the keys
 * did not change meanwhile; tries again a few times, then throws KernelError `conflict`. Returns false, and writes
 * nothing, when `plan` returns undefined.
 */
export const writeGuarded = async (
  store: Store,
  guarded: readonly string[],
  plan: () => readonly Operation[] | undefined,
): Promise<boolean> => {
  for (let attempt = 0; attempt < writeAttempts; attempt += 1) {
    const compare = await presentRevisions(store, guarded);
    const then = plan();
    if (then === undefined) return false;
    if ((await store.txn({ compare, then })).succeeded) return true;
  }
  throw new KernelError('conflict', 'The object is being changed by others. Try again.');
};

/** The present revision of each key, as conditions for a transaction; 0 for a key that does not exist. */
export const presentRevisions = (store: Store, guarded: readonly string[]): Promise<readonly Compare[]> =>
  Promise.all(guarded.map(async (key) => ({ key, modRevision: (await store.get(key))?.modRevision ?? 0 })));
