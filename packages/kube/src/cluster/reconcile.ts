import type { Store } from '@podpass/store';
import { uncovered, rulesOf } from '../authz/rules.ts';
import { sameJson } from '../object/equal.ts';
import { fields, items, nameOf, namespaceOf, objects, text } from '../object/read.ts';
import type { Fields, KubeObject } from '../object/types.ts';
import type { Mirror } from '../registry/mirror.ts';
import type { Records } from '../registry/records.ts';
import { autoupdateAnnotation, bootstrapSeeds, seedWrite, type Seed } from './bootstrap.ts';

/** Subjects are the same when they mean the same: the group of those that RBAC knows may be left out. */
const subjectKey = (subject: Fields): string => JSON.stringify([text(subject['kind']), text(subject['name']), text(subject['namespace'])]);

/** What a role lacks is added as its rules say it; what it has beyond stays. */
const withRules = (present: KubeObject, wanted: KubeObject): KubeObject => {
  const owned = rulesOf(present);
  const rules = objects(wanted['rules']);
  const missing = rulesOf(wanted).flatMap((rule, index) => (uncovered(owned, [rule]).length === 0 ? [] : [rules[index] ?? {}]));
  return missing.length === 0 ? present : { ...present, rules: [...items(present['rules']), ...missing] };
};

const withSubjects = (present: KubeObject, wanted: KubeObject): KubeObject => {
  const known = new Set(objects(present['subjects']).map(subjectKey));
  const missing = objects(wanted['subjects']).filter((subject) => !known.has(subjectKey(subject)));
  return missing.length === 0 ? present : { ...present, subjects: [...items(present['subjects']), ...missing] };
};

/** A stored role or binding as it should be; the same object when nothing is missing. */
const reconciled = (present: KubeObject, wanted: KubeObject): KubeObject => {
  if (present.metadata.annotations?.[autoupdateAnnotation] === 'false') return present;
  const role = wanted['roleRef'];
  // What a binding refers to never changes: one that refers to something else is replaced by a new one.
  if (role !== undefined && !sameJson(fields(present['roleRef']), role)) return wanted;
  const filled = role === undefined ? withRules(present, wanted) : withSubjects(present, wanted);
  const labels = { ...wanted.metadata.labels, ...present.metadata.labels };
  const annotations = { ...wanted.metadata.annotations, ...present.metadata.annotations };
  const marked = sameJson(labels, present.metadata.labels) && sameJson(annotations, present.metadata.annotations);
  return marked ? filled : { ...filled, metadata: { ...filled.metadata, labels, annotations } };
};

const isReconciled = ({ row }: Seed) => row.group === 'rbac.authorization.k8s.io';

/**
 * Gives a stored cluster what this version starts clusters with and an earlier one did not, in one transaction: what is missing is created, built-in
 * roles and bindings get the rules and subjects that they lack. Nothing is ever taken away, and those whose autoupdate annotation is `false` stay as
 * they are. Writes nothing when nothing is missing.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#auto-reconciliation
 */
export const reconcileBootstrap = async (deps: {
  readonly store: Store;
  readonly records: Records;
  readonly mirror: Mirror;
  readonly uid: string;
  readonly serverCa: string;
  /** Milliseconds. */
  readonly now: number;
}): Promise<void> => {
  const writes = bootstrapSeeds(deps).flatMap((seed) => {
    const { row, object } = seed;
    const present = deps.mirror.get(row, namespaceOf(object), nameOf(object));
    if (present === undefined) return [{ write: seedWrite(deps, seed), revision: 0 }];
    const next = isReconciled(seed) ? reconciled(present, object) : present;
    return next === present ? [] : [{ write: seedWrite(deps, { row, object: next }), revision: Number(present.metadata.resourceVersion) }];
  });
  if (writes.length === 0) return;
  await deps.store.txn({
    compare: writes.map(({ write, revision }) => ({ key: write.key, modRevision: revision })),
    then: writes.map(({ write }) => write),
  });
};
