import { KernelError, messageOf } from '@podpass/kernel';
import { isKubeStatus } from '@podpass/kube-client';
import type { AzureAssignedIdentity } from '../../crds/index.ts';
import { resourceOf, type Wanted } from '../state/desired.ts';
import { isLeaving, matches, sameAssignment } from '../state/match.ts';
import type { Subject } from './announcer.ts';
import { changeIdentities } from './change.ts';
import { nowhere, type Site, type WorkContext } from './context.ts';
import { each } from './each.ts';

export interface RoundOptions {
  readonly context: WorkContext;
  readonly site: Site;
  /** Keys of the assigned identities to work on. */
  readonly keys: readonly string[];
  /** The site of a node, for what an object that moved leaves behind. */
  readonly siteOf: (node: string) => Site | undefined;
}

export interface RoundResult {
  readonly failed: ReadonlySet<string>;
  /** Milliseconds for which the scale set is to be left alone. */
  readonly pause: number;
}

const subjectOf = (assigned: AzureAssignedIdentity): Subject => ({
  binding: assigned.binding,
  node: assigned.nodeName,
  podNamespace: assigned.podNamespace,
  pod: assigned.pod,
  assigned: assigned.name,
});
const subjectOfWanted = ({ binding, pod, name }: Wanted): Subject => ({
  binding,
  node: pod.node,
  podNamespace: pod.namespace,
  pod: pod.name,
  assigned: name,
});

/** Whether the object's identity was brought to the machine for it. Created ones count when this process did it. */
const wasAssigned = (site: Site, assigned: AzureAssignedIdentity, resource: string): boolean =>
  assigned.status === 'Assigned' || assigned.status === '' || (assigned.status === 'Created' && site.added.has(resource));

/** Remembers what the object's former identity leaves on its former machine, when that is to be taken away. */
const leaveBehind = ({ context, siteOf, site }: RoundOptions, wanted: Wanted, before: AzureAssignedIdentity): void => {
  const resource = resourceOf(before.identity);
  if (resource === undefined || context.immutable.has((before.identity?.clientId ?? '').toLowerCase())) return;
  const former = siteOf(before.nodeName);
  if (former?.scaleSet === undefined || !wasAssigned(former, before, resource)) return;
  if (former.id === site.id && wanted.resourceId === resource) return;
  former.left.add(resource);
};

/** Somebody else deleted it already. */
const unlessGone = (thrown: unknown): void => {
  if (!isKubeStatus(thrown, 404)) throw thrown;
};

/** Step 1: the object of what is wanted says so, as `Created` until its identity is there. */
const prepare = async (options: RoundOptions, wanted: Wanted): Promise<void> => {
  const { api, assigned } = options.context;
  let before = assigned.get(wanted.key);
  if (before !== undefined && isLeaving(before)) {
    // Somebody deleted it: it has to go before it can be made anew. Its identity stays if it is needed, which it is.
    leaveBehind(options, wanted, before);
    await api.remove(before);
    before = undefined;
  }
  if (before !== undefined && matches(wanted, before) && before.status !== 'Unassigned') return;
  const status = before !== undefined && before.status === 'Assigned' && sameAssignment(wanted, before) ? 'Assigned' : 'Created';
  await api.write(wanted, before, status);
  const written = assigned.get(wanted.key);
  if (written === undefined || !matches(wanted, written)) throw new KernelError('corrupt', 'the API server did not keep what was written');
  if (before !== undefined) leaveBehind(options, wanted, before);
};

/** What is to be taken from the machine for an object that goes. */
const takenBy = ({ context, site }: RoundOptions, leaving: AzureAssignedIdentity): string | undefined => {
  const resource = resourceOf(leaving.identity);
  if (resource === undefined || site.scaleSet === undefined || site.id === nowhere) return undefined;
  if (!wasAssigned(site, leaving, resource)) return undefined;
  if (context.plan.isNeeded(site.id, resource)) return undefined;
  return context.immutable.has((leaving.identity?.clientId ?? '').toLowerCase()) ? undefined : resource;
};

