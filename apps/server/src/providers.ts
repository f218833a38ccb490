import type { ClusterHost, VaultHost } from '@podpass/arm';
import type { Authorization } from '@podpass/authorization';
import { authorizationProvider } from '@podpass/provider-authorization';
import { containerServiceProvider } from '@podpass/provider-container-service';
import { keyVaultProvider } from '@podpass/provider-key-vault';
import { managedIdentityProvider } from '@podpass/provider-managed-identity';
import { featuresProvider, resourcesProvider } from '@podpass/provider-resources';

/** Every resource provider, with the ports that it needs. */
export const providers = (ports: { clusterHost: ClusterHost; vaultHost: VaultHost; authorization: Authorization }) => [
  resourcesProvider,
  featuresProvider,
  managedIdentityProvider,
  keyVaultProvider({ vaults: ports.vaultHost }),
  containerServiceProvider({ clusters: ports.clusterHost }),
  authorizationProvider({ authorization: ports.authorization }),
];
