import { GraphError } from '../errors.ts';
import type { GraphRequest } from '../request.ts';
import { directoryQuota } from '../wire.ts';

/**
 * Throws the 403 for a member who has made as many objects as a member may. Here, those count that he owns: who makes an object becomes its owner. Administrators have no
 * such quota. https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions
 */
export const demandQuota = ({ caller, access, directory }: GraphRequest): void => {
  const administers = access.holds(
    'globalAdministrator',
    'userAdministrator',
    'groupsAdministrator',
    'applicationAdministrator',
    'cloudApplicationAdministrator',
    'privilegedRoleAdministrator',
  );
  if (caller.kind !== 'user' || administers) return;
  if (directory.owners.ofMember(caller.tenantId, caller.objectId).length >= directoryQuota) throw new GraphError('quotaExceeded');
};
