import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onPlatform, podpass, type Platform } from '@podpass/conformance';
import { newGuid } from '@podpass/kernel';
import { root } from '@podpass/tools';
import { automationToken, createClient } from './client.ts';
import { exchangeAudience } from './issuer.ts';
import { openPodCluster, type PodCluster } from './pod-cluster.ts';
import { podImages } from './pod-programs.ts';

const host = 'management.azure.com';
const versions = { cluster: '2025-10-01', identity: '2023-01-31', group: '2024-11-01', assignment: '2022-04-01' } as const;
const roles = {
  managedIdentityOperator: 'f1a07417-d97a-45cb-824c-7a7467783830',
  virtualMachineContributor: '9980e02c-c2be-4d73-94e8-173b1dc7cf3c',
} as const;

/** A user-assigned identity. */
export interface Identity {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
}

/** A platform on which pods get tokens: its metadata services take any number of requests, its images run the programs of rows. */
export interface PodWorld extends AsyncDisposable {
  readonly platform: Platform;
  readonly port: number;
  readonly pid: number;
  /** Runtime of pods that the platform chose. */
  readonly runtime: 'namespace' | 'process';
  createIdentities(prefix: string, count: number): Promise<readonly Identity[]>;
  createCluster(name: string, options?: { readonly nodes?: number }): Promise<PodCluster>;
  /** Brings MIC and NMI into a cluster, with what the cluster's nodes need of rights. */
  standardMode(cluster: PodCluster): Promise<void>;
  /** Makes an identity trust the service account `default` of a cluster; returns an assertion of that account. */
  federate(cluster: PodCluster, identity: Identity): Promise<string>;
  /** The platform's metrics in Prometheus' text format. */
  metrics(): Promise<string>;
  /** Resource ids, in lower case, of the identities that each scale set of a cluster carries. */
  scaleSetIdentities(cluster: PodCluster): Promise<readonly (readonly string[])[]>;
}

export const startPodWorld = (name: string, upArguments: readonly string[] = []): Promise<PodWorld> =>
  onPlatform(name, buildPodWorld, ['--metadata-limits', 'none', ...upArguments]);

