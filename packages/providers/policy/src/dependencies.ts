import type { PolicyAssignments } from './assignments.ts';

/** What the provider stands on besides ARM. */
export interface PolicyProviderDependencies {
  readonly assignments: PolicyAssignments;
  /**
   * Called after the assignments at a scope have changed, with the scope's id. The request waits for it, so that a
   * policy is in force when its assignment is answered; that it fails does not undo the assignment.
   */
  readonly changed?: (tenantId: string, scope: string) => Promise<void> | void;
}
