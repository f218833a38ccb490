import type { Answer } from '@podpass/http';
import { GraphError } from '../../errors.ts';
import { noContent, type GraphRequest } from '../../request.ts';

/**
 * `DELETE /applications/{id}`, with its service principal in this tenant. It is final: Graph keeps deleted applications for 30 days in
 * `directory/deletedItems`, which is not offered. https://learn.microsoft.com/graph/api/application-delete
 */
export const deleteApplication = async (request: GraphRequest): Promise<Answer> => {
  const { directory, caller, keys } = request;
  const id = keys['id'] ?? '';
  if (!(await directory.applications.delete(caller.tenantId, id))) throw new GraphError('notFound', { id });
  return noContent(request);
};
