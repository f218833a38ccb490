import type { Held } from './mirror.ts';
import type { Principals } from './principals.ts';
import type { CompiledRole } from './role.ts';
import { covers, scopeKey } from './scope.ts';
import type { Question, Verdict } from './types.ts';

/** A question in the form in which it is compared, and how many assignments were met on the way. */
interface Search {
  readonly action: string;
  readonly scope: string;
  readonly plane: Question['plane'];
  held: number;
  inReach: number;
}

/**
 * The evaluation: any assignment of the caller, or of a group that the caller is in, whose scope covers the asked one and whose role
 * allows the action is enough; assignments only ever add. Podpass has no deny assignments, so none is looked for.
 * https://learn.microsoft.com/azure/role-based-access-control/overview#how-azure-rbac-determines-if-a-user-has-access-to-a-resource
 */
export const createCheck = (principals: Principals, roles: ReadonlyMap<string, CompiledRole>) => {
  /** The first of these assignments that allows what is asked, in words. */
  const allowing = (rows: readonly Held[], search: Search): string | undefined => {
    search.held += rows.length;
    for (const { assignment, scopeKey: at } of rows) {
      if (!covers(at, search.scope)) continue;
      search.inReach += 1;
      const role = roles.get(assignment.roleId);
      if (role?.allows(search.action, search.plane) === true)
        return `role '${role.definition.roleName}' at ${assignment.scope} (assignment ${assignment.name})`;
    }
    return undefined;
  };
  return (question: Question): Verdict => {
    const { caller, plane } = question;
    const search: Search = { action: question.action.toLowerCase(), scope: scopeKey(question.scope), plane, held: 0, inReach: 0 };
    const own = allowing(principals.own(caller), search);
    if (own !== undefined) return { allowed: true, because: own };
    for (const group of principals.groups(caller)) {
      const inherited = allowing(principals.ofGroup(caller, group), search);
      if (inherited !== undefined) return { allowed: true, because: `${inherited} of the group ${group}` };
    }
    return { allowed: false, because: explain(question, search) };
  };
};

const explain = ({ caller, action, scope, plane }: Question, { held, inReach }: Search): string => {
  if (held === 0)
    return `principal ${caller.objectId} holds no role assignment in tenant ${caller.tenantId}, neither itself nor through a group`;
  if (inReach === 0) return `none of the ${held} role assignments of the principal and its groups covers ${scope}`;
  return `no role that the principal or one of its groups holds at ${scope} or above allows the ${plane === 'data' ? 'data action' : 'action'} ${action}`;
};
