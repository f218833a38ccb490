import { messageOf } from '@podpass/kernel';
import { pause } from '@podpass/kube-client';
import { CloudError, type CloudProvider, type IdentityChange, type ScaleSetRef, type UpdateOptions } from '../cloud.ts';
import { ArmRefusal, createScaleSetClient, type ArmCloudOptions, type ScaleSetClient } from './client.ts';
import { identityPatches, readScaleSet, type ScaleSetIdentity } from './identity.ts';
import { refusedIds } from './refused-ids.ts';

const updateFailed = ({ name, resourceGroup }: ScaleSetRef, reason: string): string =>
  `failed to update identities for ${name} in ${resourceGroup}, error: ${reason}`;

/** Answers that are about what was sent, so that a part of it may still succeed. */
const isAboutContent = (thrown: unknown): thrown is ArmRefusal => thrown instanceof ArmRefusal && [400, 403, 404].includes(thrown.status);

interface Round {
  readonly client: ScaleSetClient;
  readonly scaleSet: ScaleSetRef;
  readonly options: UpdateOptions;
  readonly refused: Map<string, string>;
}

/** Reads what is there and sends what differs. */
const attempt = async ({ client, scaleSet, options }: Round, change: IdentityChange): Promise<void> => {
  const present: ScaleSetIdentity = readScaleSet(await client.get(scaleSet, options.signal));
  if (present.provisioningState === 'Deleting')
    throw new CloudError(
      'failed',
      `failed to update identities for ${scaleSet.name} in ${scaleSet.resourceGroup}, vmss is in Deleting provisioning state`,
    );
  for (const { body } of identityPatches(present, change)) await client.patch(scaleSet, body, options.signal);
};

/** Sends the halves by themselves until what is refused stands alone. Only for refusals that name nobody. */
const divide = async (round: Round, { add, remove }: IdentityChange): Promise<void> => {
  try {
    await attempt(round, { add, remove });
  } catch (thrown) {
    const [only] = add;
    if (!(thrown instanceof ArmRefusal) || thrown.status !== 400 || only === undefined) throw thrown;
    if (add.length === 1) {
      round.refused.set(only, updateFailed(round.scaleSet, messageOf(thrown)));
      if (remove.length > 0) await attempt(round, { add: [], remove });
      return;
    }
    const middle = Math.ceil(add.length / 2);
    await divide(round, { add: add.slice(0, middle), remove });
    await divide(round, { add: add.slice(middle), remove: [] });
  }
};

/**
 * Changes the identities of scale sets through ARM. Differences to upstream: an id that ARM refuses never keeps the others
 * from being assigned, even when the refusal does not name it; the result says which ones were refused instead of
 * repeating the first error; throttling concerns the one scale set; the resource group is the scale set's own.
 */
export const createArmCloud = (options: ArmCloudOptions): CloudProvider => {
  const client = createScaleSetClient(options);

  const update = async (round: Round, change: IdentityChange): Promise<void> => {
    const { scaleSet, options: limits, refused } = round;
    let add = change.add;
    for (let attempts = 0; ; attempts += 1) {
      try {
        await attempt(round, { add, remove: change.remove });
        return;
      } catch (thrown) {
        if (!isAboutContent(thrown)) throw thrown;
        const blamed = refusedIds(thrown.text, add);
        for (const id of blamed) refused.set(id, updateFailed(scaleSet, messageOf(thrown)));
        add = add.filter((id) => !refused.has(id));
        if (add.length === 0 && change.remove.length === 0 && blamed.length > 0) return;
        if (blamed.length === 0 || attempts >= limits.retries) {
          await divide(round, { add, remove: change.remove });
          return;
        }
      }
      // What was refused is left out now, so the first further attempt need not wait.
      if (attempts > 0) await pause(limits.retryInterval, limits.signal);
    }
  };

  return {
    async getScaleSetIdentities(scaleSet, signal) {
      return readScaleSet(await client.get(scaleSet, signal)).ids;
    },
    async updateScaleSetIdentities(scaleSet, change, limits) {
      const refused = new Map<string, string>();
      try {
        await update({ client, scaleSet, options: limits, refused }, change);
      } catch (thrown) {
        if (thrown instanceof CloudError) throw thrown;
        const gone = thrown instanceof ArmRefusal && thrown.status === 404;
        throw new CloudError(gone ? 'not-found' : 'failed', updateFailed(scaleSet, messageOf(thrown)));
      }
      return { refused };
    },
  };
};