const buildPodWorld = async (platform: Platform): Promise<PodWorld> => {
  const { https: port, pid } = JSON.parse(await readFile(path.join(platform.data, 'run.json'), 'utf8')) as { https: number; pid: number };
  for (const { image, command } of Object.values(podImages)) {
    const mapped = await podpass(['image', 'map', '--data', platform.data, image, '--', ...command]);
    if (mapped.code !== 0) throw new Error(mapped.stderr);
  }
  const client = createClient(port, { sockets: 4 });
  const { admin } = platform;
  const bearer = await automationToken(client, admin, 'https://management.core.windows.net');
  const arm = (method: string, target: string, version: string, json?: object) =>
    client.ask({ host, method, path: `${target}?api-version=${version}`, bearer, ...(json === undefined ? {} : { json }) });
  const read = async (target: string, version: string) => JSON.parse((await arm('GET', target, version)).text) as Record<string, unknown>;
  const finished = async (monitor: string | undefined): Promise<void> => {
    if (monitor === undefined) return;
    const { pathname, search } = new URL(monitor);
    for (;;) {
      const { status } = await client.call({ host, path: pathname + search, bearer });
      if (status === 'Succeeded') return;
      if (status !== 'InProgress') throw new Error(`an operation ended as ${String(status)}`);
      await sleep(20);
    }
  };
  const subscription = `/subscriptions/${admin.subscriptionId}`;
  const group = `${subscription}/resourceGroups/pods`;
  await arm('PUT', group, versions.group, { location: 'westeurope' });
  const assign = (role: string, principalId: string, scope: string) =>
    arm('PUT', `${scope}/providers/Microsoft.Authorization/roleAssignments/${newGuid()}`, versions.assignment, {
      properties: {
        roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        principalId,
        principalType: 'ServicePrincipal',
      },
    });
  const { runtime } = (await platform.control('GET', '/status')) as { runtime: { name: PodWorld['runtime'] } };

  return {
    platform,
    port,
    pid,
    runtime: runtime.name,
    createIdentities: (prefix, count) =>
      Promise.all(
        Array.from({ length: count }, async (_, index): Promise<Identity> => {
          const identity = `${prefix}-${index}`;
          const id = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${identity}`;
          const made = JSON.parse((await arm('PUT', id, versions.identity, { location: 'westeurope' })).text) as {
            properties: { clientId: string };
          };
          return { id, name: identity, clientId: made.properties.clientId };
        }),
      ),
    async createCluster(cluster, { nodes = 1 } = {}) {
      const id = `${group}/providers/Microsoft.ContainerService/managedClusters/${cluster}`;
      const { headers } = await arm('PUT', id, versions.cluster, {
        location: 'westeurope',
        identity: { type: 'SystemAssigned' },
        properties: {
          dnsPrefix: cluster,
          agentPoolProfiles: [{ name: 'nodepool1', count: nodes, mode: 'System' }],
          oidcIssuerProfile: { enabled: true },
        },
      });
      await finished(headers['azure-asyncoperation'] as string | undefined);
      const { properties } = (await read(id, versions.cluster)) as {
        properties: {
          fqdn: string;
          nodeResourceGroup: string;
          identityProfile: { kubeletidentity: { objectId: string } };
          oidcIssuerProfile: { issuerURL: string };
        };
      };
      const listed = JSON.parse((await arm('POST', `${id}/listClusterAdminCredential`, versions.cluster)).text) as {
        kubeconfigs: { value: string }[];
      };
      const kubeconfig = path.join(platform.data, `${cluster}.kubeconfig`);
      await writeFile(kubeconfig, Buffer.from(listed.kubeconfigs[0]?.value ?? '', 'base64'), { mode: 0o600 });
      const kubectl = async (args: readonly string[], input = ''): Promise<string> => {
        const result = await platform.run('kubectl', args, { env: { KUBECONFIG: kubeconfig }, input });
        if (result.code !== 0) throw new Error(result.stderr);
        return result.stdout;
      };
      const { users } = JSON.parse(await kubectl(['config', 'view', '--raw', '--output', 'json'])) as {
        users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
      };
      const user = users[0]?.user;
      const certificate = {
        cert: Buffer.from(user?.['client-certificate-data'] ?? '', 'base64'),
        key: Buffer.from(user?.['client-key-data'] ?? '', 'base64'),
      };
      return openPodCluster(createClient(port, { sockets: 16, certificate }), properties.fqdn, {
        id,
        issuer: properties.oidcIssuerProfile.issuerURL,
        nodeGroup: `${subscription}/resourceGroups/${properties.nodeResourceGroup}`,
        kubeletPrincipalId: properties.identityProfile.kubeletidentity.objectId,
        apply: async (yaml) => void (await kubectl(['apply', '-f', '-'], yaml)),
      });
    },
    async standardMode(cluster) {
      await assign(roles.managedIdentityOperator, cluster.kubeletPrincipalId, group);
      await assign(roles.virtualMachineContributor, cluster.kubeletPrincipalId, cluster.nodeGroup);
      // The exception is of a kind that the other file defines.
      for (const file of ['standard.yaml', 'mic-exception.yaml'])
        await cluster.apply(await readFile(path.join(root, 'deploy/aad-pod-identity', file), 'utf8'));
    },
    async federate(cluster, identity) {
      await arm('PUT', `${identity.id}/federatedIdentityCredentials/bench`, versions.identity, {
        properties: { issuer: cluster.issuer, subject: 'system:serviceaccount:default:default', audiences: [exchangeAudience] },
      });
      return cluster.serviceAccountToken(exchangeAudience);
    },
    async metrics() {
      const { control } = JSON.parse(await readFile(path.join(platform.data, 'run.json'), 'utf8')) as { control: string };
      return (await fetch(`${control}/metrics`)).text();
    },
    async scaleSetIdentities(cluster) {
      const found = await read(`${cluster.nodeGroup}/providers/Microsoft.Compute/virtualMachineScaleSets`, '2023-09-01');
      const { value } = found as { value: { identity?: { userAssignedIdentities?: object } }[] };
      return value.map(({ identity }) => Object.keys(identity?.userAssignedIdentities ?? {}).map((id) => id.toLowerCase()));
    },
    async [Symbol.asyncDispose]() {
      client.close();
      await platform[Symbol.asyncDispose]();
    },
  };
};
