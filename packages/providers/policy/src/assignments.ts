import { idKey } from '@podpass/arm';
import { collection, mirror, transactionOf, type Store } from '@podpass/store';
import type { Assignment } from './assignment.ts';
import { applies, constraintOf, isWithin, type PolicyConstraint } from './constraint.ts';

/** All policy assignments. Reads come from memory. */
export interface PolicyAssignments {
  get(tenantId: string, id: string): Assignment | undefined;
  /** At the scope itself; with `above` also at the scopes around it, with `below` also within it. Sorted by id. */
  list(tenantId: string, scope: string, options?: { readonly above?: boolean; readonly below?: boolean }): readonly Assignment[];
  put(assignment: Assignment): Promise<void>;
  delete(id: string): Promise<void>;
  /** To be called when a scope is gone: takes away what was assigned there and within. */
  deleteUnder(tenantId: string, scope: string): Promise<void>;
  /** What the assignments mean for one cluster, by its resource id. */
  policiesFor(tenantId: string, clusterId: string): readonly PolicyConstraint[];
  close(): void;
}

/** Loads the assignments from the store. */
export const createPolicyAssignments = async (store: Store): Promise<PolicyAssignments> => {
  const rows = collection<Assignment>(store, { prefix: 'policy/assignments' });
  const held = await mirror(store, rows);
  const byTenant = held.index((row) => row.tenantId);
  const byId = (left: Assignment, right: Assignment) => (idKey(left.id) < idKey(right.id) ? -1 : 1);
  return {
    get(tenantId, id) {
      const row = held.get(idKey(id));
      return row?.tenantId === tenantId ? row : undefined;
    },
    list: (tenantId, scope, { above = false, below = false } = {}) =>
      byTenant(tenantId)
        .filter(
          (row) => idKey(row.scope) === idKey(scope) || (above && isWithin(scope, row.scope)) || (below && isWithin(row.scope, scope)),
        )
        .toSorted(byId),
    put: async (assignment) => void (await rows.put(idKey(assignment.id), assignment)),
    delete: async (id) => void (await rows.delete(idKey(id))),
    async deleteUnder(tenantId, scope) {
      const gone = byTenant(tenantId).filter((row) => isWithin(row.scope, scope));
      if (gone.length > 0) await store.txn(transactionOf(gone.map((row) => rows.deleteOperation(idKey(row.id)))));
    },
    policiesFor: (tenantId, clusterId) =>
      byTenant(tenantId)
        .filter((row) => applies(row, clusterId))
        .toSorted(byId)
        .flatMap((row) => constraintOf(row) ?? []),
    close: () => held.close(),
  };
};
