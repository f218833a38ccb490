import type { ClusterView } from './cluster-view.ts';
import { identityFault, type AssignedRecord, type IdentityRecord, type PodRecord } from './objects.ts';
import { sharedNamespace, status } from './wire.ts';

export interface Candidate {
  readonly identity: IdentityRecord;
  /** `assigned`: may be used. `created`: MIC is at it. */
  readonly state: 'assigned' | 'created';
}

export interface CandidateRules {
  readonly view: Pick<ClusterView, 'assigned' | 'identity' | 'binding'>;
  readonly nodeName: string;
  readonly micNamespace: string;
  readonly forceNamespaced: boolean;
}

type Rule = (
  assigned: AssignedRecord,
  identity: IdentityRecord,
  context: { readonly pod: PodRecord; readonly rules: CandidateRules },
) => boolean;

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** An assigned identity is MIC's word that the machine has the identity. That the pod may use it is proven by these. */
const entitlement: readonly Rule[] = [
  // It is of this node, as far as it says.
  (assigned, _identity, { rules }) => assigned.nodeName === '' || assigned.nodeName === rules.nodeName,
  // It lies where MIC puts it: rights in some other namespace are not enough to write one.
  (assigned, identity, { rules }) =>
    rules.forceNamespaced || identity.namespaced
      ? assigned.namespace === identity.namespace
      : assigned.namespace === sharedNamespace || assigned.namespace === rules.micNamespace,
  // The identity can be used at all.
  (_assigned, identity) => identityFault(identity) === undefined,
  // The binding exists, binds this identity, and selects the pod as it is labelled now.
  (assigned, identity, { pod, rules }) => {
    const binding = rules.view.binding(assigned.bindingKey);
    return (
      binding !== undefined &&
      binding.namespace === identity.namespace &&
      binding.identity === identity.name &&
      binding.selector !== '' &&
      binding.selector === pod.selector
    );
  },
  // It was made for this pod and not for an earlier one of the same name.
  (assigned, _identity, { pod }) => (assigned.podUid === '' ? assigned.createdAt >= pod.createdAt : assigned.podUid === pod.uid),
];

/** Whether the copy in the assigned identity is of the identity as it is now; else MIC has yet to assign the new one. */
const isCurrent = ({ identity: copy }: AssignedRecord, { type, clientId, resourceId }: IdentityRecord): boolean =>
  copy.type === type && same(copy.clientId, clientId) && same(copy.resourceId, resourceId);

/**
 * The identities that a pod may use or will soon. Embedded copies are never used: whoever may write assigned identities
 * could put any identity into one, so that the identity and binding themselves decide.
 */
export const candidatesOf = (rules: CandidateRules, pod: PodRecord): readonly Candidate[] => {
  const found: Candidate[] = [];
  for (const assigned of rules.view.assigned(pod.key)) {
    const identity = rules.view.identity(assigned.identity.key);
    if (identity === undefined || !entitlement.every((rule) => rule(assigned, identity, { pod, rules }))) continue;
    const usable = assigned.status === status.assigned || assigned.status === status.legacy;
    if (usable && isCurrent(assigned, identity)) found.push({ identity, state: 'assigned' });
    else if (usable || assigned.status === status.created) found.push({ identity, state: 'created' });
  }
  return found;
};
