import { number, items, specOf, statusOf, text, timestamp, isDeleting } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import { resourceOf } from '../resources/lookup.ts';
import type { ResourceRow } from '../resources/types.ts';
import { defaultGraceSeconds, names } from '../wire.ts';
import type { Registry } from './registry.ts';

const definitions = resourceOf('apiextensions.k8s.io', 'customresourcedefinitions');

export interface Removal {
  /** Seconds that the client asked for. */
  readonly grace?: number | undefined;
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan' | undefined;
  /** The platform's time in milliseconds. */
  readonly now: number;
}

/** Seconds that a pod gets to end; a pod that no kubelet holds, or that has ended, needs none. */
const podGrace = (pod: KubeObject, asked: number | undefined): number => {
  const phase = text(statusOf(pod)['phase']);
  if (text(specOf(pod)['nodeName']) === '' || phase === 'Succeeded' || phase === 'Failed') return 0;
  return asked ?? number(specOf(pod)['terminationGracePeriodSeconds']) ?? defaultGraceSeconds;
};

/**
 * The object as a deletion leaves it: marked, when a finalizer, a grace period or a namespace's content still holds it; undefined when it can go at
 * once. The same object when the deletion changes nothing about one that is already being deleted.
 */
export const markedForDeletion = (row: ResourceRow, object: KubeObject, removal: Removal): KubeObject | undefined => {
  const finalizers = [...(object.metadata.finalizers ?? [])];
  const policyFinalizer = { Foreground: names.foregroundFinalizer, Orphan: names.orphanFinalizer, Background: undefined }[
    removal.propagation ?? 'Background'
  ];
  if (policyFinalizer !== undefined && !isDeleting(object) && !finalizers.includes(policyFinalizer)) finalizers.push(policyFinalizer);
  // A definition goes after the last of its objects; its controller takes the finalizer off.
  if (row === definitions && !isDeleting(object) && !finalizers.includes(names.definitionFinalizer))
    finalizers.push(names.definitionFinalizer);
  const grace = row.group === '' && row.resource === 'pods' ? podGrace(object, removal.grace) : 0;
  const namespace = row.group === '' && row.resource === 'namespaces';
  const held = finalizers.length > 0 || grace > 0 || (namespace && items(specOf(object)['finalizers']).length > 0);
  if (!held) return undefined;
  const before = object.metadata.deletionGracePeriodSeconds;
  if (isDeleting(object) && (before === undefined || grace >= before)) return object;
  const marked: KubeObject = {
    ...object,
    metadata: {
      ...object.metadata,
      deletionTimestamp: timestamp(removal.now + grace * 1_000),
      deletionGracePeriodSeconds: grace,
      ...(finalizers.length > 0 ? { finalizers } : {}),
      ...(row.generation && !isDeleting(object) ? { generation: (object.metadata.generation ?? 1) + 1 } : {}),
    },
  };
  if (namespace) marked['status'] = { ...statusOf(object), phase: 'Terminating' };
  return marked;
};

/** Deletes an object as the API does, without admission: for controllers. Objects already being deleted stay as they are. */
export const deleteThrough = async (registry: Registry, row: ResourceRow, object: KubeObject, removal: Removal): Promise<void> => {
  const marked = markedForDeletion(row, object, removal);
  if (marked === undefined) await registry.remove(row, object);
  else if (marked !== object) await registry.update(row, object, marked);
};
