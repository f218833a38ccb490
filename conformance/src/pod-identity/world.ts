import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { newGuid, randomHex } from '@podpass/kernel';
import type { RunResult } from '@podpass/tools';
import { onPlatform, podpass, said, type Platform } from '../platform/platform.ts';
import { until } from '../platform/until.ts';
import { armOf, ok, openEdge } from '../wire/azure.ts';
import type { Edge } from '../wire/raw.ts';

export const clusterVersion = '2025-10-01';
const groupVersion = '2024-11-01';
const identityVersion = '2023-01-31';

/** Ids of built-in roles. */
export const roles = {
  managedIdentityOperator: 'f1a07417-d97a-45cb-824c-7a7467783830',
  virtualMachineContributor: '9980e02c-c2be-4d73-94e8-173b1dc7cf3c',
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
} as const;

/** Images that stand for interpreters: a test's pod brings its program along as an argument. */
export const interpreters = { node: 'podpass.test/node', python: 'podpass.test/python', shell: 'podpass.test/shell' } as const;

export interface Identity {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  readonly principalId: string;
}

type Profile = Record<string, unknown>;
interface ClusterBody extends Record<string, unknown> {
  readonly properties: Record<string, unknown>;
}

export interface TestCluster {
  readonly id: string;
  readonly name: string;
  readonly nodeGroup: string;
  readonly principalId: string;
  readonly kubeconfig: string;
  kubectl(...args: string[]): Promise<RunResult>;
  /** Applies objects; throws with kubectl's words. */
  apply(...objects: object[]): Promise<void>;
  read(): Promise<ClusterBody>;
  /** Writes the whole cluster back with another pod identity profile, as the preview CLI does; waits for the end, also of a failure. */
  writeProfile(change: (profile: Profile) => Profile): Promise<void>;
  /** The answer to such a write, whatever it is. */
  tryProfile(change: (profile: Profile) => Profile): Promise<{ readonly status: number; readonly code: string; readonly message: string }>;
  /** What a pod has printed, once it matches. */
  logOf(pod: string, pattern: RegExp, options?: { namespace?: string; container?: string; seconds?: number }): Promise<string>;
}

export interface PodIdentityWorld extends AsyncDisposable {
  readonly platform: Platform;
  readonly edge: Edge;
  readonly arm: Awaited<ReturnType<typeof armOf>>;
  readonly subscriptionId: string;
  createCluster(
    name: string,
    options?: { kubenet?: boolean; podIdentity?: boolean; nodes?: number; addons?: object },
  ): Promise<TestCluster>;
  createIdentity(name: string): Promise<Identity>;
  assign(role: string, principalId: string, scope: string): Promise<void>;
  /** Gives the cluster the right to an identity and adds it to the profile. */
  bind(cluster: TestCluster, identity: Identity, entry: { name: string; namespace: string; bindingSelector?: string }): Promise<void>;
}

export const entryOf = (identity: Identity, entry: { name: string; namespace: string; bindingSelector?: string }) => ({
  ...entry,
  identity: { resourceId: identity.id, clientId: identity.clientId, objectId: identity.principalId },
});

export const listOf = (profile: Profile, name: string): readonly Record<string, unknown>[] =>
  (profile[name] as readonly Record<string, unknown>[] | undefined) ?? [];

