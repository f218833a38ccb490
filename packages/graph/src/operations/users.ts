import { isGuid } from '@podpass/kernel';
import type { Answer } from '@podpass/http';
import { userKind } from '../entities.ts';
import { GraphError } from '../errors.ts';
import { parseFilter } from '../filter.ts';
import { permissions, requirePermission } from '../permissions.ts';
import { inOrderOfIds, page, single, type GraphRequest } from '../request.ts';

/** GET /users: all, or `$filter=userPrincipalName eq '…'`. https://learn.microsoft.com/graph/api/user-list */
export const listUsers = (request: GraphRequest): Answer => {
  const { caller, directory, exchange } = request;
  requirePermission(caller, permissions.readUsers);
  const filter = exchange.query.get('$filter');
  if (filter === null) return page(request, userKind, inOrderOfIds(directory.users.list(caller.tenantId)));
  const { property, collection, value } = parseFilter(filter);
  if (collection || (property !== 'userprincipalname' && property !== 'id')) throw new GraphError('badFilter');
  const user = property === 'id' ? directory.users.byId(caller.tenantId, value) : directory.users.byPrincipalName(caller.tenantId, value);
  return page(request, userKind, user ? [user] : []);
};

/** GET /users/{id or userPrincipalName}. https://learn.microsoft.com/graph/api/user-get */
export const getUser = (request: GraphRequest): Answer => {
  const { caller, directory, key } = request;
  requirePermission(caller, permissions.readUsers);
  const user = isGuid(key) ? directory.users.byId(caller.tenantId, key) : directory.users.byPrincipalName(caller.tenantId, key);
  if (!user) throw new GraphError('notFound', { id: key });
  return single(request, userKind, user);
};
