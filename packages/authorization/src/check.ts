import { covers, scopeKey } from './scope.ts';
import type { AssignmentMirror } from './mirror.ts';
import type { CompiledRole } from './role.ts';
import type { Question, Verdict } from './types.ts';

/**
 * The evaluation: any assignment of the caller whose scope covers the asked one and whose role allows the action is
 * enough; assignments only ever add. The directory has no groups and Podpass no deny assignments, so neither is
 * looked for. https://learn.microsoft.com/azure/role-based-access-control/overview#how-azure-rbac-determines-if-a-user-has-access-to-a-resource
 */
export const createCheck =
  (mirror: Pick<AssignmentMirror, 'ofPrincipal'>, roles: ReadonlyMap<string, CompiledRole>) =>
  (question: Question): Verdict => {
    const { tenantId, objectId } = question.caller;
    const action = question.action.toLowerCase();
    const scope = scopeKey(question.scope);
    const held = mirror.ofPrincipal(tenantId.toLowerCase(), objectId.toLowerCase());
    let inReach = 0;
    for (const { assignment, scopeKey: at } of held) {
      if (!covers(at, scope)) continue;
      inReach += 1;
      const role = roles.get(assignment.roleId);
      if (role?.allows(action, question.plane) === true) {
        return { allowed: true, because: `role '${role.definition.roleName}' at ${assignment.scope} (assignment ${assignment.name})` };
      }
    }
    return { allowed: false, because: explain(question, held.length, inReach) };
  };

const explain = (question: Question, held: number, inReach: number): string => {
  if (held === 0) return `principal ${question.caller.objectId} holds no role assignment in tenant ${question.caller.tenantId}`;
  if (inReach === 0) return `none of the principal's ${held} role assignments covers ${question.scope}`;
  const kind = question.plane === 'data' ? 'data action' : 'action';
  return `no role that the principal holds at ${question.scope} or above allows the ${kind} ${question.action}`;
};
