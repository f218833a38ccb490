import { fail } from './errors.ts';
import { groupType, type GroupState, type Resource } from './model.ts';
import type { ArmServices, TypeDefinition } from './provider.ts';

type Deletion = NonNullable<TypeDefinition['deletion']>;

/** Rounds over a group's contents: deleting one resource can take others with it. */
const rounds = 10;

/**
 * Empties a resource group in the order of its types' deletions, then deletes the group. The group is marked as
 * `Deleting` before (see `Resources.write` for why nothing new can come in). When a deletion fails, or the process ends,
 * the group is usable again with what is left in it, as in Azure; deleting it again goes on from there.
 */
export const createDeleteGroup = (deletions: ReadonlyMap<string, Deletion>) => {
  const ordered = (contents: readonly Resource[]) =>
    contents
      .map((resource) => ({ resource, deletion: deletions.get(resource.type.toLowerCase()) }))
      .flatMap(({ resource, deletion }) => (deletion === undefined ? [] : [{ resource, deletion }]))
      .toSorted((a, b) => a.deletion.order - b.deletion.order);

  return async (group: Resource<GroupState>, arm: ArmServices): Promise<void> => {
    const contents = () =>
      arm.resources.list({ subscriptionId: group.subscriptionId, resourceGroup: group.name }).filter((each) => each.type !== groupType);
    try {
      for (let round = 0; round < rounds && contents().length > 0; round += 1) {
        for (const { resource, deletion } of ordered(contents())) {
          if (arm.resources.get(resource.id) === undefined) continue;
          await deletion.delete(resource, arm);
          await arm.scopeDeleted(resource.tenantId, resource.id);
        }
      }
      if (contents().length > 0) throw fail('Conflict');
      await arm.scopeDeleted(group.tenantId, group.id);
      await arm.resources.write([{ remove: group.id }]);
    } catch (thrown) {
      await reopenGroup(group.id, arm);
      throw thrown;
    }
  };
};

/** Makes a group usable again whose deletion did not come to its end. */
export const reopenGroup = async (id: string, arm: Pick<ArmServices, 'resources'>): Promise<void> => {
  await arm.resources
    .of<GroupState>(groupType)
    .update(id, (group) => ({ ...group, state: { ...group.state, provisioningState: 'Succeeded' } }));
};
