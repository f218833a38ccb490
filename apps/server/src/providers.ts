import type { ClusterHost, VaultHost } from '@podpass/arm';
import type { Authorization } from '@podpass/authorization';
import { authorizationProvider } from '@podpass/provider-authorization';
import { computeProvider } from '@podpass/provider-compute';
import { containerServiceProvider } from '@podpass/provider-container-service';
import { keyVaultProvider } from '@podpass/provider-key-vault';
import { managedIdentityProvider } from '@podpass/provider-managed-identity';
import { policyProvider, type PolicyAssignments } from '@podpass/provider-policy';
import { featuresProvider, resourcesProvider } from '@podpass/provider-resources';

/** Every resource provider, with the ports that it needs. */
export const providers = (ports: {
  clusterHost: ClusterHost & { policiesChanged(tenantId: string, scope: string): Promise<void> };
  vaultHost: VaultHost;
  authorization: Authorization;
  policies: PolicyAssignments;
}) => [
  resourcesProvider,
  featuresProvider,
  managedIdentityProvider,
  keyVaultProvider({ vaults: ports.vaultHost }),
  computeProvider(),
  containerServiceProvider({ clusters: ports.clusterHost }),
  authorizationProvider({ authorization: ports.authorization }),
  policyProvider({ assignments: ports.policies, changed: (tenantId, scope) => ports.clusterHost.policiesChanged(tenantId, scope) }),
];
