import { candidatesOf, type CandidateRules } from './candidates.ts';
import type { ClusterView } from './cluster-view.ts';
import { nmiError } from './errors.ts';
import { identityFault, type IdentityRecord, type PodRecord } from './objects.ts';
import { mayBind, type Reservations } from './reservations.ts';
import { matches, namesIdentity, requestedId, type Wanted } from './wanted.ts';

/** Finds the identity that a pod may use; throws NmiError 404 when there is none in time. */
export type FindIdentity = (pod: PodRecord, wanted: Wanted) => Promise<IdentityRecord>;

/** The client id of one of the machine's identities, by its object id; undefined when the machine has none such. */
export type ResolveObjectId = (wanted: Wanted) => Promise<string | undefined>;

export interface FindOptions extends CandidateRules {
  readonly view: ClusterView;
  readonly resolveObjectId: ResolveObjectId;
  /** Rounds of `interval` seconds: until something is created, and further ones until it is assigned. */
  readonly attempts: { readonly created: number; readonly assigned: number };
  readonly interval: number;
  /** Aborted when NMI ends. */
  readonly signal: AbortSignal;
}

/** Milliseconds of the machine's time; waits are for other programs, which a shifted clock does not concern. */
const machineTime = (): number => performance.now();

/** Replaces an object id by the client id that it belongs to; an unknown one matches nothing. */
const withClientId = async (resolve: ResolveObjectId, wanted: Wanted): Promise<Wanted | undefined> => {
  if (wanted.objectId === '') return wanted;
  const clientId = await resolve(wanted);
  if (clientId === undefined || clientId === '') return undefined;
  if (wanted.clientId !== '' && wanted.clientId.toLowerCase() !== clientId.toLowerCase()) return undefined;
  return { ...wanted, clientId, objectId: '' };
};

const choose = (
  pod: PodRecord,
  wanted: Wanted,
  { found, forced }: { found: readonly IdentityRecord[]; forced: boolean },
): IdentityRecord => {
  const [first] = found.filter((identity) => identity.namespace === pod.namespace || !(forced || identity.namespaced));
  if (first === undefined) throw nmiError.noIdentity(requestedId(wanted));
  return first;
};

/**
 * Standard mode: what MIC assigned to the pod. Upstream looks every few seconds; here a change of the objects wakes the
 * request, so that the token comes at once, and only giving up takes upstream's time.
 */
export const standardFinder = (options: FindOptions): FindIdentity => {
  const { view, attempts, interval, signal, resolveObjectId, forceNamespaced: forced } = options;
  const createdBy = attempts.created * interval * 1_000;
  const assignedBy = createdBy + attempts.assigned * interval * 1_000;

  return async (pod, asked) => {
    const began = machineTime();
    const requested = namesIdentity(asked) ? requestedId(asked) : '';
    const waited = (count: number) => ({ pod: pod.key, requested, attempts: count, interval });
    for (;;) {
      if (signal.aborted) throw nmiError.ending();
      const wanted = await withClientId(resolveObjectId, asked);
      // The pod as it is now: its labels may have changed while the request waited.
      const current = view.podByUid(pod.uid);
      if (current === undefined) throw nmiError.unknownPod();
      const candidates = candidatesOf(options, current);
      const fitting = wanted === undefined ? [] : candidates.filter(({ identity }) => matches(wanted, identity));
      const found = fitting.filter(({ state }) => state === 'assigned').map(({ identity }) => identity);
      if (found.length > 0) return choose(current, asked, { found, forced });
      const elapsed = machineTime() - began;
      // An object id that the machine does not know may belong to what MIC is yet to assign.
      const pending = (wanted === undefined ? candidates : fitting).some(({ state }) => state === 'created');
      if (elapsed >= createdBy && !pending) throw nmiError.notCreated(waited(attempts.created));
      if (elapsed >= assignedBy) throw nmiError.notAssigned(waited(attempts.created + attempts.assigned));
      await view.waiters.wait(pod.key, (elapsed < createdBy ? createdBy : assignedBy) - elapsed);
    }
  };
};

/**
 * Managed mode: the bindings and identities of the pod's own namespace decide; whoever runs the cluster assigned them, and may have
 * reserved them for namespaces.
 */
export const managedFinder = ({
  view,
  resolveObjectId,
  reservations,
}: Pick<FindOptions, 'view' | 'resolveObjectId'> & { readonly reservations: Reservations }): FindIdentity => {
  return async (pod, asked) => {
    const wanted = await withClientId(resolveObjectId, asked);
    if (wanted !== undefined && pod.selector !== '')
      for (const binding of view.bindings(pod.namespace, pod.selector)) {
        const identity = view.identity(`${pod.namespace}/${binding.identity}`);
        const usable = identity !== undefined && identityFault(identity) === undefined && mayBind(reservations, identity, pod);
        if (usable && matches(wanted, identity)) return identity;
      }
    throw nmiError.noIdentity(requestedId(asked));
  };
};
