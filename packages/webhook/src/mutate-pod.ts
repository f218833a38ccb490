import { clientIdOf, expirationOf, refuseProxy, skippedContainers, tenantIdOf } from './annotations.ts';
import type { WebhookConfig } from './config.ts';
import { decodePod, type Pod } from './decode-pod.ts';
import { Denied, type Denial } from './denial.ts';
import { environmentOf, environmentPatch } from './environment.ts';
import { pointer, type JsonPatchOperation } from './json-patch.ts';
import { mountPatch, volumeNameOf, volumePatch } from './token-volume.ts';
import { defaultServiceAccount } from './wire.ts';

export type { Denial } from './denial.ts';
export type { JsonPatchOperation } from './json-patch.ts';

export interface MutationInput {
  /** The pod as it came over the wire; it is read, never changed. */
  readonly pod: unknown;
  /** The pod's service account; undefined when there is none. */
  readonly serviceAccount: unknown;
  /** Namespace of the admission request. */
  readonly namespace: string;
  readonly config: WebhookConfig;
}

export type MutationOutcome = { readonly patch: readonly JsonPatchOperation[] } | { readonly denied: Denial };

/** Name of the service account that a pod runs as. */
export const serviceAccountNameOf = (pod: Pod): string => pod.spec.serviceAccountName || defaultServiceAccount;

const namespacePatch = (pod: Pod, namespace: string): JsonPatchOperation[] => {
  if (pod.metadata === undefined) return [{ op: 'add', path: '/metadata', value: { namespace } }];
  if (pod.metadata.namespace === namespace) return [];
  return [{ op: 'add', path: pointer('metadata', 'namespace'), value: namespace }];
};

/**
 * What a decoded pod lacks. Applying it twice adds nothing; nothing is ever removed, and members that this release does
 * not know survive. Throws `Denied`.
 */
export const planMutation = (pod: Pod, { serviceAccount, namespace, config }: Omit<MutationInput, 'pod'>): JsonPatchOperation[] => {
  if (serviceAccount === undefined) throw new Denied(`serviceaccounts "${serviceAccountNameOf(pod)}" not found`);
  refuseProxy(pod);
  const expiration = expirationOf(pod, serviceAccount);
  const variables = environmentOf(config, { clientId: clientIdOf(serviceAccount), tenantId: tenantIdOf(serviceAccount, config.tenantId) });
  const skipped = skippedContainers(pod);
  const name = volumeNameOf(pod, config);
  const patch = namespacePatch(pod, namespace);
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [index, container] of (pod.spec[list] ?? []).entries()) {
      if (skipped.has(container.name ?? '')) continue;
      const at = ['spec', list, index];
      patch.push(...environmentPatch(container, at, variables), ...mountPatch(container, at, { name, config }));
    }
  }
  patch.push(...volumePatch(pod, config, { name, expiration }));
  return patch;
};

/** Turns what planning throws into a denial. Anything else is a fault of the program and goes on. */
export const denialOf = (thrown: unknown): Denial => {
  if (thrown instanceof Denied) return { code: thrown.code, message: thrown.message };
  throw thrown;
};

/**
 * Decides what a pod with the workload identity label gets: a minimal RFC 6902 patch, or a denial. Pure: the same input
 * gives the same outcome.
 */
export const mutatePod = (input: MutationInput): MutationOutcome => {
  try {
    return { patch: planMutation(decodePod(input.pod), input) };
  } catch (thrown) {
    return { denied: denialOf(thrown) };
  }
};
