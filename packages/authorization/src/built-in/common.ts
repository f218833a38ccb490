import type { Permission, RoleDefinition } from '../types.ts';

/**
 * The built-in roles' data. Ids, names and action lists are Azure's (documentation of February to July 2026,
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles); descriptions are our own.
 */
export const role = (id: string, roleName: string, description: string, permission: Partial<Permission>): RoleDefinition => ({
  id,
  roleName,
  description,
  permissions: [{ actions: [], notActions: [], dataActions: [], notDataActions: [], ...permission }],
});

/** Puts one prefix before each ending. */
export const under = (prefix: string, endings: readonly string[]): readonly string[] => endings.map((ending) => `${prefix}/${ending}`);

export const readAuthorization = 'Microsoft.Authorization/*/read';
export const alertRules = 'Microsoft.Insights/alertRules/*';
export const deployments = 'Microsoft.Resources/deployments/*';
export const readGroups = 'Microsoft.Resources/subscriptions/resourceGroups/read';
export const support = 'Microsoft.Support/*';
export const readHealth = 'Microsoft.ResourceHealth/availabilityStatuses/read';
