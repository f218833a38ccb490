import { isGuid, type Clock } from '@podpass/kernel';
import type { Directory, PrincipalType } from '@podpass/directory';
import { collection, transactionOf, type Operation, type Store } from '@podpass/store';
import { RoleAssignmentError } from './errors.ts';
import { heldOf, rowId, type AssignmentMirror } from './mirror.ts';
import { parseScope, scopeKey, subscriptionOf } from './scope.ts';
import type { Assignments, Definitions, NewRoleAssignment, RoleAssignment } from './types.ts';
import { assignmentsPerSubscription, prefixes } from './wire.ts';

export interface AssignmentDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly directory: Pick<Directory, 'principalType'>;
  readonly definitions: Definitions;
  readonly mirror: AssignmentMirror;
}

/** How often a write that lost a race is looked at anew; every round ends in an answer unless yet another write won. */
const rounds = 5;

const principalTypeOf = (directory: Pick<Directory, 'principalType'>, wanted: NewRoleAssignment): PrincipalType => {
  const { tenantId, principalId, principalType } = wanted;
  const actual = directory.principalType(tenantId, principalId);
  if (actual === undefined) {
    if (principalType !== undefined && isGuid(principalId)) return principalType;
    throw new RoleAssignmentError({ reason: 'principal-not-found', principalId, tenantId });
  }
  if (principalType !== undefined && principalType !== actual) {
    throw new RoleAssignmentError({ reason: 'principal-type', principalId, actual, given: principalType });
  }
  return actual;
};

/** Checks everything that does not depend on other assignments, and puts ids into their one form. */
const normalise = (dependencies: AssignmentDependencies, wanted: NewRoleAssignment): RoleAssignment => {
  if (wanted.condition !== undefined) throw new RoleAssignmentError({ reason: 'condition' });
  const scope = parseScope(wanted.scope);
  if (scope === undefined) throw new RoleAssignmentError({ reason: 'bad-scope', scope: wanted.scope });
  if (!isGuid(wanted.name)) throw new RoleAssignmentError({ reason: 'bad-name', name: wanted.name });
  const role = dependencies.definitions.byId(wanted.roleId);
  if (role === undefined) throw new RoleAssignmentError({ reason: 'definition-not-found', roleId: wanted.roleId });
  const now = dependencies.clock.date().toISOString();
  return {
    tenantId: wanted.tenantId.toLowerCase(),
    name: wanted.name.toLowerCase(),
    scope,
    roleId: role.id,
    principalId: wanted.principalId.toLowerCase(),
    principalType: principalTypeOf(dependencies.directory, wanted),
    description: wanted.description,
    createdOn: now,
    updatedOn: now,
    createdBy: wanted.createdBy,
    updatedBy: wanted.createdBy,
  };
};

const markerOf = (row: RoleAssignment) => [row.tenantId, row.principalId, row.roleId].join('/') + scopeKey(row.scope);

const markers = (store: Store) => collection<string>(store, { prefix: prefixes.markers });

const same = (a: RoleAssignment, b: RoleAssignment) => markerOf(a) === markerOf(b);

/** See `Assignments.create`. The row and its uniqueness marker are one transaction, so neither exists without the other. */
export const createAssignment =
  (dependencies: AssignmentDependencies): Assignments['create'] =>
  async (wanted) => {
    const { store, mirror } = dependencies;
    const { rows } = mirror;
    const unique = markers(store);
    const row = normalise(dependencies, wanted);
    const id = rowId(row.tenantId, row.name);
    for (let round = 0; round < rounds; round += 1) {
      const before = mirror.byName(row.tenantId, row.name);
      if (before !== undefined) {
        if (!same(before.assignment, row)) throw new RoleAssignmentError({ reason: 'update-not-permitted' });
        const { createdOn, createdBy } = before.assignment;
        const next: RoleAssignment = { ...row, createdOn, createdBy };
        const updated = await store.txn(
          transactionOf([rows.putOperation(id, heldOf(next))], [rows.compare(id, mirror.revision(row.tenantId, row.name))]),
        );
        if (updated.succeeded) return { assignment: next, created: false };
        continue;
      }
      const twin = mirror.ofPrincipal(row.tenantId, row.principalId).find((other) => same(other.assignment, row));
      if (twin !== undefined) throw new RoleAssignmentError({ reason: 'exists', name: twin.assignment.name });
      const subscription = subscriptionOf(scopeKey(row.scope));
      if (subscription !== undefined && mirror.ofSubscription(subscription).length >= assignmentsPerSubscription) {
        throw new RoleAssignmentError({ reason: 'limit', limit: assignmentsPerSubscription });
      }
      const created = await store.txn(
        transactionOf(
          [rows.putOperation(id, heldOf(row)), unique.putOperation(markerOf(row), row.name)],
          [rows.compare(id, 0), unique.compare(markerOf(row), 0)],
        ),
      );
      if (created.succeeded) return { assignment: row, created: true };
    }
    throw new RoleAssignmentError({ reason: 'exists', name: row.name });
  };

/** The operations that remove an assignment together with its marker. */
export const removal = ({ store, mirror }: Pick<AssignmentDependencies, 'store' | 'mirror'>, row: RoleAssignment): readonly Operation[] => [
  mirror.rows.deleteOperation(rowId(row.tenantId, row.name)),
  markers(store).deleteOperation(markerOf(row)),
];
