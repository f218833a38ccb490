import { transactionOf } from '@podpass/store';
import { finishDeletions } from './deletion.ts';
import { firstPartyPrincipals, missingIn } from './first-party-principals.ts';
import { claims, joined } from './keys.ts';
import type { State } from './state.ts';

/**
 * Brings what earlier versions left into the present form, once the mirrors are loaded; does nothing where nothing is to do. Two
 * directories that open one store at once do it together: who comes second finds it done.
 */
export const upgrade = async (state: State): Promise<void> => {
  await moveApplications(state);
  await completeTenants(state);
  await finishDeletions(state);
};

/** Applications once stood under their client id, now under their object id, in whose order they are listed. */
const moveApplications = async ({ store, applications: { written, read } }: State): Promise<void> => {
  for (const { id, value, revision } of read.items()) {
    const proper = joined(value.tenantId, value.id);
    if (id === proper) continue;
    const operations = [written.deleteOperation(id), written.putOperation(proper, value)];
    await store.txn(transactionOf(operations, [written.compare(id, revision)]));
  }
};

/** Tenants once had no service principals of Microsoft's APIs; and the list of those may grow. */
const completeTenants = async (state: State): Promise<void> => {
  for (const { id } of state.tenants.read.values()) {
    const unclaimed = missingIn(state, id).map(({ appId }) => state.names.compare(claims.servicePrincipal(id, appId), 0));
    if (unclaimed.length > 0) await state.store.txn(transactionOf(firstPartyPrincipals(state, id), unclaimed));
  }
};
