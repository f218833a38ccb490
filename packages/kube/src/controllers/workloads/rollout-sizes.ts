import type { KubeObject } from '../../object/types.ts';
import { nameOf } from '../../object/read.ts';
import { activeOf, byAge, countOf, desiredAnnotation, desiredOf, margins, maxAnnotation, sumDesired, sumOf } from './rollout-sets.ts';

/*
 * How many pods each replica set gets next, as pure functions of what is there.
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment and "Proportional scaling"
 */

/** A replica set and its next number of pods. */
export type Size = readonly [set: KubeObject, replicas: number];

interface Rollout {
  readonly deployment: KubeObject;
  readonly fresh: KubeObject | undefined;
  readonly old: readonly KubeObject[];
}

/** The number of pods with which the present replica set may go on. */
export const freshSize = (deployment: KubeObject, sets: readonly KubeObject[], present: number): number => {
  const desired = desiredOf(deployment);
  if (present >= desired) return desired;
  const room = desired + margins(deployment).surge - sumDesired(sets);
  return room <= 0 ? present : present + Math.min(room, desired - present);
};

/** Takes pods from sets, oldest set first, never more than `most(set)` of one and `limit` together. */
const takeFrom = (sets: readonly KubeObject[], limit: number, most: (set: KubeObject) => number): readonly Size[] => {
  let left = limit;
  const sizes: Size[] = [];
  for (const set of byAge(sets)) {
    const count = Math.min(left, Math.max(0, most(set)));
    if (count <= 0) continue;
    sizes.push([set, desiredOf(set) - count]);
    left -= count;
  }
  return sizes;
};

/** The old sets' next sizes in a rolling update: pods that are not available first, then as many as availability allows. */
export const oldSizes = ({ deployment, fresh, old }: Rollout): readonly Size[] => {
  const active = activeOf(old);
  if (active.length === 0) return [];
  const all = fresh === undefined ? active : [...active, fresh];
  const least = desiredOf(deployment) - margins(deployment).unavailable;
  const freshUnavailable = fresh === undefined ? 0 : desiredOf(fresh) - countOf(fresh, 'availableReplicas');
  const limit = sumDesired(all) - least - freshUnavailable;
  if (limit <= 0) return [];
  const unhealthy = takeFrom(active, limit, (set) => desiredOf(set) - countOf(set, 'availableReplicas'));
  const reduced = new Map(unhealthy);
  const sizeOf = (set: KubeObject) => reduced.get(set) ?? desiredOf(set);
  let spare = sumOf(all, 'availableReplicas') - least;
  for (const set of byAge(active)) {
    const count = Math.min(spare, sizeOf(set));
    if (count <= 0) continue;
    reduced.set(set, sizeOf(set) - count);
    spare -= count;
  }
  return [...reduced];
};

const noted = (set: KubeObject, annotation: string): number | undefined => {
  const value = set.metadata.annotations?.[annotation];
  return value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : undefined;
};

/** Whether the deployment's size changed since its active sets were last sized. */
export const isResized = ({ deployment, fresh, old }: Rollout): boolean =>
  activeOf(fresh === undefined ? old : [...old, fresh]).some((set) => {
    const before = noted(set, desiredAnnotation);
    return before !== undefined && before !== desiredOf(deployment);
  });

const isSaturated = (deployment: KubeObject, set: KubeObject | undefined): boolean =>
  set !== undefined &&
  noted(set, desiredAnnotation) === desiredOf(deployment) &&
  desiredOf(set) === desiredOf(deployment) &&
  countOf(set, 'availableReplicas') === desiredOf(deployment);

/** What a set would get of a change, by its share in the size before. */
const share = (deployment: KubeObject, set: KubeObject, total: number): number => {
  const size = desiredOf(set);
  if (desiredOf(deployment) === 0) return -size;
  const before = noted(set, maxAnnotation) ?? countOf(deployment, 'replicas');
  return before === 0 ? 0 : Math.round((size * total) / before) - size;
};

const proportional = (deployment: KubeObject, sets: readonly KubeObject[]): readonly Size[] => {
  const desired = desiredOf(deployment);
  const total = desired > 0 ? desired + margins(deployment).surge : 0;
  const change = total - sumDesired(sets);
  const newestFirst = byAge(sets).toReversed();
  // The larger the sooner; among equals the newer one grows and the older one shrinks.
  const order = (change > 0 ? newestFirst : byAge(sets)).toSorted((left, right) => desiredOf(right) - desiredOf(left));
  let done = 0;
  const sizes = order.map((set): [KubeObject, number] => {
    const allowed = change - done;
    if (change === 0 || allowed === 0) return [set, desiredOf(set)];
    const wanted = share(deployment, set, total);
    const part = change > 0 ? Math.min(wanted, allowed) : Math.max(wanted, allowed);
    done += part;
    return [set, desiredOf(set) + part];
  });
  const [first] = sizes;
  // What rounding left over goes to the largest.
  if (first !== undefined) first[1] = Math.max(0, first[1] + change - done);
  return sizes;
};

/**
 * Sizes after the deployment was resized or while it is paused: one set takes all of it; a finished rollout empties old sets; amid a
 * rolling update each active set gets its share. `rolling`: the strategy is RollingUpdate.
 */
export const resized = ({ deployment, fresh, old }: Rollout, rolling: boolean): readonly Size[] => {
  const all = fresh === undefined ? old : [...old, fresh];
  const active = activeOf(all);
  const latest = fresh ?? byAge(old).at(-1);
  const single = active.length === 0 ? latest : active.length === 1 ? active[0] : undefined;
  if (single !== undefined) return [[single, desiredOf(deployment)]];
  if (isSaturated(deployment, fresh)) return activeOf(old).map((set) => [set, 0]);
  return rolling ? proportional(deployment, active) : active.map((set) => [set, desiredOf(set)]);
};

/** The old replica sets that go beyond `limit` kept ones, the oldest revisions first. */
export const expired = (old: readonly KubeObject[], limit: number, revision: (set: KubeObject) => number): readonly KubeObject[] => {
  const idle = (set: KubeObject) =>
    desiredOf(set) === 0 &&
    countOf(set, 'replicas') === 0 &&
    (set.metadata.generation ?? 1) <= countOf(set, 'observedGeneration') &&
    set.metadata.deletionTimestamp === undefined;
  const surplus = old.length - limit;
  if (surplus <= 0) return [];
  return old
    .toSorted((left, right) => revision(left) - revision(right) || (nameOf(left) < nameOf(right) ? -1 : 1))
    .slice(0, surplus)
    .filter(idle);
};
