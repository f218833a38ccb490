import { transactionOf } from '@podpass/store';
import { directoryRoleTemplates } from './directory-role-templates.ts';
import type { Directory } from './directory-types.ts';
import { joined } from './keys.ts';
import { findObject, writeBetween } from './objects.ts';
import { invalid, notFound } from './rules/problems.ts';
import type { State } from './state.ts';
import type { DirectoryRoleAssignment } from './types.ts';

const templates: ReadonlySet<string> = new Set(Object.values(directoryRoleTemplates).map(({ id }) => id));

/** Who holds Entra's directory roles. Groups cannot: Podpass has none of the kind that may (`isAssignableToRole`). */
export const directoryRoleActions = (state: State): Directory['directoryRoles'] => {
  const { roles, store } = state;
  return {
    ofPrincipal: (tenantId, principalId) => roles.byPrincipal(joined(tenantId, principalId)),
    ofRole: (tenantId, roleTemplateId) => roles.byRole(joined(tenantId, roleTemplateId)),
    async assign(tenantId, principalId, roleTemplateId) {
      if (!templates.has(roleTemplateId.toLowerCase())) throw invalid('roleTemplateId', `There is no directory role ${roleTemplateId}.`);
      const principal = findObject(state, tenantId, principalId);
      if (!principal) throw notFound('principalId', `There is no principal ${principalId} in the tenant.`);
      if (principal.kind !== 'user' && principal.kind !== 'servicePrincipal') {
        throw invalid('principalId', 'Directory roles are for users and service principals.');
      }
      const assignment: DirectoryRoleAssignment = {
        tenantId: principal.value.tenantId,
        principalId: principal.value.id,
        roleTemplateId: roleTemplateId.toLowerCase(),
      };
      const id = joined(tenantId, principalId, roleTemplateId);
      if (roles.read.get(id)) return;
      await writeBetween(state, { tenantId, ids: [principalId] }, () => [roles.written.putOperation(id, assignment)]);
    },
    async remove(tenantId, principalId, roleTemplateId) {
      const operation = roles.written.deleteOperation(joined(tenantId, principalId, roleTemplateId));
      return (await store.txn(transactionOf([operation]))).events.length > 0;
    },
  };
};
