import { idKey, scaleSetType, scaleSetsOf, type ArmServices } from '@podpass/arm';

/** Takes away principals that no scale set names: what a crash between the two writes leaves behind. */
export const recover = async (arm: ArmServices): Promise<void> => {
  const kept = new Set(
    scaleSetsOf(arm)
      .everywhere()
      .map((set) => set.state.principalId),
  );
  const mark = `/providers/${scaleSetType}/`.toLowerCase();
  for (const tenant of arm.directory.tenants.list()) {
    for (const { id, resourceId } of Array.from(arm.directory.servicePrincipals.list(tenant.id))) {
      if (resourceId === undefined || !idKey(resourceId).includes(mark) || kept.has(id)) continue;
      arm.log.warn({ principal: id, resource: resourceId }, 'removing a principal that no scale set has');
      await arm.directory.managedIdentities.delete(tenant.id, id);
    }
  }
};
