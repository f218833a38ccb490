import { isDeleting, items, specOf } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import type { ResourceRow } from '../resources/types.ts';

/** Whether nothing holds a deleting object any more, so that writing it means removing it. */
export const isReleasedAfter = (row: ResourceRow, object: KubeObject): boolean =>
  isDeleting(object) &&
  (object.metadata.finalizers ?? []).length === 0 &&
  (row.group !== '' || row.resource !== 'namespaces' || items(specOf(object)['finalizers']).length === 0) &&
  (row.group !== '' || row.resource !== 'pods' || (object.metadata.deletionGracePeriodSeconds ?? 0) === 0);