const buildWorld = async (platform: Platform): Promise<PodIdentityWorld> => {
  const edge = await openEdge(platform.data);
  const arm = await armOf(edge, platform);
  const { subscriptionId } = platform.admin;
  const group = `/subscriptions/${subscriptionId}/resourceGroups/pods`;
  const folder = path.join(platform.data, 'pod-identity-test');
  await mkdir(folder);
  ok(await arm.send('PUT', `${group}?api-version=${groupVersion}`, { location: 'westeurope' }));
  const feature = `/subscriptions/${subscriptionId}/providers/Microsoft.Features/providers/Microsoft.ContainerService/features/EnablePodIdentityPreview`;
  ok(await arm.send('POST', `${feature}/register?api-version=2021-07-01`));
  await until(
    async () => ok(await arm.send('GET', `${feature}?api-version=2021-07-01`)),
    ({ properties }) => (properties as { state: string }).state === 'Registered',
  );
  for (const [image, command] of [
    [interpreters.node, process.execPath],
    [interpreters.python, 'python3'],
    [interpreters.shell, 'sh'],
  ] as const) {
    const mapped = await podpass(['image', 'map', '--data', platform.data, image, '--', command]);
    if (mapped.code !== 0) throw new Error(said(mapped));
  }

  const world: PodIdentityWorld = {
    platform,
    edge,
    arm,
    subscriptionId,
    async createCluster(name, { kubenet = false, podIdentity = true, nodes = 1, addons } = {}) {
      const id = `${group}/providers/Microsoft.ContainerService/managedClusters/${name}`;
      const url = `${id}?api-version=${clusterVersion}`;
      await arm.operation('PUT', url, {
        location: 'westeurope',
        identity: { type: 'SystemAssigned' },
        properties: {
          dnsPrefix: name,
          agentPoolProfiles: [{ name: 'nodepool1', count: nodes, mode: 'System' }],
          networkProfile: { networkPlugin: kubenet ? 'kubenet' : 'azure' },
          ...(podIdentity ? { podIdentityProfile: { enabled: true, ...(kubenet ? { allowNetworkPluginKubenet: true } : {}) } } : {}),
          ...(addons === undefined ? {} : { addonProfiles: addons }),
        },
      });
      return openCluster(url, name);
    },
    async createIdentity(name) {
      const id = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
      const body = ok(await arm.send('PUT', `${id}?api-version=${identityVersion}`, { location: 'westeurope' }));
      const { clientId, principalId } = body['properties'] as { clientId: string; principalId: string };
      return { id: String(body['id']), name, clientId, principalId };
    },
    async assign(role, principalId, scope) {
      ok(
        await arm.send('PUT', `${scope}/providers/Microsoft.Authorization/roleAssignments/${newGuid()}?api-version=2022-04-01`, {
          properties: {
            roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
            principalId,
            principalType: 'ServicePrincipal',
          },
        }),
      );
    },
    async bind(cluster, identity, entry) {
      await world.assign(roles.managedIdentityOperator, cluster.principalId, identity.id);
      await cluster.writeProfile((profile) => ({
        ...profile,
        userAssignedIdentities: [...listOf(profile, 'userAssignedIdentities'), entryOf(identity, entry)],
      }));
    },
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  };

  const openCluster = async (url: string, name: string): Promise<TestCluster> => {
    const read = async () => ok(await arm.send('GET', url)) as ClusterBody;
    const { properties, identity, id } = await read();
    const credentials = ok(await arm.send('POST', url.replace('?', '/listClusterAdminCredential?'))) as {
      kubeconfigs: { value: string }[];
    };
    const kubeconfig = path.join(folder, `${name}.kubeconfig`);
    await writeFile(kubeconfig, Buffer.from(credentials.kubeconfigs[0]?.value ?? '', 'base64'), { mode: 0o600 });
    const kubectl = (...args: string[]) => platform.run('kubectl', args, { env: { KUBECONFIG: kubeconfig } });
    const changed = async (change: (profile: Profile) => Profile) => {
      const body = await read();
      const profile = (body.properties['podIdentityProfile'] as Profile | undefined) ?? {};
      return { ...body, properties: { ...body.properties, podIdentityProfile: change(profile) } };
    };
    return {
      id: String(id),
      name,
      nodeGroup: String(properties['nodeResourceGroup']),
      principalId: String((identity as Record<string, unknown>)['principalId']),
      kubeconfig,
      kubectl,
      read,
      async apply(...objects) {
        const file = path.join(folder, `${randomHex(4)}.yaml`);
        await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
        const applied = await kubectl('apply', '-f', file);
        if (applied.code !== 0) throw new Error(said(applied));
      },
      writeProfile: async (change) => arm.operation('PUT', url, await changed(change)),
      async tryProfile(change) {
        const { status, body } = await arm.send('PUT', url, await changed(change));
        const parsed = JSON.parse(body) as Record<string, unknown>;
        const error = (parsed['error'] ?? parsed) as { code?: string; message?: string };
        return { status, code: String(error.code), message: String(error.message) };
      },
      async logOf(pod, pattern, { namespace = 'default', container, seconds = 40 } = {}) {
        const read = () => kubectl('logs', '-n', namespace, pod, ...(container === undefined ? [] : ['-c', container]));
        const result = await until(read, ({ stdout }) => pattern.test(stdout), seconds);
        return `${result.stdout}${result.stderr}`;
      },
    };
  };
  return world;
};

/** A platform with the preview feature registered. The metadata services of its nodes take any number of requests. */
export const createPodIdentityWorld = (name: string, upArguments: readonly string[] = []): Promise<PodIdentityWorld> =>
  onPlatform(name, buildWorld, ['--metadata-limits', 'none', ...upArguments]);
