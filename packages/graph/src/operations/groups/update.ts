import type { Answer } from '@podpass/http';
import { readBody } from '../../body.ts';
import { noContent, type GraphRequest } from '../../request.ts';
import { addReferences, readBindings } from '../references.ts';
import { readGroup } from './properties.ts';
import { groupOf } from './read.ts';
import { GraphError } from '../../errors.ts';

/** PATCH /groups/{id}; `members@odata.bind` adds members. https://learn.microsoft.com/graph/api/group-update */
export const updateGroup = async (request: GraphRequest): Promise<Answer> => {
  const { directory, exchange } = request;
  const { id, tenantId } = groupOf(request);
  const body = readBody(exchange);
  const { displayName, mailNickname, ...read } = readGroup(body);
  // Graph binds members only; owners are added one by one.
  if (read['owners@odata.bind'] !== undefined) throw new GraphError('unknownBodyProperty', { property: 'owners@odata.bind' });
  const members = readBindings(request, read['members@odata.bind'], 'members');
  const changes = {
    ...(displayName === undefined ? {} : { displayName }),
    ...(mailNickname === undefined ? {} : { mailNickname }),
    ...('description' in read ? { description: read.description } : {}),
  };
  await addReferences(
    request,
    'members',
    members.map((memberId) => ({ objectId: id, memberId })),
  );
  if (Object.keys(changes).length > 0) await directory.groups.update(tenantId, id, changes);
  return noContent(request);
};
