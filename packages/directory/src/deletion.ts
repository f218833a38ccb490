import { transactionOf, type Operation } from '@podpass/store';
import { claims, guards, joined } from './keys.ts';
import { deletionBatch } from './limits.ts';
import { findObject, storeKey } from './objects.ts';
import { ownNames } from './principal-names.ts';
import type { State } from './state.ts';
import type { DirectoryObject } from './types.ts';
import { writeGuarded } from './writing.ts';

/**
 * Deletes an object and all that hangs on it. Returns whether it existed.
 *
 * First the object is marked: from then on nothing can be hung on it, so that what the deletion finds is complete. Then all goes in one
 * transaction, mark included. Only when there is more than a transaction takes, the rest of what hangs on it goes ahead in parts:
 * memberships and grants get fewer, never more. A deletion that a crash interrupts is finished when the directory is opened again.
 */
export const deleteObject = async (state: State, tenantId: string, id: string): Promise<boolean> => {
  const root = findObject(state, tenantId, id);
  if (!root || !(await mark(state, root))) return false;
  // After its mark an application gets no further service principal.
  for (const companion of familyOf(state, root).slice(1)) await mark(state, companion);
  const family = familyOf(state, root);
  for (let hanging = allHangingOn(state, family); hanging.length > deletionBatch; hanging = allHangingOn(state, family)) {
    await state.store.txn(transactionOf(hanging.slice(0, deletionBatch)));
  }
  return writeGuarded(
    state.store,
    family.map((object) => storeKey(state, object)),
    () => {
      const present = family.flatMap(({ value }) => findObject(state, value.tenantId, value.id) ?? []);
      if (present[0]?.value.id !== root.value.id) return undefined;
      return [...present.flatMap((object) => ownOperations(state, object)), ...allHangingOn(state, present)];
    },
  );
};

/** Finishes the deletions that a crash interrupted. */
export const finishDeletions = async (state: State): Promise<void> => {
  for (const { id } of state.guards.read.items()) {
    const [kind, tenantId, objectId] = id.split('/');
    if (kind === 'deleting' && tenantId !== undefined && objectId !== undefined) await deleteObject(state, tenantId, objectId);
  }
};

const mark = (state: State, object: DirectoryObject): Promise<boolean> => {
  const { tenantId, id } = object.value;
  return writeGuarded(state.store, [storeKey(state, object)], () =>
    findObject(state, tenantId, id) ? [state.guards.written.putOperation(guards.deleting(tenantId, id), {})] : undefined,
  );
};

/** The object, and what cannot be without it: the service principal of an application in its own tenant. */
const familyOf = (state: State, root: DirectoryObject): readonly DirectoryObject[] => {
  if (root.kind !== 'application') return [root];
  const principals = state.servicePrincipals.byAppId(joined(root.value.tenantId, root.value.appId));
  return [root, ...principals.map((value) => ({ kind: 'servicePrincipal', value }) as const)];
};

/** The object itself, its mark, and the names that it gives back. */
const ownOperations = (state: State, object: DirectoryObject): readonly Operation[] => {
  const { tenantId, id } = object.value;
  const operation: Operation = { op: 'delete', key: storeKey(state, object) };
  const mine = [state.guards.written.deleteOperation(guards.deleting(tenantId, id)), operation];
  return [...mine, ...namesOf(state, object).map((name) => state.names.deleteOperation(name))];
};

/**
 * A client id of an application is never given back: service principals of it may live on in other tenants, with the consent that was given
 * to the application that is gone.
 */
const namesOf = (state: State, { kind, value }: DirectoryObject): readonly string[] => {
  if (kind === 'user') return [claims.userPrincipalName(value.tenantId, value.userPrincipalName)];
  if (kind === 'application') return value.identifierUris.map((uri) => claims.identifierUri(value.tenantId, uri));
  if (kind === 'group') return [];
  const { tenantId, appId, resourceId } = value;
  const names = [claims.servicePrincipal(tenantId, appId), ...ownNames(state, value).map((name) => claims.identifierUri(tenantId, name))];
  return resourceId === undefined ? names : [...names, claims.managedIdentity(resourceId), claims.appId(appId)];
};

/** All edges, grants and credentials that name an object, each once. */
const allHangingOn = (state: State, family: readonly DirectoryObject[]): readonly Operation[] =>
  distinct(family.flatMap(({ value }) => hangingOn(state, value.tenantId, value.id)));

const hangingOn = (state: State, tenantId: string, id: string): readonly Operation[] => {
  const key = joined(tenantId, id);
  const { members, owners, roleAssignments, grants, roles, credentials } = state;
  const edges = [members, owners].flatMap(({ written, byObject, byMember }) =>
    [...byObject(key), ...byMember(key)].map((edge) => written.deleteOperation(joined(edge.tenantId, edge.objectId, edge.memberId))),
  );
  const assigned = [...roleAssignments.byPrincipal(key), ...roleAssignments.byResource(key)].map((each) =>
    roleAssignments.written.deleteOperation(assignmentKey(each)),
  );
  const granted = [...grants.byClient(key), ...grants.byResource(key), ...grants.byUser(key)].map((each) =>
    grants.written.deleteOperation(grantKey(each)),
  );
  return [
    ...edges,
    ...assigned,
    ...granted,
    ...roles.byPrincipal(key).map(({ roleTemplateId }) => roles.written.deleteOperation(joined(key, roleTemplateId))),
    ...credentials.byPrincipal(key).map(({ name }) => credentials.written.deleteOperation(joined(key, name))),
    state.federationGuards.deleteOperation(key),
    state.guards.written.deleteOperation(guards.owners(tenantId, id)),
  ];
};

/** The id of an assignment in the store: the same role is given to a principal once. */
export const assignmentKey = (each: { tenantId: string; principalId: string; resourceId: string; appRoleId: string }): string =>
  joined(each.tenantId, each.principalId, each.resourceId, each.appRoleId);

/** The id of a grant in the store: one for all users, and one for each. */
export const grantKey = (each: { tenantId: string; clientId: string; resourceId: string; principalId?: string | undefined }): string =>
  joined(each.tenantId, each.clientId, each.resourceId, each.principalId ?? 'all');

/** A transaction names a key once. */
const distinct = (operations: readonly Operation[]): readonly Operation[] => [
  ...new Map(operations.map((each) => [each.key, each])).values(),
];
