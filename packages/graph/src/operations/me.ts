import type { Answer } from '@podpass/http';
import { userKind } from '../entities.ts';
import { GraphError } from '../errors.ts';
import { permissions, requirePermission } from '../permissions.ts';
import { single, type GraphRequest } from '../request.ts';

/** GET /me: https://learn.microsoft.com/graph/api/user-get */
export const me = (request: GraphRequest): Answer => {
  const { caller, directory } = request;
  if (caller.kind !== 'user') throw new GraphError('delegatedOnly');
  requirePermission(caller, permissions.readMe);
  const user = directory.users.byId(caller.tenantId, caller.objectId);
  if (!user) throw new GraphError('notFound', { id: caller.objectId });
  return single(request, userKind, user);
};
