import { errors, type StatusError } from '../errors.ts';
import { isDeleting } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import { resourceOf } from '../resources/lookup.ts';
import type { ResourceRow } from '../resources/types.ts';
import type { Mirror } from './mirror.ts';

const namespaces = resourceOf('', 'namespaces');

/** The namespace that a new object goes into, or why it cannot. Undefined for objects without one. */
export const namespaceFor = (
  mirror: Mirror,
  row: ResourceRow,
  id: { readonly namespace: string; readonly name: string },
): KubeObject | StatusError | undefined => {
  if (!row.namespaced) return undefined;
  const namespace = mirror.get(namespaces, '', id.namespace);
  if (namespace === undefined) return errors.notFound({ group: '', resource: 'namespaces', name: id.namespace });
  if (!isDeleting(namespace)) return namespace;
  const subject = { group: row.group, resource: row.resource, name: id.name };
  return errors.forbidden(subject, `unable to create new content in namespace ${id.namespace} because it is being terminated`, [
    { reason: 'NamespaceTerminating', message: `namespace ${id.namespace} is being terminated`, field: 'metadata.namespace' },
  ]);
};
