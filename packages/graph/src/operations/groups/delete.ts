import type { Answer } from '@podpass/http';
import { noContent, type GraphRequest } from '../../request.ts';
import { groupOf } from './read.ts';

/** DELETE /groups/{id}. Deleted security groups cannot be restored, in Entra neither. https://learn.microsoft.com/graph/api/group-delete */
export const deleteGroup = async (request: GraphRequest): Promise<Answer> => {
  const { id, tenantId } = groupOf(request);
  await request.directory.groups.delete(tenantId, id);
  return noContent(request);
};
