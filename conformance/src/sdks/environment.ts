import type { World } from './world.ts';

/** The environment of a pod with workload identity, for `DefaultAzureCredential`, over that of any client of the platform. */
export const sdkEnvironment = ({ platform, identity, tokens }: World): NodeJS.ProcessEnv => ({
  ...platform.env,
  AZURE_TENANT_ID: platform.admin.tenantId,
  AZURE_CLIENT_ID: identity.clientId,
  AZURE_FEDERATED_TOKEN_FILE: tokens.good,
  AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.com/',
  NODE_USE_ENV_PROXY: '1',
});
