import { isObject } from '@podpass/kernel';
import type { KubeClient } from '@podpass/kube-client';
import type { PodIdentityMetrics } from '@podpass/telemetry';
import type { IdentityRecord } from '../objects.ts';
import { paths } from '../wire.ts';
import { AcquireError } from './types.ts';

/** The data of a Secret, decoded, in the order of its keys. */
export type SecretData = ReadonlyMap<string, Buffer>;

const namePattern = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

const dataOf = (object: Record<string, unknown>): SecretData => {
  const data = isObject(object['data']) ? object['data'] : {};
  const entries = Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return new Map(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([name, value]) => [name, Buffer.from(value, 'base64')]));
};

/**
 * Reads the Secret that an AzureIdentity names. NMI may read all secrets; those who write identities may not. So only
 * secrets of the identity's own namespace are used; upstream reads any.
 */
export const readSecret = async (
  client: Pick<KubeClient, 'get'>,
  { namespace, secret }: IdentityRecord,
  metrics: Pick<PodIdentityMetrics, 'kubernetesApiOperationErrors'>,
): Promise<SecretData> => {
  const failed = (reason: string, cause?: unknown): AcquireError => {
    metrics.kubernetesApiOperationErrors.increment({ operation_type: 'get_secret' });
    return new AcquireError('refused', `failed to get Kubernetes secret ${secret.namespace}/${secret.name}, err: ${reason}`, cause);
  };
  if (!namePattern.test(secret.name) || !namePattern.test(secret.namespace)) throw failed('the name is not valid');
  if (secret.namespace !== namespace) throw failed('it is not in the namespace of the AzureIdentity');
  try {
    return dataOf(await client.get(paths.secret(secret.namespace, secret.name)));
  } catch (thrown) {
    throw failed(thrown instanceof Error ? thrown.message : 'the API server does not answer', thrown);
  }
};
