import type { ArmRequest } from '@podpass/arm';
import { messageOf } from '@podpass/kernel';
import type { PolicyProviderDependencies } from './dependencies.ts';

/** Tells clusters of a change. On Azure they look for themselves every quarter of an hour. */
export const tellClusters = async (request: ArmRequest, { changed }: PolicyProviderDependencies): Promise<void> => {
  try {
    await changed?.(request.caller.tenantId, request.targetId);
  } catch (thrown) {
    request.arm.log.warn({ scope: request.targetId, error: messageOf(thrown) }, 'a policy could not be brought into force');
  }
};
