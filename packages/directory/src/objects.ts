import type { Operation } from '@podpass/store';
import { guards, joined } from './keys.ts';
import { notFound } from './rules/problems.ts';
import type { State } from './state.ts';
import type { Table } from './table.ts';
import type { DirectoryObject, PrincipalType } from './types.ts';
import { writeGuarded, type Exists } from './writing.ts';

export type ObjectKind = DirectoryObject['kind'];

/** Any object of the tenant by its id. */
export const findObject = (state: State, tenantId: string, id: string): DirectoryObject | undefined => {
  const key = joined(tenantId, id);
  const servicePrincipal = state.servicePrincipals.read.get(key);
  if (servicePrincipal) return { kind: 'servicePrincipal', value: servicePrincipal };
  const user = state.users.read.get(key);
  if (user) return { kind: 'user', value: user };
  const group = state.groups.read.get(key);
  if (group) return { kind: 'group', value: group };
  const application = state.applications.read.get(key);
  return application && { kind: 'application', value: application };
};

const principalTypes: Readonly<Record<ObjectKind, PrincipalType | undefined>> = {
  user: 'User',
  group: 'Group',
  servicePrincipal: 'ServicePrincipal',
  application: undefined,
};

/** The kind of a principal; undefined for an application, which is none, and for what does not exist. */
export const principalTypeOf = (object: DirectoryObject | undefined): PrincipalType | undefined => object && principalTypes[object.kind];

/** The store key of an object. */
export const storeKey = (state: State, { kind, value }: DirectoryObject): string => {
  const tables = { user: state.users, group: state.groups, application: state.applications, servicePrincipal: state.servicePrincipals };
  return tables[kind].written.key(joined(value.tenantId, value.id));
};

export const requireObject = (state: State, tenantId: string, id: string): DirectoryObject => {
  const object = findObject(state, tenantId, id);
  if (!object) throw notFound('id', `There is no object ${id} in the tenant.`);
  return object;
};

/** Objects that something is hung on, and further keys that the write depends on. */
export interface Ends {
  readonly tenantId: string;
  readonly ids: readonly string[];
  readonly also?: readonly string[];
}

/**
 * Writes on the condition that all `ids` exist, and stay: an object that is being deleted counts as gone, so that nothing can be hung on
 * it behind the deletion's back. `plan` may run several times. Throws KernelError `not-found` and `conflict`.
 */
export const writeBetween = async (
  state: State,
  { tenantId, ids, also = [] }: Ends,
  plan: (exists: Exists) => readonly Operation[],
): Promise<void> => {
  const deleting = (id: string) => state.guards.written.key(guards.deleting(tenantId, id));
  const guarded = ids.flatMap((id) => [storeKey(state, requireObject(state, tenantId, id)), deleting(id)]);
  await writeGuarded(state.store, [...guarded, ...also], (exists) => {
    for (const id of ids) {
      requireObject(state, tenantId, id);
      if (exists(deleting(id))) throw notFound('id', `The object ${id} is being deleted.`);
    }
    return plan(exists);
  });
};

/**
 * Replaces an object by what `change` makes of it, on the condition that nobody else changed it meanwhile; `change` may run several
 * times. Throws KernelError `not-found` and `conflict`.
 */
export const updateIn = async <T>(
  state: State,
  table: Table<T>,
  { id, also = [] }: { readonly id: string; readonly also?: readonly string[] },
  change: (present: T, exists: Exists) => { readonly value: T; readonly operations?: readonly Operation[] },
): Promise<T> => {
  const written: { value?: T } = {};
  const done = await writeGuarded(state.store, [table.written.key(id), ...also], (exists) => {
    const present = table.read.get(id);
    if (present === undefined) return undefined;
    const { value, operations = [] } = change(present, exists);
    written.value = value;
    return [table.written.putOperation(id, value), ...operations];
  });
  if (!done || written.value === undefined) throw notFound('id', `There is no object ${id.slice(id.indexOf('/') + 1)} in the tenant.`);
  return written.value;
};
