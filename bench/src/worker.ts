import { text } from 'node:stream/consumers';
import { randomHex } from '@podpass/kernel';
import { signIn } from './azure.ts';
import { exchangeForm } from './load/run.ts';
import { clusterCreate, createCluster } from './rows/cluster-create.ts';
import { exchange } from './rows/exchange.ts';
import { idleMemory } from './rows/idle-memory.ts';
import { webhookReview } from './rows/webhook-review.ts';
import { kubernetes } from './kubernetes.ts';

/** The rows that need a running platform; runs with its proxy and certificates in the environment, prints the rows as JSON. */
interface Input {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly servicePrincipal: { readonly appId: string; readonly secret: string };
  readonly https: number;
  readonly pid: number;
}

const input = JSON.parse(await text(process.stdin)) as Input;
const azure = await signIn({ tenantId: input.tenantId, ...input.servicePrincipal });
const suffix = randomHex(3);
const group = `/subscriptions/${input.subscriptionId}/resourceGroups/bench-${suffix}`;
await azure.arm('PUT', group, '2024-11-01', { location: 'westeurope' });

const memory = await idleMemory(input.pid, () => createCluster(azure, group, 'bench-0'));
const created = await clusterCreate(azure, group);
const cluster = await kubernetes(azure, `${group}/providers/Microsoft.ContainerService/managedClusters/bench-0`);
const reviews = await webhookReview(cluster);
const identity = await azure.arm('PUT', `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/bench`, '2024-11-30', {
  location: 'westeurope',
});
const { clientId } = identity.body['properties'] as { clientId: string };
await azure.arm(
  'PUT',
  `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/bench/federatedIdentityCredentials/bench`,
  '2024-11-30',
  {
    properties: { issuer: cluster.issuer, subject: 'system:serviceaccount:default:default', audiences: ['api://AzureADTokenExchange'] },
  },
);
const assertion = await cluster.serviceAccountToken('default', 'default', 'api://AzureADTokenExchange');
const exchanges = await exchange({ port: input.https, tenantId: input.tenantId, forms: [exchangeForm(clientId, assertion)] });
await cluster.close();
process.stdout.write(JSON.stringify([...exchanges, ...created, ...reviews, ...memory]));
