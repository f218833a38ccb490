import { isDeleting, labelsOf, number, specOf, fields, statusOf, text } from '../../object/read.ts';
import type { KubeObject } from '../../object/types.ts';
import { hasEnded, untilAvailable } from './pods.ts';
import { scaledValue } from './scaled.ts';
import { revisionHashLabel } from './template.ts';
import type { Eligibility } from './daemon-pods.ts';

/** One node as a daemon set sees it. `pods`: oldest first. */
export interface Place extends Eligibility {
  readonly node: string;
  readonly pods: readonly KubeObject[];
}

/** What a daemon set has to do. */
export interface Plan {
  /** Nodes that need a pod. */
  readonly create: readonly string[];
  readonly remove: readonly KubeObject[];
  /** Pods that ended by themselves; they go after a pause that grows. */
  readonly ended: readonly { readonly node: string; readonly pod: KubeObject }[];
}

const isUpdated = (pod: KubeObject, hash: string) => labelsOf(pod)[revisionHashLabel] === hash;
const isPlaced = (pod: KubeObject) => text(specOf(pod)['nodeName']) !== '';

const rolling = (set: KubeObject) => fields(fields(specOf(set)['updateStrategy'])['rollingUpdate']);
export const isRolling = (set: KubeObject): boolean => text(fields(specOf(set)['updateStrategy'])['type']) !== 'OnDelete';

const budget = (set: KubeObject, desired: number): { surge: number; unavailable: number } => {
  const surge = isRolling(set) ? scaledValue(rolling(set)['maxSurge'], desired, true) : 0;
  const unavailable = scaledValue(rolling(set)['maxUnavailable'], desired, true);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
};

/** The pods of a node that are one too many: one stays; with surge one of each generation. */
const surplus = (pods: readonly KubeObject[], hash: string, surge: boolean): readonly KubeObject[] => {
  const byPreference = pods.toSorted((left, right) => Number(isPlaced(right)) - Number(isPlaced(left)));
  if (!surge) return byPreference.slice(1);
  return [true, false].flatMap((updated) => byPreference.filter((pod) => isUpdated(pod, hash) === updated).slice(1));
};

/** What brings the right number of pods to each node, whatever their template. */
export const placementPlan = (set: KubeObject, places: readonly Place[], hash: string): Plan => {
  const desired = places.filter((place) => place.run).length;
  const surge = budget(set, desired).surge > 0;
  const create: string[] = [];
  const remove: KubeObject[] = [];
  const ended: { node: string; pod: KubeObject }[] = [];
  for (const { node, run, stay, pods } of places) {
    const live = pods.filter((pod) => !isDeleting(pod));
    if (run && pods.length === 0) create.push(node);
    if (!stay) {
      remove.push(...live);
      continue;
    }
    for (const pod of live) if (hasEnded(pod)) ended.push({ node, pod });
    remove.push(
      ...surplus(
        live.filter((pod) => !hasEnded(pod)),
        hash,
        surge,
      ),
    );
  }
  return { create, remove, ended };
};

interface Generation {
  readonly node: string;
  readonly old: KubeObject | undefined;
  readonly fresh: KubeObject | undefined;
}

const generationsOf = (place: Place, hash: string): Generation => {
  const live = place.pods.filter((pod) => !isDeleting(pod));
  return { node: place.node, old: live.find((pod) => !isUpdated(pod, hash)), fresh: live.find((pod) => isUpdated(pod, hash)) };
};

/** Takes old pods away within `maxUnavailable`; those that are not available anyway do not count against it. */
const replaceInPlace = (nodes: readonly Generation[], available: (pod: KubeObject) => boolean, allowed: number): Plan => {
  const current = (node: Generation) => node.old ?? node.fresh;
  const isDown = (node: Generation) => {
    const pod = current(node);
    return pod === undefined || !available(pod);
  };
  const down = nodes.filter(isDown).length;
  const old = nodes.flatMap((node) => (node.old === undefined ? [] : [{ pod: node.old, down: isDown(node) }]));
  const free = old.filter((entry) => entry.down);
  const counted = old.filter((entry) => !entry.down).slice(0, Math.max(0, allowed - down));
  return { create: [], remove: [...free, ...counted].map((entry) => entry.pod), ended: [] };
};

/** Starts new pods beside old ones within `maxSurge`; old ones go as soon as their successor is available, or when they are not. */
const replaceBeside = (nodes: readonly Generation[], available: (pod: KubeObject) => boolean, allowed: number): Plan => {
  const remove: KubeObject[] = [];
  const broken: string[] = [];
  const waiting: string[] = [];
  let surging = 0;
  for (const { node, old, fresh } of nodes) {
    if (old === undefined) continue;
    if (fresh === undefined) (available(old) ? waiting : broken).push(node);
    else if (available(fresh)) remove.push(old);
    else surging += 1;
  }
  return { create: [...broken, ...waiting.slice(0, Math.max(0, allowed - surging))], remove, ended: [] };
};

/** The next step of a rolling update; nothing when all pods are of the present template. */
export const updatePlan = (set: KubeObject, places: readonly Place[], options: { hash: string; now: number }): Plan => {
  const eligible = places.filter((place) => place.run);
  const { surge, unavailable } = budget(set, eligible.length);
  const minReady = number(specOf(set)['minReadySeconds']) ?? 0;
  const available = (pod: KubeObject) => untilAvailable(pod, minReady, options.now) === 0 && text(statusOf(pod)['phase']) !== 'Failed';
  const nodes = eligible.map((place) => generationsOf(place, options.hash));
  return surge > 0 ? replaceBeside(nodes, available, surge) : replaceInPlace(nodes, available, unavailable);
};
