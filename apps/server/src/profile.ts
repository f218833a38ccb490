/** A cloud profile: the table of host names under which the surfaces are served. */
export interface CloudProfile {
  readonly name: string;
  readonly login: string;
  /** Further names of the token service. */
  readonly loginAliases: readonly string[];
  readonly resourceManager: string;
  readonly graph: string;
  /** The portal's service that the Azure CLI calls to consent on behalf of all users. */
  readonly portal: string;
  /** With its leading dot. */
  readonly vaultSuffix: string;
  readonly vaultResource: string;
  /** Cluster issuers live under `{region}` plus this suffix. */
  readonly issuerSuffix: string;
  /** API servers live under `{dnsPrefix}.hcp.{region}` plus this suffix. */
  readonly apiServerSuffix: string;
}

/**
 * Public Azure's own names, so that outputs look as the documents show them and tools need no configuration but
 * environment variables. Source: https://learn.microsoft.com/azure/security/fundamentals/azure-domains
 */
export const azureProfile: CloudProfile = {
  name: 'azure',
  login: 'login.microsoftonline.com',
  loginAliases: ['login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
  resourceManager: 'management.azure.com',
  graph: 'graph.microsoft.com',
  portal: 'main.iam.ad.ext.azure.com',
  vaultSuffix: '.vault.azure.net',
  vaultResource: 'https://vault.azure.net',
  issuerSuffix: '.oic.prod-aks.azure.com',
  apiServerSuffix: '.azmk8s.io',
};

/** The DNS subtrees that the platform's certificate authority may sign for: the profile's names and loopback, nothing else. */
export const permittedNames = (profile: CloudProfile): readonly string[] => [
  profile.login,
  ...profile.loginAliases,
  profile.resourceManager,
  profile.graph,
  profile.portal,
  profile.vaultSuffix.slice(1),
  profile.issuerSuffix.slice(1),
  profile.apiServerSuffix.slice(1),
  'localhost',
];
