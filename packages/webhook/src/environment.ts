import type { Container } from './decode-pod.ts';
import { pointer, type JsonPatchOperation } from './json-patch.ts';
import type { WebhookConfig } from './config.ts';
import { layouts } from './wire.ts';

export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
}

/** The variables that a container gets, in upstream's order; those without a value are left out. */
export const environmentOf = (config: WebhookConfig, identity: { clientId: string; tenantId: string }): readonly EnvironmentVariable[] => {
  const { mountPath, tokenPath } = layouts[config.layout];
  return [
    { name: 'AZURE_CLIENT_ID', value: identity.clientId },
    { name: 'AZURE_TENANT_ID', value: identity.tenantId },
    { name: 'AZURE_FEDERATED_TOKEN_FILE', value: `${mountPath}/${tokenPath}` },
    { name: 'AZURE_AUTHORITY_HOST', value: config.authorityHost },
  ].filter((variable) => variable.value !== '');
};

/** Appends the variables whose names the container does not set; an entry of that name counts whatever its value is. */
export const environmentPatch = (
  container: Container,
  at: readonly (string | number)[],
  variables: readonly EnvironmentVariable[],
): JsonPatchOperation[] => {
  const present = container.env ?? undefined;
  const missing = variables.filter((variable) => present?.some((entry) => entry['name'] === variable.name) !== true);
  if (missing.length === 0) return [];
  if (present === undefined) return [{ op: 'add', path: pointer(...at, 'env'), value: missing }];
  return missing.map((value) => ({ op: 'add', path: pointer(...at, 'env', '-'), value }));
};
