import type { Answer } from '@podpass/http';
import { noContent, type GraphRequest } from '../../request.ts';
import { userOf } from './read.ts';
import { demandDelete } from './rights.ts';

/** DELETE /users/{id}. Deleted users are gone: there are no deleted items here. https://learn.microsoft.com/graph/api/user-delete */
export const deleteUser = async (request: GraphRequest): Promise<Answer> => {
  const { id, tenantId } = userOf(request);
  demandDelete(request, id);
  await request.directory.users.delete(tenantId, id);
  return noContent(request);
};
