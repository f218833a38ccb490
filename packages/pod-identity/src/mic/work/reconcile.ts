import { messageOf } from '@podpass/kernel';
import type { Site, WorkContext } from './context.ts';

/**
 * Brings identities back that pods with an Assigned object need and that somebody took from the scale set. Never removes
 * anything. `needed` are resource ids in lower case.
 */
export const reconcileSite = async (
  { cloud, log, signal, retries, retryInterval }: WorkContext,
  site: Site,
  needed: ReadonlySet<string>,
): Promise<void> => {
  const { scaleSet } = site;
  if (scaleSet === undefined || needed.size === 0) return;
  try {
    const present = await cloud.getScaleSetIdentities(scaleSet, signal);
    const add = [...needed].filter((id) => !present.has(id));
    if (add.length === 0) return;
    log.info(`reconciling identity assignment for ${String(add.length)} identities on ${scaleSet.name}`);
    const { refused } = await cloud.updateScaleSetIdentities(scaleSet, { add, remove: [] }, { signal, retries, retryInterval });
    for (const [id, reason] of refused) log.error(`failed to reconcile identity ${id} on ${scaleSet.name}, error: ${reason}`);
  } catch (thrown) {
    if (!signal.aborted) log.error(`failed to reconcile identity assignment on ${scaleSet.name}, error: ${messageOf(thrown)}`);
  }
};
