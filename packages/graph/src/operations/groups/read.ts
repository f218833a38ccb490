import type { Group } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { GraphError } from '../../errors.ts';
import { groupKind } from '../../kinds/group.ts';
import { countMatching } from '../../odata/list.ts';
import { page, plainCount, scopeOf, single, type GraphRequest } from '../../request.ts';
import { groupsOf } from '../../sources.ts';

/** The group of the path. */
export const groupOf = ({ directory, caller, keys }: GraphRequest): Group => {
  const group = directory.groups.byId(caller.tenantId, keys['id'] ?? '');
  if (!group) throw new GraphError('notFound', { id: keys['id'] ?? '' });
  return group;
};

/** GET /groups/{id}. https://learn.microsoft.com/graph/api/group-get */
export const getGroup = (request: GraphRequest): Answer => single(request, groupKind, groupOf(request));

/** GET /groups. https://learn.microsoft.com/graph/api/group-list */
export const listGroups = (request: GraphRequest): Promise<Answer> => page(request, groupKind, groupsOf(scopeOf(request)));

/** GET /groups/$count */
export const countGroups = async (request: GraphRequest): Promise<Answer> =>
  plainCount(request, await countMatching(request, groupKind, groupsOf(scopeOf(request))));
