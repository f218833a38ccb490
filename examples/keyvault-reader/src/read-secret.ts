import type { Settings } from './settings.ts';

/** The three variables that the workload identity webhook gives to a pod. */
const injected = ['AZURE_CLIENT_ID', 'AZURE_TENANT_ID', 'AZURE_FEDERATED_TOKEN_FILE'];

/**
 * Makes a reader of the secret with the Azure SDKs as they are. The pod's own identity is used when the webhook
 * injected it; otherwise whatever DefaultAzureCredential finds, so that the sample also runs on a desk.
 */
export const createSecretReader = async (
  { vaultUrl, secretName }: Settings,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<() => Promise<string>> => {
  const [{ DefaultAzureCredential, WorkloadIdentityCredential }, { SecretClient }] = await Promise.all([
    import('@azure/identity'),
    import('@azure/keyvault-secrets'),
  ]);
  const inPod = injected.every((name) => environment[name]);
  const client = new SecretClient(vaultUrl, inPod ? new WorkloadIdentityCredential() : new DefaultAzureCredential());
  return async () => (await client.getSecret(secretName)).value ?? '';
};
