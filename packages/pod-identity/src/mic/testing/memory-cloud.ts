import { CloudError, type CloudProvider, type IdentityChange } from '../cloud.ts';

/** Scale sets in memory. Unknown ones come into being empty, unless `gone` names them. */
export const createMemoryCloud = () => {
  const sets = new Map<string, Set<string>>();
  const changes: (IdentityChange & { readonly scaleSet: string })[] = [];
  const state = {
    /** Ids that cannot be added. */
    bad: new Set<string>(),
    gone: new Set<string>(),
    /** Thrown by the next updates, one each. */
    failures: [] as CloudError[],
    /** Called before an update takes effect; may wait. */
    before: undefined as ((change: IdentityChange) => Promise<void>) | undefined,
    updates: 0,
  };
  const of = (id: string): Set<string> => {
    const known = sets.get(id) ?? new Set();
    sets.set(id, known);
    return known;
  };
  const exists = (id: string): void => {
    if (state.gone.has(id)) throw new CloudError('not-found', 'the scale set does not exist');
  };
  const cloud: CloudProvider = {
    async getScaleSetIdentities({ id }) {
      exists(id);
      return new Set(of(id));
    },
    async updateScaleSetIdentities({ id }, change) {
      state.updates += 1;
      await state.before?.(change);
      exists(id);
      const failure = state.failures.shift();
      if (failure !== undefined) throw failure;
      const present = of(id);
      const refused = new Map<string, string>();
      for (const identity of change.add) {
        if (state.bad.has(identity)) refused.set(identity, `FailedIdentityOperation: '${identity}' was not found`);
        else present.add(identity);
      }
      for (const identity of change.remove) present.delete(identity);
      changes.push({ ...change, scaleSet: id });
      return { refused };
    },
  };
  return { cloud, state, of, changes };
};

export type MemoryCloud = ReturnType<typeof createMemoryCloud>;
