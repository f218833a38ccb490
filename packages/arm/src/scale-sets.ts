import { scaleSetType, type Resource, type ScaleSetState } from './model.ts';
import type { ArmServices } from './provider.ts';
import { idKey } from './resource-id.ts';

export type ScaleSet = Resource<ScaleSetState>;
export type ScaleSetIdentity = ScaleSetState['identities'][number];

export const scaleSetsOf = ({ resources }: Pick<ArmServices, 'resources'>) => resources.of<ScaleSetState>(scaleSetType);

/** The state with other user-assigned identities, in the order given. */
export const withIdentities = (state: ScaleSetState, identities: readonly ScaleSetIdentity[]): ScaleSetState => ({
  ...state,
  identities,
  identityIds: identities.map(({ id }) => id),
});

export interface IdentityChange {
  /** One whose id is there already stays as it is. */
  readonly add?: readonly ScaleSetIdentity[];
  /** Ids in any case; those that are not there are passed over. An id that is also added stays. */
  readonly remove?: readonly string[];
}

/** The user-assigned identities after a change. Ids compare without regard to case. */
export const changedIdentities = (present: readonly ScaleSetIdentity[], change: IdentityChange): readonly ScaleSetIdentity[] => {
  const added = new Map((change.add ?? []).map((identity) => [idKey(identity.id), identity]));
  const removed = new Set((change.remove ?? []).map(idKey).filter((id) => !added.has(id)));
  const kept = present.filter(({ id }) => !removed.has(idKey(id)));
  const held = new Set(kept.map(({ id }) => idKey(id)));
  return [...kept, ...[...added].flatMap(([id, identity]) => (held.has(id) ? [] : [identity]))];
};

/** Takes a scale set away, with its own principal and what hangs on its scope. Does nothing when it is gone. */
export const removeScaleSet = async (arm: Pick<ArmServices, 'resources' | 'directory' | 'scopeDeleted'>, id: string): Promise<void> => {
  const set = scaleSetsOf(arm).get(id);
  if (set === undefined) return;
  await arm.resources.write([{ remove: set.id }]);
  if (set.state.principalId !== undefined) await arm.directory.managedIdentities.delete(set.tenantId, set.state.principalId);
  await arm.scopeDeleted(set.tenantId, set.id);
};
