import { messageOf } from '@podpass/kernel';
import { CloudError, type IdentityChange } from '../cloud.ts';
import type { Site, WorkContext } from './context.ts';

/** What became of a change: ids that were not added or removed, with the reason, and how long to leave the scale set alone. */
export interface ChangeResult {
  readonly failed: ReadonlyMap<string, string>;
  /** Milliseconds. */
  readonly pause: number;
}

const nothing: ChangeResult = { failed: new Map(), pause: 0 };

const all = ({ add, remove }: IdentityChange, reason: string): Map<string, string> =>
  new Map([...add, ...remove].map((id) => [id, reason]));

/**
 * Brings identities to and from a scale set. When that fails, what the scale set really carries decides: what is there is
 * there, what is gone is gone.
 */
export const changeIdentities = async (context: WorkContext, site: Site, change: IdentityChange): Promise<ChangeResult> => {
  const { cloud, log, signal, retries, retryInterval } = context;
  const { scaleSet } = site;
  if (change.add.length === 0 && change.remove.length === 0) return nothing;
  if (scaleSet === undefined)
    return { failed: new Map(change.add.map((id) => [id, 'the node is no instance of a virtual machine scale set'])), pause: 0 };
  try {
    const { refused } = await cloud.updateScaleSetIdentities(scaleSet, change, { signal, retries, retryInterval });
    for (const id of change.add) if (!refused.has(id)) site.added.add(id);
    return { failed: refused, pause: 0 };
  } catch (thrown) {
    const reason = messageOf(thrown);
    log.error(`updating user-assigned identities on ${scaleSet.name}, error: ${reason}`);
    // A scale set that is gone carries nothing.
    if (thrown instanceof CloudError && thrown.kind === 'not-found') return { failed: all({ ...change, remove: [] }, reason), pause: 0 };
    if (thrown instanceof CloudError && thrown.kind === 'throttled') return { failed: all(change, reason), pause: thrown.retryIn };
    try {
      const present = await cloud.getScaleSetIdentities(scaleSet, signal);
      const failed = new Map<string, string>();
      for (const id of change.add) if (!present.has(id)) failed.set(id, reason);
      for (const id of change.remove) if (present.has(id)) failed.set(id, reason);
      return { failed, pause: 0 };
    } catch {
      return { failed: all(change, reason), pause: 0 };
    }
  }
};
