import { identityTypes, type AzureAssignedIdentity, type AzureIdentity, type AzureIdentityBinding } from '../../crds/index.ts';
import type { ScaleSetRef } from '../cloud.ts';
import { sharedNamespace } from '../wire.ts';
import { podKeyOf, type AssignedStore } from './assigned-store.ts';
import type { Inventory, PodView } from './inventory.ts';
import { fits, ownerOf, plainName, uniqueName } from './names.ts';

/** An assigned identity that ought to be. */
export interface Wanted {
  /** `namespace/name` of the AzureAssignedIdentity. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly pod: PodView;
  readonly identity: AzureIdentity;
  readonly binding: AzureIdentityBinding;
  /** Undefined for a node that is no scale set's instance. */
  readonly scaleSet: ScaleSetRef | undefined;
  /** In lower case; undefined for service principals, which no machine carries. */
  readonly resourceId: string | undefined;
}

export interface DesiredOptions {
  readonly inventory: Inventory;
  readonly assigned: AssignedStore;
  readonly forceNamespaced: boolean;
  /** Which owner has a name now. */
  readonly claimedBy: (key: string) => string | undefined;
}

/** The resource id that an identity brings to a machine, in lower case. */
export const resourceOf = (identity: AzureIdentity | undefined): string | undefined =>
  identity?.type === identityTypes.userAssigned ? identity.resourceId.toLowerCase() : undefined;

const keyOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string => `${namespace}/${name}`;

/** The owner that an existing assigned identity stands for. */
const ownerOfAssigned = (assigned: AzureAssignedIdentity): string =>
  ownerOf(podKeyOf(assigned), assigned.identity === undefined ? '/' : keyOf(assigned.identity));

/**
 * Names an assigned identity. One that is there keeps its name; a new one gets upstream's, unless that is another's: then
 * one with a hash. (Upstream loses one of two that share a name.)
 */
const nameFor = (
  { assigned, claimedBy }: DesiredOptions,
  owner: string,
  plain: { namespace: string; name: string; podKey: string },
): string => {
  const { namespace, name, podKey } = plain;
  for (const key of assigned.ofPod(podKey)) {
    const known = assigned.get(key);
    if (known !== undefined && known.namespace === namespace && ownerOfAssigned(known) === owner) return known.name;
  }
  const key = keyOf({ namespace, name });
  const present = assigned.get(key);
  const claimed = claimedBy(key);
  const free = (claimed === undefined || claimed === owner) && (present === undefined || ownerOfAssigned(present) === owner);
  return free && fits(name) ? name : uniqueName(name, owner);
};

const byPlace = (a: AzureIdentityBinding, b: AzureIdentityBinding): number => {
  const [left, right] = [keyOf(a), keyOf(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
};

/**
 * What one pod ought to have: an assigned identity for every identity that a binding with the pod's label names. Bindings
 * of all namespaces count, unless namespaces are enforced, for all or by the identity's annotation. A pod whose node does
 * not exist has none.
 */
export const desiredOf = (options: DesiredOptions, pod: PodView): ReadonlyMap<string, Wanted> => {
  const { inventory, forceNamespaced } = options;
  const wanted = new Map<string, Wanted>();
  if (!inventory.hasNode(pod.node)) return wanted;
  const scaleSet = inventory.scaleSetOfNode(pod.node);
  const seen = new Set<string>();
  for (const binding of [...inventory.bindingsFor(pod.label)].toSorted(byPlace)) {
    const identity = inventory.identity(`${binding.namespace}/${binding.azureIdentity}`);
    if (identity === undefined) continue;
    const inside = forceNamespaced || identity.namespaced;
    if (inside && binding.namespace !== pod.namespace) continue;
    const owner = ownerOf(pod.key, keyOf(identity));
    // Two bindings to one identity are one assignment.
    if (seen.has(owner)) continue;
    seen.add(owner);
    const namespace = inside ? identity.namespace : sharedNamespace;
    const taken = (key: string): string | undefined =>
      wanted.has(key) ? ownerOf(pod.key, keyOf(wanted.get(key)?.identity ?? identity)) : options.claimedBy(key);
    const name = nameFor({ ...options, claimedBy: taken }, owner, { namespace, name: plainName(pod, identity.name), podKey: pod.key });
    const key = keyOf({ namespace, name });
    wanted.set(key, { key, namespace, name, pod, identity, binding, scaleSet, resourceId: resourceOf(identity) });
  }
  return wanted;
};
