import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { ContainerServiceClient } from '@azure/arm-containerservice';
import { KeyVaultManagementClient } from '@azure/arm-keyvault';
import { ManagedServiceIdentityClient } from '@azure/arm-msi';
import { ResourceManagementClient } from '@azure/arm-resources';
import { ClientSecretCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { newGuid, randomHex } from '@podpass/kernel';
import { text } from 'node:stream/consumers';
import { runPod } from './run-pod.ts';

/**
 * The walkthrough's journey through the official JavaScript SDKs, for machines on which the Azure CLI cannot be had. Runs
 * with the platform's proxy and certificates in its environment; reads the administrator's JSON from standard input;
 * prints each step with its time, and at the end the pod's log line.
 */
interface Input {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly servicePrincipal: { readonly appId: string; readonly secret: string };
}

const input = JSON.parse(await text(process.stdin)) as Input;

const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  const started = performance.now();
  const result = await work();
  process.stdout.write(`  ${name.padEnd(40)} ${((performance.now() - started) / 1000).toFixed(2)} s\n`);
  return result;
};

const required = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`the answer lacks ${what}`);
  return value;
};

const roles = {
  'Key Vault Secrets Officer': 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
  'Key Vault Secrets User': '4633458b-17de-408a-b874-0445c86b69e6',
} as const;
const { tenantId, subscriptionId } = input;
const credential = new ClientSecretCredential(tenantId, input.servicePrincipal.appId, input.servicePrincipal.secret);
const suffix = randomHex(3);
const group = `journey-${suffix}`;
const location = 'westeurope';
const account = `reader-${suffix}`;

await step('resource group', () =>
  new ResourceManagementClient(credential, subscriptionId).resourceGroups.createOrUpdate(group, { location }),
);

const clusters = new ContainerServiceClient(credential, subscriptionId).managedClusters;
const cluster = await step('cluster with issuer and webhook', () =>
  clusters.createOrUpdate(group, `cluster-${suffix}`, {
    location,
    identity: { type: 'SystemAssigned' },
    dnsPrefix: `journey-${suffix}`,
    agentPoolProfiles: [{ name: 'nodepool1', count: 1, mode: 'System', osType: 'Linux', type: 'VirtualMachineScaleSets' }],
    oidcIssuerProfile: { enabled: true },
    securityProfile: { workloadIdentity: { enabled: true } },
  }),
);

const identities = new ManagedServiceIdentityClient(credential, subscriptionId);
const identity = await step('managed identity', () =>
  identities.userAssignedIdentities.createOrUpdate(group, `reader-${suffix}`, { location }),
);
await step('federated credential', () =>
  identities.federatedIdentityCredentials.createOrUpdate(group, `reader-${suffix}`, 'reader-pod', {
    issuer: required(cluster.oidcIssuerProfile?.issuerURL, 'the issuer'),
    subject: `system:serviceaccount:default:${account}`,
    audiences: ['api://AzureADTokenExchange'],
  }),
);

const vault = await step('key vault', () =>
  new KeyVaultManagementClient(credential, subscriptionId).vaults.createOrUpdate(group, `vault-${suffix}`, {
    location,
    properties: { tenantId, sku: { family: 'A', name: 'standard' }, enableRbacAuthorization: true, enablePurgeProtection: true },
  }),
);
const assignments = new AuthorizationManagementClient(credential, subscriptionId).roleAssignments;
const assign = (role: keyof typeof roles, principalId: string) =>
  assignments.create(required(vault.id, 'the vault id'), newGuid(), {
    principalId,
    principalType: 'ServicePrincipal',
    roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roles[role]}`,
  });
const ownToken = required((await credential.getToken('https://management.azure.com/.default'))?.token, 'a token');
const { oid } = JSON.parse(Buffer.from(ownToken.split('.')[1] ?? '', 'base64url').toString()) as { oid: string };
await step('role: officer, for this principal', () => assign('Key Vault Secrets Officer', oid));
const vaultUrl = required(vault.properties.vaultUri, 'the vault URL');
await step('secret', () => new SecretClient(vaultUrl, credential).setSecret('greeting', 'Hello from a pod without credentials'));
await step('role: user, for the identity', () => assign('Key Vault Secrets User', required(identity.principalId, 'the principal id')));

const { kubeconfigs } = await clusters.listClusterUserCredentials(group, `cluster-${suffix}`);
const kubeconfig = Buffer.from(required(kubeconfigs?.[0]?.value, 'a kubeconfig')).toString('utf8');
const line = await step('service account, pod, log', () =>
  runPod({ kubeconfig, account, clientId: required(identity.clientId, 'the client id'), vaultUrl, secret: 'greeting' }),
);
process.stdout.write(`${line.trim()}\n`);
if (!line.includes('Hello from a pod without credentials')) process.exitCode = 1;
