import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createEnvelope } from '@podpass/crypto';
import { createDirectory, type FederatedCredential, type ServicePrincipal, type User } from '@podpass/directory';
import { createClock, newGuid } from '@podpass/kernel';
import { collection, openSqliteStore, transactionOf, type Collection, type Operation } from '@podpass/store';
import { subjectOf, type ModelIdentity } from './models.ts';

/** What is written into a data folder whose server is down. */
export interface Population {
  readonly tenantId: string;
  readonly identities: number;
  readonly credentialsEach: number;
  readonly users: number;
  /** What the identities are copies of: made over the wire, with one federated credential. */
  readonly identity: ModelIdentity;
  /** Principal name of the user that the users are copies of. */
  readonly user: string;
}

/** Operations of one transaction; the store takes at most 1000. */
const batch = 1000;
const joined = (...parts: readonly string[]): string => parts.join('/').toLowerCase();

/** An identity as the resource manager keeps it, as far as copies differ. */
interface IdentityResource {
  readonly id: string;
  readonly name: string;
  readonly state: { readonly principalId: string; readonly clientId: string };
}

interface Tables {
  readonly resources: Collection<IdentityResource>;
  readonly principals: Collection<ServicePrincipal>;
  readonly credentials: Collection<FederatedCredential>;
  readonly users: Collection<User>;
}

/** The originals, as the platform itself wrote them. */
interface Models {
  readonly resource: IdentityResource;
  readonly principal: ServicePrincipal;
  readonly credential: FederatedCredential;
  readonly user: User;
}

interface Identity {
  readonly resource: IdentityResource;
  readonly principal: ServicePrincipal;
}

/**
 * Fills the store of a stopped platform with copies of what the platform wrote: over the wire 100,000 users would take hours, because each
 * password is hashed. Returns the client ids of the identities, in the order of their numbers. Throws when the directory then does
 * not show all of them.
 */
export const populate = async (data: string, wanted: Population): Promise<readonly string[]> => {
  const envelope = createEnvelope(Buffer.from((await readFile(path.join(data, 'master.key'), 'utf8')).trim(), 'base64'));
  const store = await openSqliteStore({ file: path.join(data, 'podpass.db'), durability: 'relaxed' });
  const open = () => createDirectory({ store, clock: createClock(), envelope });
  const write = async (operations: Iterable<Operation>) => {
    let some: Operation[] = [];
    for (const operation of operations) {
      some.push(operation);
      if (some.length < batch) continue;
      await store.txn(transactionOf(some));
      some = [];
    }
    if (some.length > 0) await store.txn(transactionOf(some));
  };
  try {
    const tables: Tables = {
      resources: collection(store, { prefix: 'arm/resources' }),
      principals: collection(store, { prefix: 'directory/service-principals', sealed: envelope }),
      credentials: collection(store, { prefix: 'directory/federated-credentials' }),
      users: collection(store, { prefix: 'directory/users', sealed: envelope }),
    };
    const before = await open();
    const models = await originals(before, tables, wanted);
    await before.close();
    const identities = Array.from({ length: wanted.identities }, (_, number) => copyOf(models, number));
    await write(identityOperations(tables, identities, { models, each: wanted.credentialsEach }));
    await write(userOperations(tables, models.user, wanted.users));
    const after = await open();
    verify(after, identities, wanted);
    await after.close();
    return identities.map(({ principal }) => principal.appId);
  } finally {
    await store.close();
  }
};

type Directory = Awaited<ReturnType<typeof createDirectory>>;

const originals = async (directory: Directory, { resources }: Tables, wanted: Population): Promise<Models> => {
  const { tenantId, identity } = wanted;
  const resource = (await resources.get(joined(identity.resourceId)))?.value;
  const principal = directory.servicePrincipals.byAppId(tenantId, identity.clientId);
  const [credential] = principal ? directory.federatedCredentials.list(tenantId, principal.id) : [];
  const user = directory.users.byPrincipalName(tenantId, wanted.user);
  if (!resource || !principal || !credential || !user) throw new Error('the originals are not where copies would be written');
  return { resource, principal, credential, user };
};

const copyOf = ({ resource, principal }: Models, number: number): Identity => {
  const [id, clientId, name] = [newGuid(), newGuid(), `identity-${number}`];
  const resourceId = resource.id.replace(resource.name, name);
  const ownNames = (names: readonly string[]) =>
    names.map((text) => text.replace(principal.appId, clientId).replace(resource.id, resourceId));
  return {
    resource: { ...resource, id: resourceId, name, state: { ...resource.state, principalId: id, clientId } },
    principal: {
      ...principal,
      id,
      appId: clientId,
      displayName: name,
      servicePrincipalNames: ownNames(principal.servicePrincipalNames),
      alternativeNames: ownNames(principal.alternativeNames),
      resourceId,
    },
  };
};

function* identityOperations(
  { resources, principals, credentials }: Tables,
  identities: readonly Identity[],
  { models, each }: { readonly models: Models; readonly each: number },
): Generator<Operation> {
  for (const [number, { resource, principal }] of identities.entries()) {
    yield resources.putOperation(joined(resource.id), resource);
    yield principals.putOperation(joined(principal.tenantId, principal.id), principal);
    for (let index = 0; index < each; index += 1) {
      const name = `credential-${index}`;
      const credential = { ...models.credential, id: newGuid(), principalId: principal.id, name, subject: subjectOf(number, index) };
      yield credentials.putOperation(joined(principal.tenantId, principal.id, name), credential);
    }
  }
}

function* userOperations({ users }: Tables, model: User, count: number): Generator<Operation> {
  const domain = model.userPrincipalName.slice(model.userPrincipalName.indexOf('@'));
  // The model is one of them.
  for (let number = 1; number < count; number += 1) {
    const copy: User = { ...model, id: newGuid(), displayName: `Bench user ${number}`, userPrincipalName: `bench-${number}${domain}` };
    yield users.putOperation(joined(copy.tenantId, copy.id), copy);
  }
}

/** Copies that the directory cannot read must fail here, not as a figure that was measured on nothing. */
const verify = (directory: Directory, identities: readonly Identity[], { tenantId, credentialsEach, users }: Population): void => {
  const last = identities.at(-1)?.principal;
  const found = last && directory.servicePrincipals.byAppId(tenantId, last.appId);
  const trusted = found ? directory.federatedCredentials.inForce(tenantId, found.id).length : 0;
  const present = directory.users.count(tenantId);
  if (trusted !== credentialsEach || present < users) {
    throw new Error(`the directory shows ${trusted} credentials of the last identity and ${present} users`);
  }
};
