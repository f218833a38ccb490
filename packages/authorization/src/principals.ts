import type { Directory } from '@podpass/directory';
import type { AssignmentMirror, Held } from './mirror.ts';
import type { Caller } from './types.ts';

/** What is asked of the directory: of which kind a principal is, and which groups it is in. */
export interface PrincipalDirectory extends Pick<Directory, 'principalType'> {
  readonly members: Pick<Directory['members'], 'transitiveGroupsOf'>;
}

/** Whose assignments count for a caller: its own first, then those of each group that it is in, at any depth. */
export interface Principals {
  /** The caller's own assignments. */
  own(caller: Caller): readonly Held[];
  /** The ids of the groups whose assignments count too; empty at once in a tenant where no group has a role. */
  groups(caller: Caller): readonly string[];
  /** The assignments of one such group. */
  ofGroup(caller: Caller, groupId: string): readonly Held[];
}

const none: readonly string[] = [];

/**
 * Membership is looked up at every question and never kept: a removed member loses what the group holds at once. Users and service principals
 * alike inherit through groups. https://learn.microsoft.com/azure/role-based-access-control/overview#role-assignments
 */
export const createPrincipals = (
  mirror: Pick<AssignmentMirror, 'ofPrincipal' | 'groupsHold'>,
  directory: Pick<PrincipalDirectory, 'members'>,
): Principals => ({
  own: ({ tenantId, objectId }) => mirror.ofPrincipal(tenantId.toLowerCase(), objectId.toLowerCase()),
  groups: ({ tenantId, objectId }) =>
    mirror.groupsHold(tenantId.toLowerCase()) ? directory.members.transitiveGroupsOf(tenantId, objectId) : none,
  ofGroup: ({ tenantId }, groupId) => mirror.ofPrincipal(tenantId.toLowerCase(), groupId.toLowerCase()),
});
