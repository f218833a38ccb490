import { errors, StatusError } from '../errors.ts';
import type { Mirror } from '../registry/mirror.ts';
import { namespaceFor } from '../registry/namespace-guard.ts';
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
  if (operation !== 'CREATE') return;
  const problem = namespaceFor(mirror, row, request);
  if (problem instanceof StatusError) throw problem;
};
