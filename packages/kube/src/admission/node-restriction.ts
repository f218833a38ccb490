import { errors } from '../errors.ts';
import { specOf, text } from '../object/read.ts';
import { groups, names, users } from '../wire.ts';
import type { UserInfo } from '../authn/user.ts';
import type { AdmissionRequest } from './types.ts';

/** The node as which a kubelet acts; undefined for everybody else. */
export const nodeOf = (user: UserInfo): string | undefined =>
  user.groups.includes(groups.nodes) && user.username.startsWith(users.nodePrefix)
    ? user.username.slice(users.nodePrefix.length)
    : undefined;

/**
 * NodeRestriction: a kubelet writes its own node, its lease and its pods only.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction
 */
export const nodeRestriction = (request: AdmissionRequest): void => {
  const node = nodeOf(request.user);
  if (node === undefined) return;
  const { row, name, operation } = request;
  const subject = { group: row.group, resource: row.resource, name };
  const refuse = (why: string) => errors.forbidden(subject, why);
  if (row.group === '' && row.resource === 'nodes' && (request.name || text(request.object?.metadata.name)) !== node) {
    throw refuse(`node "${node}" is not allowed to modify node "${name}"`);
  }
  if (row.resource === 'leases' && (request.namespace !== names.nodeLeaseNamespace || name !== node)) {
    throw refuse(`can only access node lease with the same name as the requesting node`);
  }
  if (row.group !== '' || row.resource !== 'pods') return;
  if (operation === 'CREATE' && request.subresource === '') {
    throw refuse(`node "${node}" can only create mirror pods, which this API server does not have`);
  }
  const owner = text(specOf(request.oldObject ?? { metadata: {} })['nodeName']);
  if ((operation === 'UPDATE' || operation === 'DELETE') && owner !== node) {
    throw refuse(
      `node "${node}" can only ${operation === 'DELETE' ? 'delete' : 'update status for'} pods with spec.nodeName set to itself`,
    );
  }
};
