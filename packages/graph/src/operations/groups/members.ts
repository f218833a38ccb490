import type { Answer } from '@podpass/http';
import { noContent, type GraphRequest } from '../../request.ts';
import { GraphError } from '../../errors.ts';
import { addReferences, readReference, removeReference } from '../references.ts';
import { groupOf } from './read.ts';

/** POST /groups/{id}/members/$ref. https://learn.microsoft.com/graph/api/group-post-members */
export const addMember = async (request: GraphRequest): Promise<Answer> => {
  const { id } = groupOf(request);
  await addReferences(request, 'members', [{ objectId: id, memberId: readReference(request, 'members') }]);
  return noContent(request);
};

/** DELETE /groups/{id}/members/{memberId}/$ref. https://learn.microsoft.com/graph/api/group-delete-members */
export const removeMember = async (request: GraphRequest): Promise<Answer> => {
  const { id } = groupOf(request);
  await removeReference(request, 'members', { objectId: id, memberId: request.keys['memberId'] ?? '' });
  return noContent(request);
};

/** POST /groups/{id}/owners/$ref. https://learn.microsoft.com/graph/api/group-post-owners */
export const addOwner = async (request: GraphRequest): Promise<Answer> => {
  const { id } = groupOf(request);
  await addReferences(request, 'owners', [{ objectId: id, memberId: readReference(request, 'owners') }]);
  return noContent(request);
};

/** DELETE /groups/{id}/owners/{ownerId}/$ref: the last owner who is a user stays. https://learn.microsoft.com/graph/api/group-delete-owners */
export const removeOwner = async (request: GraphRequest): Promise<Answer> => {
  const { id, tenantId } = groupOf(request);
  const ownerId = (request.keys['ownerId'] ?? '').toLowerCase();
  const users = request.directory.owners.of(tenantId, id).filter((owner) => request.directory.users.byId(tenantId, owner) !== undefined);
  if (users.length === 1 && users[0] === ownerId) throw new GraphError('lastOwner');
  await removeReference(request, 'owners', { objectId: id, memberId: ownerId });
  return noContent(request);
};