/**
 * One round of work on one scale set: objects are written as Created, then one change brings and takes identities, then
 * what worked is marked Assigned, and what went is marked Unassigned and deleted. A failure concerns the one object.
 */
export const runRound = async (options: RoundOptions): Promise<RoundResult> => {
  const { context, site, keys } = options;
  const { plan, assigned, api, announce, batch, signal } = context;
  const failed = new Set<string>();
  const ready: Wanted[] = [];
  const leaving: AzureAssignedIdentity[] = [];

  await each(keys, batch, async (key) => {
    const wanted = plan.wanted(key);
    const present = assigned.get(key);
    if (wanted === undefined) {
      if (present !== undefined) leaving.push(present);
      return;
    }
    try {
      await prepare(options, wanted);
      ready.push(wanted);
    } catch (thrown) {
      failed.add(key);
      if (!signal.aborted) announce.applyFailed(subjectOfWanted(wanted), messageOf(thrown));
    }
  });

  // Read now, without a pause before the call: what another pod came to need in the meantime is not taken away.
  const add = new Set<string>();
  for (const { key, resourceId } of ready) if (resourceId !== undefined && assigned.get(key)?.status !== 'Assigned') add.add(resourceId);
  const remove = new Set<string>();
  const taken = leaving.map((object) => ({ object, resource: takenBy(options, object) }));
  for (const { resource } of taken) if (resource !== undefined) remove.add(resource);
  for (const resource of site.left) {
    if (site.scaleSet === undefined || plan.isNeeded(site.id, resource)) site.left.delete(resource);
    else remove.add(resource);
  }
  for (const resource of site.missing) {
    if (plan.isNeeded(site.id, resource)) add.add(resource);
    else site.missing.delete(resource);
  }
  for (const resource of add) remove.delete(resource);
  const change = await changeIdentities(context, site, { add: [...add], remove: [...remove] });
  for (const resource of add) if (!change.failed.has(resource)) site.missing.delete(resource);
  for (const resource of remove) {
    if (change.failed.has(resource)) continue;
    site.left.delete(resource);
    site.added.delete(resource);
    // A pod came to need it while it was being taken: an object that still says Assigned has to become true again.
    if (plan.isNeeded(site.id, resource)) site.missing.add(resource);
  }

  const finishReady = async (wanted: Wanted): Promise<void> => {
    const subject = subjectOfWanted(wanted);
    const error = wanted.resourceId === undefined ? undefined : change.failed.get(wanted.resourceId);
    const present = assigned.get(wanted.key);
    if (present?.status === 'Assigned') return;
    if (error !== undefined || present === undefined) {
      failed.add(wanted.key);
      announce.applyFailed(subject, error ?? 'the assigned identity is gone');
      return;
    }
    try {
      await api.setStatus(present, 'Assigned');
      announce.applied(subject);
    } catch (thrown) {
      failed.add(wanted.key);
      if (!signal.aborted) announce.statusFailed(subject, messageOf(thrown));
    }
  };
  const finishLeaving = async (object: AzureAssignedIdentity, resource: string | undefined): Promise<void> => {
    const key = `${object.namespace}/${object.name}`;
    const error = resource === undefined ? undefined : change.failed.get(resource);
    if (error !== undefined) {
      failed.add(key);
      announce.removeFailed(subjectOf(object), error);
      return;
    }
    try {
      if (object.status !== 'Unassigned' && !isLeaving(object)) await api.setStatus(object, 'Unassigned').catch(unlessGone);
      const present = assigned.get(key);
      await api.remove(present?.uid === object.uid ? present : object);
      announce.removed(subjectOf(object));
    } catch (thrown) {
      failed.add(key);
      if (!signal.aborted) announce.removeFailed(subjectOf(object), messageOf(thrown));
    }
  };
  const finish = [
    ...ready.map((wanted) => () => finishReady(wanted)),
    ...taken.map(
      ({ object, resource }) =>
        () =>
          finishLeaving(object, resource),
    ),
  ];
  await each(finish, batch, (work) => work());
  return { failed, pause: change.pause };
};
