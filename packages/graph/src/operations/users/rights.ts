import { directoryRoleTemplates } from '@podpass/directory';
import type { DirectoryRoleName } from '../../permissions.ts';
import { demand } from '../../permissions.ts';
import type { GraphRequest } from '../../request.ts';

/**
 * Properties whose change could take over an account. https://learn.microsoft.com/graph/api/resources/users#who-can-perform-sensitive-actions
 */
const sensitive: ReadonlySet<string> = new Set(['accountEnabled', 'mobilePhone', 'passwordProfile', 'userPrincipalName']);

/** What a user may change of himself. https://learn.microsoft.com/entra/fundamentals/users-default-permissions */
const own: ReadonlySet<string> = new Set(['mobilePhone']);

/** Holders of which roles a User Administrator may do sensitive things to, beside users without any. */
const lesserRoles: readonly DirectoryRoleName[] = ['directoryReaders', 'groupsAdministrator', 'userAdministrator'];

const holdsGreaterRole = ({ directory, caller }: GraphRequest, userId: string): boolean => {
  const lesser = lesserRoles.map((role) => directoryRoleTemplates[role].id as string);
  return directory.directoryRoles.ofPrincipal(caller.tenantId, userId).some(({ roleTemplateId }) => !lesser.includes(roleTemplateId));
};

/** Whether the caller may do sensitive things to a user: those with greater roles are out of reach for all but Global Administrators. */
const reaches = (request: GraphRequest, userId: string): boolean => {
  const { access, caller } = request;
  if (access.holds('globalAdministrator')) return true;
  const entitled = caller.kind === 'app' || access.holds('userAdministrator');
  return entitled && !holdsGreaterRole(request, userId);
};

/** Throws the 403 unless the caller may change these properties of a user. The route's permission was checked before. */
export const demandUpdate = (request: GraphRequest, userId: string, properties: readonly string[]): void => {
  const { access, caller } = request;
  const administers = access.holds('globalAdministrator', 'userAdministrator');
  if (caller.kind === 'user' && !administers) return demand(access.isSelf(userId) && properties.every((property) => own.has(property)));
  // A scope for one's own profile is none for others'.
  if (caller.kind === 'user' && !access.isSelf(userId)) {
    demand(access.hasScope('User.ReadWrite.All', 'Directory.ReadWrite.All', 'Directory.AccessAsUser.All'));
  }
  if (properties.some((property) => sensitive.has(property))) demand(reaches(request, userId));
  if (properties.includes('passwordProfile')) demandPasswordReset(request);
};

/** Passwords need more than the right to write users: https://learn.microsoft.com/graph/api/user-update#permissions */
const demandPasswordReset = ({ access, caller }: GraphRequest): void => {
  const scoped = access.hasScope('Directory.AccessAsUser.All', 'User-PasswordProfile.ReadWrite.All');
  demand(caller.kind === 'user' ? scoped : access.holds('globalAdministrator', 'userAdministrator'));
};

/** Throws the 403 unless the caller may delete a user. */
export const demandDelete = (request: GraphRequest, userId: string): void => demand(reaches(request, userId));

/** Throws the 403 unless the caller may end a user's sessions: one's own, or as with other sensitive actions. */
export const demandRevoke = (request: GraphRequest, userId: string): void =>
  demand(request.access.isSelf(userId) || reaches(request, userId));
