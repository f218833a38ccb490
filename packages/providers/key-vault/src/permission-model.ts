import type { ArmRequest } from '@podpass/arm';
import { fail } from './errors.ts';
import type { Vault } from './vault.ts';
import type { VaultProperties } from './vault-body.ts';

const action = 'Microsoft.Authorization/roleAssignments/write';

/**
 * Refuses to change between roles and access policies for callers who may not write role assignments. Otherwise whoever
 * may manage a vault, such as a Contributor, could give themselves its secrets.
 * https://learn.microsoft.com/azure/key-vault/general/rbac-guide#enable-azure-rbac-permissions-on-key-vault
 */
export const checkPermissionModel = ({ arm, caller }: ArmRequest, given: VaultProperties | undefined, before: Vault): void => {
  const wanted = given?.enableRbacAuthorization;
  if (wanted === undefined || wanted === before.state.enableRbacAuthorization) return;
  if (arm.access.check({ caller, action, scope: before.id, plane: 'control' }).allowed) return;
  throw fail('InsufficientPermissions', { objectId: caller.objectId, action, vault: before.id });
};
