import { createHash } from 'node:crypto';
import { directoryRoleTemplates } from '@podpass/directory';
import type { EntityKind, ReadScope } from '../odata/types.ts';

/** A directory role as a tenant has it. */
export interface DirectoryRole {
  readonly id: string;
  readonly displayName: string;
  readonly roleTemplateId: string;
}

/** https://learn.microsoft.com/graph/api/resources/directoryrole */
export const directoryRoleKind: EntityKind<DirectoryRole> = {
  type: 'directoryRole',
  resource: 'DirectoryRole',
  set: 'directoryRoles',
  properties: [
    { name: 'id', type: 'string', read: ({ id }) => id },
    { name: 'deletedDateTime', type: 'dateTime', read: () => null },
    { name: 'description', type: 'string', read: ({ displayName }) => displayName },
    { name: 'displayName', type: 'string', read: ({ displayName }) => displayName },
    { name: 'roleTemplateId', type: 'string', filter: ['eq'], read: ({ roleTemplateId }) => roleTemplateId },
  ],
};

/** Every tenant has its own id for a role: a name-based GUID of tenant and template (RFC 9562, version 8). */
const roleId = (tenantId: string, templateId: string): string => {
  const hex = createHash('sha256').update(`${tenantId}/${templateId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export const directoryRolesOf = ({ tenantId }: Pick<ReadScope, 'tenantId'>): readonly DirectoryRole[] =>
  Object.values(directoryRoleTemplates).map(({ id, displayName }) => ({ id: roleId(tenantId, id), displayName, roleTemplateId: id }));

/** The roles that a principal holds. */
export const rolesHeldBy = (scope: ReadScope, principalId: string): readonly DirectoryRole[] => {
  const held = scope.directory.directoryRoles.ofPrincipal(scope.tenantId, principalId);
  if (held.length === 0) return [];
  return directoryRolesOf(scope).filter((role) => held.some(({ roleTemplateId }) => roleTemplateId === role.roleTemplateId));
};
