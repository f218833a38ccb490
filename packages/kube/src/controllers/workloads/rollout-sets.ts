import { sameJson } from '../../object/equal.ts';
import { fields, nameOf, namespaceOf, number, specOf, statusOf, text, textMap, uidOf } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';
import { controllerReference } from './claim.ts';
import { rows } from './parts.ts';
import { scaledValue } from './scaled.ts';
import { podTemplateHashLabel } from './template.ts';

/*
 * A deployment's replica sets: which is the present one, what they are called, what is noted on them.
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
 */

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
export const maxAnnotation = 'deployment.kubernetes.io/max-replicas';

/** Annotations of a deployment that are not handed down to its replica sets. */
const ownAnnotations: readonly string[] = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
];

export const desiredOf = (object: KubeObject): number => number(specOf(object)['replicas']) ?? 1;
export const countOf = (set: KubeObject, field: string): number => number(statusOf(set)[field]) ?? 0;
export const sumDesired = (sets: readonly KubeObject[]): number => sets.reduce((sum, set) => sum + desiredOf(set), 0);
export const sumOf = (sets: readonly KubeObject[], field: string): number => sets.reduce((sum, set) => sum + countOf(set, field), 0);
export const activeOf = (sets: readonly KubeObject[]): readonly KubeObject[] => sets.filter((set) => desiredOf(set) > 0);

const strategyOf = (deployment: KubeObject) => fields(specOf(deployment)['strategy']);
export const isRecreate = (deployment: KubeObject): boolean => text(strategyOf(deployment)['type']) === 'Recreate';

/** How many pods may be missing and how many may be too many. When neither is allowed one may be missing, or nothing would ever move. */
export const margins = (deployment: KubeObject): { surge: number; unavailable: number } => {
  if (isRecreate(deployment)) return { surge: 0, unavailable: 0 };
  const rolling = fields(strategyOf(deployment)['rollingUpdate']);
  const desired = desiredOf(deployment);
  const surge = scaledValue(rolling['maxSurge'], desired, true);
  const unavailable = scaledValue(rolling['maxUnavailable'], desired, false);
  return { surge, unavailable: Math.min(desired, surge === 0 && unavailable === 0 ? 1 : unavailable) };
};

const withoutHash = (template: unknown): Fields => {
  const source = fields(template);
  const metadata = fields(source['metadata']);
  const { [podTemplateHashLabel]: _hash, ...labels } = textMap(metadata['labels']);
  const { labels: _labels, creationTimestamp: _created, ...rest } = metadata;
  return { ...source, metadata: Object.keys(labels).length === 0 ? rest : { ...rest, labels } };
};

/** Whether two templates make the same pods: the hash label does not count. */
const sameTemplate = (left: KubeObject, right: KubeObject): boolean =>
  sameJson(withoutHash(specOf(left)['template']), withoutHash(specOf(right)['template']));

const createdAt = (set: KubeObject) => Date.parse(text(set.metadata.creationTimestamp)) || 0;
/** Oldest first. */
export const byAge = (sets: readonly KubeObject[]): readonly KubeObject[] =>
  sets.toSorted((left, right) => createdAt(left) - createdAt(right) || (nameOf(left) < nameOf(right) ? -1 : 1));

/** The replica set of the deployment's present template (the oldest, should there be several), and all others. */
export const split = (
  deployment: KubeObject,
  sets: readonly KubeObject[],
): { fresh: KubeObject | undefined; old: readonly KubeObject[] } => {
  const sorted = byAge(sets);
  const fresh = sorted.find((set) => sameTemplate(set, deployment));
  return { fresh, old: sorted.filter((set) => set !== fresh) };
};

export const revisionOf = (object: KubeObject): number => {
  const revision = Number(object.metadata.annotations?.[revisionAnnotation] ?? '0');
  return Number.isSafeInteger(revision) && revision > 0 ? revision : 0;
};

export const nextRevision = (old: readonly KubeObject[]): number => Math.max(0, ...old.map(revisionOf)) + 1;

/** The sizes that proportional scaling reckons with, as annotations. */
export const sizeAnnotations = (deployment: KubeObject): Record<string, string> => ({
  [desiredAnnotation]: String(desiredOf(deployment)),
  [maxAnnotation]: String(desiredOf(deployment) + margins(deployment).surge),
});

/** The annotations of the present replica set: what the deployment hands down, and its revision. A revision that it leaves is kept as history. */
export const handedDown = (deployment: KubeObject, set: KubeObject | undefined, revision: number): Record<string, string> => {
  const present = set?.metadata.annotations ?? {};
  const inherited = Object.entries(deployment.metadata.annotations ?? {}).filter(([name]) => !ownAnnotations.includes(name));
  const before = set === undefined ? 0 : revisionOf(set);
  const next = Math.max(before, revision);
  const history = before > 0 && next !== before ? [...(present[historyAnnotation]?.split(',') ?? []), String(before)] : undefined;
  return {
    ...present,
    ...Object.fromEntries(inherited),
    [revisionAnnotation]: String(next),
    ...(history === undefined ? {} : { [historyAnnotation]: history.join(',') }),
  };
};

/** A new replica set for the deployment's template. */
export const newReplicaSet = (
  deployment: KubeObject,
  options: { readonly hash: string; readonly replicas: number; readonly revision: number },
): KubeObject => {
  const { hash, replicas, revision } = options;
  const spec = specOf(deployment);
  const template = fields(spec['template']);
  const metadata = fields(template['metadata']);
  const labels = { ...textMap(metadata['labels']), [podTemplateHashLabel]: hash };
  const selector = fields(spec['selector']);
  const minReady = number(spec['minReadySeconds']) ?? 0;
  return {
    kind: rows.replicaSets.kind,
    apiVersion: 'apps/v1',
    metadata: {
      name: `${nameOf(deployment)}-${hash}`,
      namespace: namespaceOf(deployment),
      labels,
      annotations: { ...handedDown(deployment, undefined, revision), ...sizeAnnotations(deployment) },
      ownerReferences: [controllerReference(rows.deployments, deployment)],
    },
    spec: {
      replicas,
      ...(minReady === 0 ? {} : { minReadySeconds: minReady }),
      selector: { ...selector, matchLabels: { ...textMap(selector['matchLabels']), [podTemplateHashLabel]: hash } },
      template: { ...template, metadata: { ...metadata, labels } },
    },
  };
};

/** Whether the set is the deployment's own and of its template: a name that is taken otherwise is a collision of hashes. */
export const isOwnSet = (deployment: KubeObject, set: KubeObject): boolean =>
  (set.metadata.ownerReferences ?? []).some((owner) => owner.controller === true && owner.uid === uidOf(deployment)) &&
  sameTemplate(set, deployment);
