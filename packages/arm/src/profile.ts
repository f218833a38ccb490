/** Host names and audiences of one cloud, as the resource manager needs them. */
export interface ArmProfile {
  /** Name of the cloud in `/metadata/endpoints`. */
  readonly name: string;
  /** Host names that the resource manager answers to, lower case, without port. */
  readonly hosts: readonly string[];
  /** Origin of the token service, without a trailing slash. */
  readonly login: string;
  /** Audiences that access tokens may have; the first is the one that clients are told to ask for. */
  readonly audiences: readonly string[];
  /** Microsoft Graph's resource, with a trailing slash. */
  readonly graph: string;
  readonly portal: string;
  /** DNS suffix of vaults, without a leading dot. */
  readonly keyVaultSuffix: string;
  /** Further members of the metadata's `suffixes`. */
  readonly suffixes?: Readonly<Record<string, string>>;
}

/** Azure's public cloud. */
export const azureProfile: ArmProfile = {
  name: 'AzureCloud',
  hosts: ['management.azure.com'],
  login: 'https://login.microsoftonline.com',
  audiences: [
    'https://management.core.windows.net/',
    'https://management.core.windows.net',
    'https://management.azure.com/',
    'https://management.azure.com',
    '797f4846-ba00-4fd7-ba43-dac1f8f63013',
  ],
  graph: 'https://graph.microsoft.com/',
  portal: 'https://portal.azure.com',
  keyVaultSuffix: 'vault.azure.net',
  suffixes: { acrLoginServer: 'azurecr.io', storage: 'core.windows.net', sqlServerHostname: 'database.windows.net' },
};
