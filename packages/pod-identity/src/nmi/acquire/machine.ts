import { newGuid } from '@podpass/kernel';
import type { PodIdentityMetrics } from '@podpass/telemetry';
import { metadataHeader, tokenPath } from '../../imds/wire.ts';
import type { MetadataHandler } from '../../types.ts';
import { machineApiVersion } from '../wire.ts';
import type { Wanted } from '../wanted.ts';
import { readToken } from './read-token.ts';
import { AcquireError, refreshFailed, type Acquire, type NmiToken } from './types.ts';

/** One parameter that names an identity of the machine; none asks for its default. */
export type MachineSelector = readonly [name: 'client_id' | 'msi_res_id' | 'object_id', value: string] | undefined;

export interface MachineClient {
  /** Asks the machine's metadata service. Throws AcquireError. */
  token(resource: string, selector: MachineSelector): Promise<{ readonly token: NmiToken; readonly clientId: string }>;
}

/** As often as upstream's library asks a throttled metadata service: it takes 20 token requests in a second. */
const attempts = 5;
/** Milliseconds before the second attempt; doubled each time. The service says Retry-After 1. */
const firstPause = 1_000;
const sleep = (milliseconds: number): Promise<void> => new Promise((done) => void setTimeout(done, milliseconds).unref());

export const createMachineClient = (
  machine: MetadataHandler,
  metrics: Pick<PodIdentityMetrics, 'imdsOperationsDuration' | 'imdsOperationErrors'>,
  wait: (milliseconds: number) => Promise<void> = sleep,
): MachineClient => ({
  async token(resource, selector) {
    const labels = { operation_type: selector === undefined ? 'adal_token_msi' : 'adal_token_msi_userassignedid' };
    const query = new URLSearchParams({ 'api-version': machineApiVersion, resource });
    if (selector !== undefined) query.set(selector[0], selector[1]);
    const began = performance.now();
    try {
      const ask = () =>
        machine({
          id: newGuid(),
          method: 'GET',
          path: tokenPath,
          query,
          headers: { [metadataHeader]: 'true' },
          remoteAddress: '127.0.0.1',
          source: undefined,
        });
      let answer = await ask();
      for (let attempt = 1; answer.status === 429 && attempt < attempts; attempt += 1) {
        await wait(firstPause * 2 ** (attempt - 1));
        answer = await ask();
      }
      const { status, body } = answer;
      if (status !== 200) throw refreshFailed(status, body);
      const read = readToken(body, resource);
      metrics.imdsOperationsDuration.observe((performance.now() - began) / 1_000, labels);
      return read;
    } catch (thrown) {
      metrics.imdsOperationErrors.increment(labels);
      throw thrown instanceof AcquireError ? thrown : new AcquireError('unavailable', 'the metadata service does not answer', thrown);
    }
  },
});

/** What an excepted pod asks for: anything of the machine, its default when it names nothing. */
export const selectorOf = ({ clientId, resourceId, objectId }: Wanted): MachineSelector => {
  if (clientId !== '') return ['client_id', clientId];
  if (resourceId !== '') return ['msi_res_id', resourceId];
  return objectId === '' ? undefined : ['object_id', objectId];
};

/**
 * Type 0. Upstream asks by the client id that the AzureIdentity claims, which may be another identity's than its resource
 * id, the only thing that MIC's rights were checked for. Here the resource id is asked for and the client id must agree.
 */
export const managedIdentity =
  (machine: MachineClient): Acquire =>
  async ({ resourceId, clientId }, { resource }) => {
    // Never without a name: the machine's default may be anything.
    if (resourceId === '') throw new AcquireError('refused', 'the AzureIdentity names no resource id');
    const { token, clientId: actual } = await machine.token(resource, ['msi_res_id', resourceId]);
    if (clientId !== '' && clientId.toLowerCase() !== actual.toLowerCase())
      throw new AcquireError('refused', 'the client id of the AzureIdentity is not that of the identity with its resource id');
    return [token];
  };
