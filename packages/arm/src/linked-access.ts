import { fail } from './errors.ts';
import type { ArmRequest } from './provider.ts';

/** What assigning a user-assigned identity to a resource needs at the identity. */
export const assignAction = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action';

/**
 * The linked access check of the resource manager: whoever assigns identities to a resource must be allowed to assign each
 * of them, else anybody could act as any identity. Throws `LinkedAuthorizationFailed` with all refused ids, comma-separated
 * in one pair of quotes as Azure writes them (pod identity's MIC reads them out of the text). It comes before any look-up,
 * so that nobody learns which identities exist.
 */
export const requireAssignable = (
  { arm, caller }: Pick<ArmRequest, 'arm' | 'caller'>,
  wanted: { readonly ids: readonly string[]; readonly action: string; readonly scope: string },
): void => {
  const refused = wanted.ids.filter((id) => !arm.access.check({ caller, action: assignAction, scope: id, plane: 'control' }).allowed);
  if (refused.length === 0) return;
  throw fail('LinkedAuthorizationFailed', {
    label: caller.label,
    objectId: caller.objectId,
    action: wanted.action,
    scope: wanted.scope,
    linkedAction: assignAction,
    linkedScope: refused.join(','),
  });
};
