import type { Answer } from '@podpass/http';
import type { User } from '@podpass/directory';
import { GraphError } from '../../errors.ts';
import { userKind } from '../../kinds/user.ts';
import { countMatching } from '../../odata/list.ts';
import { page, plainCount, scopeOf, single, type GraphRequest } from '../../request.ts';
import { usersOf } from '../../sources.ts';

/** The user of the path. */
export const userOf = ({ directory, caller, keys }: GraphRequest): User => {
  const user = directory.users.byId(caller.tenantId, keys['id'] ?? '');
  if (!user) throw new GraphError('notFound', { id: keys['id'] ?? '' });
  return user;
};

/** GET /me and /users/{id}. https://learn.microsoft.com/graph/api/user-get */
export const getUser = (request: GraphRequest): Answer => single(request, userKind, userOf(request));

/** GET /users. https://learn.microsoft.com/graph/api/user-list */
export const listUsers = (request: GraphRequest): Promise<Answer> => page(request, userKind, usersOf(scopeOf(request)));

/** GET /users/$count */
export const countUsers = async (request: GraphRequest): Promise<Answer> =>
  plainCount(request, await countMatching(request, userKind, usersOf(scopeOf(request))));
