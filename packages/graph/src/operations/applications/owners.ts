import type { Answer } from '@podpass/http';
import { isGuid } from '@podpass/kernel';
import { GraphError } from '../../errors.ts';
import type { Route } from '../../operation.ts';
import { permissions } from '../../permissions.ts';
import { noContent, type GraphRequest } from '../../request.ts';
import { mixedListRoutes } from '../mixed-lists.ts';
import { readBody } from '../../body.ts';
import { readReference } from './reading/references.ts';

/**
 * Owners of applications or of service principals: list, add, remove.
 * https://learn.microsoft.com/graph/api/application-list-owners , https://learn.microsoft.com/graph/api/application-post-owners
 */
export const ownerRoutes = (set: 'applications' | 'servicePrincipals', check: (request: GraphRequest) => void): readonly Route[] => {
  const manage = permissions.manageApplication;
  const checked = (run: (request: GraphRequest) => Promise<Answer>) => (request: GraphRequest) => {
    check(request);
    return run(request);
  };
  return [
    ...mixedListRoutes({
      path: `${set}/{id}/owners`,
      permission: permissions.readApplications,
      ids: ({ directory, caller, keys }) => directory.owners.of(caller.tenantId, keys['id'] ?? ''),
      types: ['user', 'servicePrincipal'],
    }),
    { method: 'POST', path: `${set}/{id}/owners/$ref`, permission: manage, run: checked(addOwner) },
    { method: 'DELETE', path: `${set}/{id}/owners/{owner}/$ref`, permission: manage, run: checked(removeOwner) },
  ];
};

const typeNames = { user: 'User', group: 'Group', application: 'Application', servicePrincipal: 'ServicePrincipal' } as const;

const addOwner = async (request: GraphRequest): Promise<Answer> => {
  const { directory, caller, keys, exchange } = request;
  const { tenantId } = caller;
  const id = keys['id'] ?? '';
  const owner = readReference(readBody(exchange));
  const object = directory.objectById(tenantId, owner);
  if (!object) throw new GraphError('notFound', { id: owner });
  if (object.kind !== 'user' && object.kind !== 'servicePrincipal') {
    const type = typeNames[object.kind];
    throw new GraphError('ownerType', { target: `${type}_${owner}`, type });
  }
  if (directory.owners.has(tenantId, id, owner)) throw new GraphError('alreadyReferenced', { property: 'owners' });
  await directory.owners.add(tenantId, id, owner);
  return noContent(request);
};

const removeOwner = async (request: GraphRequest): Promise<Answer> => {
  const { directory, caller, keys } = request;
  const owner = keys['owner']?.toLowerCase() ?? '';
  if (!isGuid(owner)) throw new GraphError('badIdentifier', { id: owner });
  const removed = await directory.owners.remove(caller.tenantId, keys['id'] ?? '', owner);
  if (!removed) throw new GraphError('notFound', { id: owner });
  return noContent(request);
};
