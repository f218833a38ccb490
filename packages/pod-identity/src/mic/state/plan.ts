import type { AssignedStore } from './assigned-store.ts';
import { desiredOf, type Wanted } from './desired.ts';
import type { Inventory } from './inventory.ts';
import { createMultiMap } from './multi-map.ts';
import { ownerOf } from './names.ts';

/** What all pods ought to have, and which identities that takes on each scale set. */
export interface Plan {
  /** Looks at one pod anew and returns the keys of the assigned identities that it concerns. */
  review(podKey: string): ReadonlySet<string>;
  wanted(key: string): Wanted | undefined;
  /** Whether some pod on the scale set ought to have the identity. Compared by resource id: it is what a scale set carries. */
  isNeeded(scaleSetId: string, resourceId: string): boolean;
  /** Everything wanted on scale sets. */
  all(): Iterable<Wanted>;
  readonly size: number;
}

export interface PlanOptions {
  readonly inventory: Inventory;
  readonly assigned: AssignedStore;
  readonly forceNamespaced: boolean;
}

const nothing: ReadonlyMap<string, Wanted> = new Map();

export const createPlan = ({ inventory, assigned, forceNamespaced }: PlanOptions): Plan => {
  const byPod = new Map<string, ReadonlyMap<string, Wanted>>();
  const byKey = new Map<string, Wanted>();
  const needs = createMultiMap<string>();
  const need = ({ scaleSet, resourceId }: Wanted): string | undefined =>
    scaleSet === undefined || resourceId === undefined ? undefined : `${scaleSet.id}\n${resourceId}`;
  const ownerNow = (key: string): string | undefined => {
    const wanted = byKey.get(key);
    return wanted === undefined ? undefined : ownerOf(wanted.pod.key, `${wanted.identity.namespace}/${wanted.identity.name}`);
  };

  return {
    review(podKey) {
      const before = byPod.get(podKey) ?? nothing;
      const pod = inventory.pod(podKey);
      const after = pod === undefined ? nothing : desiredOf({ inventory, assigned, forceNamespaced, claimedBy: ownerNow }, pod);
      for (const wanted of before.values()) {
        byKey.delete(wanted.key);
        const needed = need(wanted);
        if (needed !== undefined) needs.delete(needed, wanted.key);
      }
      for (const wanted of after.values()) {
        byKey.set(wanted.key, wanted);
        const needed = need(wanted);
        if (needed !== undefined) needs.add(needed, wanted.key);
      }
      if (after.size === 0) byPod.delete(podKey);
      else byPod.set(podKey, after);
      return new Set([...before.keys(), ...after.keys(), ...assigned.ofPod(podKey)]);
    },
    wanted: (key) => byKey.get(key),
    isNeeded: (scaleSetId, resourceId) => needs.get(`${scaleSetId}\n${resourceId}`).size > 0,
    all: () => byKey.values(),
    get size() {
      return byKey.size;
    },
  };
};
