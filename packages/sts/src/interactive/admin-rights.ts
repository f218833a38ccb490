import { directoryRoleTemplates, graphAppId, type User } from '@podpass/directory';
import type { Services } from '../services.ts';

export interface AdminRights {
  /** Whether the user may consent to delegated permissions for the whole tenant. */
  readonly delegated: boolean;
  /** Whether the user may grant the application roles of a resource: those of Microsoft Graph need the two highest roles. */
  grantsRolesOf(resourceAppId: string): boolean;
}

const { globalAdministrator, privilegedRoleAdministrator, applicationAdministrator, cloudApplicationAdministrator } =
  directoryRoleTemplates;
const highest: ReadonlySet<string> = new Set([globalAdministrator.id, privilegedRoleAdministrator.id]);
const ofApplications: ReadonlySet<string> = new Set([applicationAdministrator.id, cloudApplicationAdministrator.id]);

/** Source: https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent (prerequisites). */
export const adminRights = ({ directory }: Pick<Services, 'directory'>, user: User): AdminRights => {
  const held = directory.directoryRoles.ofPrincipal(user.tenantId, user.id).map(({ roleTemplateId }) => roleTemplateId);
  const high = held.some((id) => highest.has(id));
  const delegated = high || held.some((id) => ofApplications.has(id));
  return { delegated, grantsRolesOf: (resourceAppId) => high || (delegated && resourceAppId.toLowerCase() !== graphAppId) };
};
