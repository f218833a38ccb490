import { fail as armFail, formatId, outermost, typeOf, type ArmRequest } from '@podpass/arm';
import { fail } from './errors.ts';

/** Refuses scopes that are not there, are going, or cannot have assignments. Throws ArmError. */
export const requireScope = ({ target, targetId, arm, caller }: ArmRequest): void => {
  switch (target.kind) {
    case 'root':
      throw fail('InvalidPolicyAssignmentScope', { scope: '/' });
    case 'management-group':
      throw fail('ManagementGroupNotFound', { group: target.name });
    case 'subscription':
      return;
    case 'group': {
      const group = arm.resources.group(target.subscriptionId, target.group);
      if (group === undefined) throw armFail('ResourceGroupNotFound', { group: target.group });
      if (group.state.provisioningState === 'Deleting') throw armFail('ResourceGroupBeingDeleted', { group: target.group });
      return;
    }
    case 'resource': {
      const top = outermost(target);
      if (target.subscriptionId === undefined) throw fail('InvalidPolicyAssignmentScope', { scope: targetId });
      if (arm.resources.get(formatId(top))?.tenantId === caller.tenantId) return;
      throw armFail('ResourceNotFound', { type: typeOf(top), name: top.path[0]?.name ?? '', group: top.group ?? '' });
    }
    default:
      target satisfies never;
  }
};

/** The scope as ids are built from it: empty for the root. */
export const scopeOf = ({ targetId }: ArmRequest): string => (targetId === '/' ? '' : targetId);
