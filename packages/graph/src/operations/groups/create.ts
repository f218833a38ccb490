import type { Answer } from '@podpass/http';
import { readBody } from '../../body.ts';
import { groupKind } from '../../kinds/group.ts';
import { created, type GraphRequest } from '../../request.ts';
import { demandQuota } from '../quota.ts';
import { readBindings } from '../references.ts';
import { readGroup } from './properties.ts';

/** POST /groups. https://learn.microsoft.com/graph/api/group-post-groups */
export const createGroup = async (request: GraphRequest): Promise<Answer> => {
  const { exchange, directory, caller } = request;
  demandQuota(request);
  const read = readGroup(readBody(exchange), ['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled']);
  const { displayName = '', mailNickname = '', description } = read;
  const members = readBindings(request, read['members@odata.bind'], 'members');
  const owners = new Set(readBindings(request, read['owners@odata.bind'], 'owners'));
  if (ownsWhatHeCreates(request)) owners.add(caller.objectId);
  const group = await directory.groups.create({
    tenantId: caller.tenantId,
    displayName,
    mailNickname,
    ...(description === undefined ? {} : { description }),
    owners: [...owners],
    members,
  });
  return created(request, groupKind, group);
};

/** Users who are no administrators own the groups that they create; without an owner nobody but administrators could manage them. */
const ownsWhatHeCreates = ({ caller, access }: GraphRequest): boolean =>
  caller.kind === 'user' && !access.holds('globalAdministrator', 'userAdministrator', 'groupsAdministrator');
