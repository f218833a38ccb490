import type { ServicePrincipal, Tenant } from '@podpass/directory';
import { AadstsError } from '../errors.ts';
import type { Services } from '../services.ts';

/** Whether a user is assigned to an application, directly or through a group that he is a direct member of: as in Entra, nested groups do not count. */
const isAssigned = (
  { directory }: Pick<Services, 'directory'>,
  { tenant, userId, principal }: { readonly tenant: Tenant; readonly userId: string; readonly principal: ServicePrincipal },
): boolean => {
  const assigned = (id: string) =>
    directory.appRoleAssignments.ofPrincipal(tenant.id, id).some(({ resourceId }) => resourceId === principal.id);
  return assigned(userId) || directory.members.ofMember(tenant.id, userId).some(assigned);
};

/** Throws AADSTS50105 when the application wants its users assigned and this one is not. */
export const requireAssignment = (
  services: Pick<Services, 'directory'>,
  { tenant, userId, principal }: { readonly tenant: Tenant; readonly userId: string; readonly principal: ServicePrincipal | undefined },
): void => {
  if (!principal?.appRoleAssignmentRequired || isAssigned(services, { tenant, userId, principal })) return;
  throw new AadstsError(50105, { data: { app: principal.appId, name: principal.displayName } });
};
