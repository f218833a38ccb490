import type { Caller } from '@podpass/directory';
import { isObject } from '@podpass/kernel';
import { Refusal } from '../errors.ts';
import type { Permission } from '../permissions.ts';
import type { AccessCheck, VaultDescription } from '../ports.ts';
import { helpAccessPolicy } from '../wire.ts';

const describe = (caller: Caller): string => `appid=${caller.appId};oid=${caller.objectId};iss=${caller.issuer}`;
const same = (value: unknown, text: string): boolean => typeof value === 'string' && value.toLowerCase() === text.toLowerCase();

/** Whether an access policy grants a secret permission to the caller, to one of its groups, or to it through one application. */
const grants = (policy: unknown, caller: Caller, permission: string): boolean => {
  if (!isObject(policy) || !isObject(policy['permissions'])) return false;
  const { applicationId, objectId, tenantId } = policy;
  if (!same(tenantId, caller.tenantId)) return false;
  const groups = Array.isArray(caller.claims['groups']) ? caller.claims['groups'] : [];
  if (!same(objectId, caller.objectId) && !groups.some((group) => typeof group === 'string' && same(objectId, group))) return false;
  if (typeof applicationId === 'string' && applicationId !== '' && !same(applicationId, caller.appId)) return false;
  const granted: unknown = policy['permissions']['secrets'];
  return Array.isArray(granted) && granted.some((entry) => same(entry, permission) || same(entry, 'all'));
};

/**
 * Refuses with 403 unless the caller holds the operation's right on the vault or the secret. It is asked before the
 * store is, so that the answer says nothing about what exists.
 */
export const authorize = (
  access: AccessCheck,
  question: { caller: Caller; vault: VaultDescription; permission: Permission; name: string | undefined },
): void => {
  const { caller, vault, permission, name } = question;
  if (!vault.enableRbacAuthorization) {
    if (vault.accessPolicies.some((policy) => grants(policy, caller, permission.policy))) return;
    throw new Refusal(
      'accessDenied',
      `The user, group or application '${describe(caller)}' does not have secrets ${permission.policy} permission on key vault '${vault.name};location=${vault.location}'. For help resolving this issue, please see ${helpAccessPolicy}`,
    );
  }
  const scope = permission.scope === 'secret' && name !== undefined ? `${vault.resourceId}/secrets/${name}` : vault.resourceId;
  if (access.check({ caller, action: permission.action, scope, plane: 'data' }).allowed) return;
  const lines = [
    'Caller is not authorized to perform action on resource.',
    'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
    `Caller: ${describe(caller)}`,
    `Action: '${permission.action}'`,
    `Resource: '${scope.toLowerCase()}'`,
    'Assignment: (not found)',
    'DenyAssignmentId: null',
    "DecisionReason: 'DeniedWithNoValidRBAC' ",
    `Vault: ${vault.name};location=${vault.location}`,
    '',
  ];
  throw new Refusal('forbiddenByRbac', lines.join('\r\n'));
};
