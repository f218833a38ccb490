import { StatusError } from '../../errors.ts';
import { nameOf } from '../../object/read.ts';
import type { KubeObject } from '../../object/types.ts';
import { rows, type Parts } from './parts.ts';
import { isTerminating } from './client.ts';

const messageOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : 'unknown error');
/** Events carry at most 1,024 bytes of message. */
const shortened = (message: string) => message.slice(0, 1_000);

/** Makes a pod for its owner and says so. A refusal becomes an event and is thrown; in a namespace that goes away nothing happens. */
export const makePod = async (parts: Parts, owner: KubeObject, pod: KubeObject): Promise<void> => {
  try {
    const created = await parts.client.create(rows.pods, pod);
    await parts.event(owner, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${nameOf(created)}` });
  } catch (thrown) {
    if (isTerminating(thrown)) return;
    const message = shortened(`Error creating: ${messageOf(thrown)}`);
    await parts.event(owner, { type: 'Warning', reason: 'FailedCreate', message });
    throw thrown;
  }
};

/** Deletes a pod of its owner and says so. */
export const deletePod = async (parts: Parts, owner: KubeObject, pod: KubeObject): Promise<void> => {
  try {
    await parts.client.remove(rows.pods, pod);
    await parts.event(owner, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${nameOf(pod)}` });
  } catch (thrown) {
    if (thrown instanceof StatusError && thrown.reason === 'NotFound') return;
    await parts.event(owner, { type: 'Warning', reason: 'FailedDelete', message: shortened(`Error deleting: ${messageOf(thrown)}`) });
    throw thrown;
  }
};
