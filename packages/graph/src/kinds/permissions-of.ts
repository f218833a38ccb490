import type { AppRole, PermissionScope } from '@podpass/directory';
import type { Entity, PropertyShape } from '../odata/types.ts';

/** https://learn.microsoft.com/graph/api/resources/approle */
export const appRoleEntity = (role: AppRole): Entity => ({
  allowedMemberTypes: role.allowedMemberTypes,
  description: role.description,
  displayName: role.displayName,
  id: role.id,
  isEnabled: role.isEnabled,
  origin: 'Application',
  value: role.value,
});

/** https://learn.microsoft.com/graph/api/resources/permissionscope */
export const scopeEntity = (scope: PermissionScope): Entity => ({
  adminConsentDescription: scope.adminConsentDescription,
  adminConsentDisplayName: scope.adminConsentDisplayName,
  id: scope.id,
  isEnabled: scope.isEnabled,
  type: scope.type,
  userConsentDescription: scope.userConsentDescription ?? null,
  userConsentDisplayName: scope.userConsentDisplayName ?? null,
  value: scope.value,
});

/** What filters may say of a role or scope, inside `any`. */
export const permissionMembers: readonly PropertyShape[] = [
  { name: 'id', type: 'guid', filter: ['eq'] },
  { name: 'value', type: 'string', filter: ['eq'] },
];
