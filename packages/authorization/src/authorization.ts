import type { Clock } from '@podpass/kernel';
import type { Store } from '@podpass/store';
import type { Telemetry } from '@podpass/telemetry';
import { createAssignments } from './assignments.ts';
import { builtInDefinitions, builtInRoles } from './built-in/index.ts';
import { createCheck } from './check.ts';
import { createAssignmentMirror, type Held } from './mirror.ts';
import { createPrincipals, type PrincipalDirectory } from './principals.ts';
import { compileRole } from './role.ts';
import { covers, scopeKey } from './scope.ts';
import type { Authorization } from './types.ts';

export interface AuthorizationOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly directory: PrincipalDirectory;
  readonly telemetry: Pick<Telemetry, 'log'>;
}

/** Loads the assignments into memory and follows the store. Settles when `check` may be asked. */
export const createAuthorization = async ({ store, clock, directory, telemetry }: AuthorizationOptions): Promise<Authorization> => {
  const mirror = await createAssignmentMirror(store);
  const roles = new Map(builtInRoles.map((definition) => [definition.id, compileRole(definition)]));
  const principals = createPrincipals(mirror, directory);
  const decide = createCheck(principals, roles);
  const log = telemetry.log.child({ part: 'authorization' });
  return {
    check(question) {
      const verdict = decide(question);
      if (!verdict.allowed) log.debug({ action: question.action, scope: question.scope, because: verdict.because }, 'access refused');
      return verdict;
    },
    reaches(caller, scope) {
      const at = scopeKey(scope);
      const near = (held: Held) => covers(held.scopeKey, at) || covers(at, held.scopeKey);
      return principals.own(caller).some(near) || principals.groups(caller).some((group) => principals.ofGroup(caller, group).some(near));
    },
    assignments: createAssignments({ store, clock, directory, definitions: builtInDefinitions, mirror, principals }),
    definitions: builtInDefinitions,
    close: async () => mirror.close(),
  };
};
