import { transactionOf } from '@podpass/store';
import { createAssignment, removal, type AssignmentDependencies } from './create-assignment.ts';
import { covers, scopeKey } from './scope.ts';
import type { Held } from './mirror.ts';
import type { Principals } from './principals.ts';
import type { Assignments, ListOptions } from './types.ts';

/** Operations per transaction when many assignments go at once; keeps each transaction small for any driver. */
const batch = 50;

export const createAssignments = (dependencies: AssignmentDependencies & { readonly principals: Principals }): Assignments => {
  const { mirror, store, principals } = dependencies;
  /** The rows of whom the options name; everybody's when they name nobody. */
  const rowsOf = (tenantId: string, { principalId, assignedTo }: ListOptions): readonly Held[] => {
    if (principalId !== undefined) return principals.own({ tenantId, objectId: principalId });
    if (assignedTo === undefined) return mirror.ofTenant(tenantId.toLowerCase());
    const caller = { tenantId, objectId: assignedTo };
    return [...principals.own(caller), ...principals.groups(caller).flatMap((group) => principals.ofGroup(caller, group))];
  };
  return {
    create: createAssignment(dependencies),
    get: (tenantId, name) => mirror.byName(tenantId.toLowerCase(), name.toLowerCase())?.assignment,
    async delete(tenantId, name) {
      const held = mirror.byName(tenantId.toLowerCase(), name.toLowerCase());
      if (held === undefined) return undefined;
      await store.txn(transactionOf(removal(dependencies, held.assignment)));
      return held.assignment;
    },
    async deleteUnder(tenantId, scope) {
      const at = scopeKey(scope);
      const gone = mirror.ofTenant(tenantId.toLowerCase()).filter((held) => covers(at, held.scopeKey));
      for (let index = 0; index < gone.length; index += batch) {
        await store.txn(transactionOf(gone.slice(index, index + batch).flatMap((held) => removal(dependencies, held.assignment))));
      }
      return gone.length;
    },
    listAtScope(tenantId, scope, options = {}) {
      const at = scopeKey(scope);
      return rowsOf(tenantId, options)
        .filter((held) => covers(held.scopeKey, at) || (options.atScope !== true && covers(at, held.scopeKey)))
        .map((held) => held.assignment);
    },
    listForPrincipal: (tenantId, principalId) =>
      mirror.ofPrincipal(tenantId.toLowerCase(), principalId.toLowerCase()).map((held) => held.assignment),
  };
};
