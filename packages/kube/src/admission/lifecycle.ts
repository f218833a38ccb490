import { errors } from '../errors.ts';
import { isDeleting } from '../object/read.ts';
import type { Mirror } from '../registry/mirror.ts';
import { resourceOf } from '../resources/lookup.ts';
import { immortalNamespaces } from '../wire.ts';
import type { AdmissionRequest } from './types.ts';

const namespaces = resourceOf('', 'namespaces');

/**
 * NamespaceLifecycle: nothing is created in a namespace that does not exist or is going; some namespaces never go.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#namespacelifecycle
 */
export const namespaceLifecycle = (mirror: Mirror, request: AdmissionRequest): void => {
  const { row, operation, name } = request;
  if (row === namespaces) {
    if (operation === 'DELETE' && immortalNamespaces.includes(name)) {
      throw errors.forbidden({ group: '', resource: 'namespaces', name }, 'this namespace may not be deleted');
    }
    return;
  }
  if (!row.namespaced || operation !== 'CREATE') return;
  const namespace = mirror.get(namespaces, '', request.namespace);
  if (namespace === undefined) throw errors.notFound({ group: '', resource: 'namespaces', name: request.namespace });
  if (!isDeleting(namespace)) return;
  const subject = { group: row.group, resource: row.resource, name: request.name };
  throw errors.forbidden(subject, `unable to create new content in namespace ${request.namespace} because it is being terminated`, [
    { reason: 'NamespaceTerminating', message: `namespace ${request.namespace} is being terminated`, field: 'metadata.namespace' },
  ]);
};
