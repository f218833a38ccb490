import { isObject, KernelError } from '@podpass/kernel';
import { collection, mirror, type Collection, type Store } from '@podpass/store';
import { prefixes } from './wire.ts';
import { scopeKey, subscriptionOf } from './scope.ts';
import type { RoleAssignment } from './types.ts';

/** An assignment with the form in which scopes are compared, computed once. */
export interface Held {
  readonly assignment: RoleAssignment;
  readonly scopeKey: string;
}

/** All assignments in memory, indexed by what is asked of them. Current as soon as a writer's transaction settles. */
export interface AssignmentMirror {
  readonly rows: Collection<Held>;
  byName(tenantId: string, name: string): Held | undefined;
  /** Store revision of the assignment; 0 when there is none. */
  revision(tenantId: string, name: string): number;
  ofPrincipal(tenantId: string, principalId: string): readonly Held[];
  /** Whether any group of the tenant holds a role: where none does, nobody's groups need to be looked up. */
  groupsHold(tenantId: string): boolean;
  ofTenant(tenantId: string): readonly Held[];
  /** Those of a subscription (lower case), at it and below. */
  ofSubscription(subscription: string): readonly Held[];
  close(): void;
}

export const heldOf = (assignment: RoleAssignment): Held => ({ assignment, scopeKey: scopeKey(assignment.scope) });

/** Rows are written by this package only; anything else under the prefix is a broken store, and said so. */
const decode = (json: unknown): Held => {
  if (!isObject(json) || typeof json['scope'] !== 'string') throw new KernelError('corrupt', 'A stored role assignment has no scope.');
  const row: unknown = json;
  return heldOf(row as RoleAssignment);
};

export const rowId = (tenantId: string, name: string): string => `${tenantId}/${name}`;

export const createAssignmentMirror = async (store: Store): Promise<AssignmentMirror> => {
  const rows = collection<Held>(store, { prefix: prefixes.assignments, encode: (held) => held.assignment, decode });
  const held = await mirror(store, rows);
  const ofPrincipal = held.index(({ assignment }) => `${assignment.tenantId}/${assignment.principalId}`);
  const ofGroups = held.index(({ assignment }) => (assignment.principalType === 'Group' ? assignment.tenantId : undefined));
  const ofTenant = held.index(({ assignment }) => assignment.tenantId);
  const ofSubscription = held.index((row) => subscriptionOf(row.scopeKey));
  return {
    rows,
    byName: (tenantId, name) => held.get(rowId(tenantId, name)),
    revision: (tenantId, name) => held.item(rowId(tenantId, name))?.revision ?? 0,
    ofPrincipal: (tenantId, principalId) => ofPrincipal(`${tenantId}/${principalId}`),
    groupsHold: (tenantId) => ofGroups(tenantId).length > 0,
    ofTenant,
    ofSubscription,
    close: () => held.close(),
  };
};
