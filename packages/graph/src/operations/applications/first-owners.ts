import { demand } from '../../permissions.ts';
import type { GraphRequest } from '../../request.ts';

/**
 * Owners of a new application or service principal: who makes it, and whom the request binds. Administrators of applications do not become owners, and
 * only those who manage every application anyway may make one for others.
 * https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference#application-administrator
 */
export const firstOwners = ({ access, caller }: GraphRequest, bound: readonly string[] = []): readonly string[] => {
  const manages =
    access.holds('globalAdministrator', 'applicationAdministrator', 'cloudApplicationAdministrator') ||
    access.hasAppRole('Application.ReadWrite.All', 'Directory.ReadWrite.All');
  demand(manages || bound.every((id) => id === caller.objectId));
  const becomesOwner =
    caller.kind === 'user'
      ? !access.holds('applicationAdministrator', 'cloudApplicationAdministrator')
      : access.hasAppRole('Application.ReadWrite.OwnedBy');
  return [...new Set([...(becomesOwner ? [caller.objectId] : []), ...bound])];
};
