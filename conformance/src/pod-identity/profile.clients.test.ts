import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '@podpass/tools';
import { clientsAvailable } from '../platform/available.ts';
import { said } from '../platform/platform.ts';
import { until } from '../platform/until.ts';
import { ok, readRunFile } from '../wire/azure.ts';
import { askMetadata, tokenAsk } from './run-script.ts';
import {
  clusterVersion,
  createPodIdentityWorld,
  entryOf,
  listOf,
  roles,
  type Identity,
  type PodIdentityWorld,
  type TestCluster,
} from './world.ts';

interface Outcome {
  readonly provisioningState?: string;
  readonly profile?: Record<string, unknown>;
  readonly error?: { readonly code?: string; readonly statusCode?: number; readonly message: string };
}

const newCluster = (dnsPrefix: string, more: object = {}) => ({
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  dnsPrefix,
  agentPoolProfiles: [{ name: 'nodepool1', count: 1, mode: 'System', osType: 'Linux', type: 'VirtualMachineScaleSets' }],
  ...more,
});

/** What the preview CLI does is a GET of the cluster, a change of its profile and a PUT of the whole; the SDK does the same. */
describe.skipIf(!clientsAvailable)('the pod identity profile', () => {
  let world: PodIdentityWorld;
  let cluster: TestCluster;
  let identity: Identity;
  let second: Identity;

  beforeAll(async () => {
    world = await createPodIdentityWorld('profile');
    const signedIn = await world.platform.podpass('login');
    if (signedIn.code !== 0) throw new Error(said(signedIn));
    cluster = await world.createCluster('main', { podIdentity: false });
    identity = await world.createIdentity('first');
    second = await world.createIdentity('second');
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  const sdk = async (...steps: object[]): Promise<readonly Outcome[]> => {
    const program = path.join(root, 'conformance/src/sdks/programs/pod-identity-profile.ts');
    const input = JSON.stringify({ admin: world.platform.admin, group: 'pods', steps });
    const result = await world.platform.run(process.execPath, [program], { input });
    expect(result.code, said(result)).toBe(0);
    return JSON.parse(result.stdout) as readonly Outcome[];
  };
  const az = async (...args: string[]): Promise<Record<string, unknown>> => {
    const result = await world.platform.az(...args, '--output', 'json');
    expect(result.code, said(result)).toBe(0);
    return (result.stdout === '' ? {} : JSON.parse(result.stdout)) as Record<string, unknown>;
  };
  const profileNow = async () => ((await cluster.read()).properties['podIdentityProfile'] ?? {}) as Record<string, unknown>;
  const entries = async () => listOf(await profileNow(), 'userAssignedIdentities');
  const names = async (kind: string, namespace: string) => {
    const { stdout } = await cluster.kubectl('get', kind, '-n', namespace, '-o', 'jsonpath={.items[*].metadata.name}');
    return stdout.split(' ').filter((name) => name !== '');
  };
  /** At the same place, so that the environment of the clients stays good. */
  const startAgain = async () => {
    const { port } = new URL(String(world.platform.env['HTTPS_PROXY']));
    const up = await world.platform.podpass('up', '--detach', '--port', port, '--metadata-limits', 'none');
    expect(up.code, said(up)).toBe(0);
  };
  const assignedToNodes = async (): Promise<readonly string[]> => {
    const listed = ok(
      await world.arm.send(
        'GET',
        `/subscriptions/${world.subscriptionId}/resourceGroups/${cluster.nodeGroup}/providers/Microsoft.Compute/virtualMachineScaleSets?api-version=2024-07-01`,
      ),
    );
    const sets = listed['value'] as { identity?: { userAssignedIdentities?: object } }[];
    const ids = sets.map((set) => Object.keys(set.identity?.userAssignedIdentities ?? {}).map((id) => id.split('/').at(-1) ?? ''));
    // The same on all of them.
    expect(new Set(ids.map((each) => each.toSorted().join())).size).toBe(1);
    return ids[0]?.toSorted() ?? [];
  };

  it('is refused at creation: kubenet without the allowance, identities, a cluster without managed identity', async () => {
    const kubenet = { networkProfile: { networkPlugin: 'kubenet' } };
    const { appId, secret } = world.platform.admin.servicePrincipal;
    const [plain, listed, principal] = await sdk(
      { cluster: 'no', create: newCluster('no', { ...kubenet, podIdentityProfile: { enabled: true } }) },
      {
        cluster: 'no',
        create: newCluster('no', {
          podIdentityProfile: { enabled: true, userAssignedIdentities: [entryOf(identity, { name: 'a', namespace: 'b' })] },
        }),
      },
      {
        cluster: 'no',
        create: {
          ...newCluster('no', { podIdentityProfile: { enabled: true }, servicePrincipalProfile: { clientId: appId, secret } }),
          identity: undefined,
        },
      },
    );
    expect(plain?.error).toMatchObject({ code: 'PodIdentityAddonWithKubeNetNotAllowed', statusCode: 400 });
    expect(plain?.error?.message).toContain('Network plugin kubenet is not supported to use with PodIdentity addon.');
    expect(listed?.error).toMatchObject({ code: 'PodIdentityAddonUserAssignedIdentitiesNotAllowedInCreation', statusCode: 400 });
    expect(listed?.error?.message).toContain('PodIdentity addon does not support assigning pod identities on creation.');
    expect(principal?.error).toMatchObject({ code: 'InvalidParameter', statusCode: 400 });
    const shown = await world.platform.az('aks', 'show', '-g', 'pods', '-n', 'no');
    expect(shown.code, said(shown)).toBe(3);
  });

  it('is created enabled by the SDK, also with kubenet where that is allowed', async () => {
    const [azure, kubenet] = await sdk(
      { cluster: 'made', create: newCluster('made', { podIdentityProfile: { enabled: true } }) },
      {
        cluster: 'kubenet',
        create: newCluster('kubenet', {
          networkProfile: { networkPlugin: 'kubenet' },
          podIdentityProfile: { enabled: true, allowNetworkPluginKubenet: true },
        }),
      },
    );
    const empty = { userAssignedIdentities: [], userAssignedIdentityExceptions: [] };
    expect(azure).toEqual({ provisioningState: 'Succeeded', profile: { enabled: true, allowNetworkPluginKubenet: false, ...empty } });
    expect(kubenet).toEqual({ provisioningState: 'Succeeded', profile: { enabled: true, allowNetworkPluginKubenet: true, ...empty } });
    await az('aks', 'delete', '-g', 'pods', '-n', 'made', '--yes');
    await az('aks', 'delete', '-g', 'pods', '-n', 'kubenet', '--yes');
  });

  it('is enabled by an update: NMI runs, the kinds are served, AKS has its exception', async () => {
    const before = await cluster.kubectl('get', 'azureidentity');
    expect(before.code, said(before)).toBe(1);
    await cluster.writeProfile(() => ({ enabled: true }));
    expect(await profileNow()).toMatchObject({ enabled: true, allowNetworkPluginKubenet: false });
    const ready = await cluster.kubectl('rollout', 'status', 'daemonset/nmi', '-n', 'kube-system', '--timeout=60s');
    expect(ready.code, said(ready)).toBe(0);
    expect(await names('azurepodidentityexception', 'kube-system')).toEqual(['aks-addon-exception']);
    const { stdout } = await cluster.kubectl('get', 'azurepodidentityexception', 'aks-addon-exception', '-n', 'kube-system', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ spec: { podLabels: { 'kubernetes.azure.com/managedby': 'aks' } } });
  });

  it('takes no identity that the cluster may not assign, in the words of the provider', async () => {
    const wanted = (profile: Record<string, unknown>) => ({
      ...profile,
      userAssignedIdentities: [entryOf(identity, { name: 'first', namespace: 'apps' })],
    });
    const { id, clientId, principalId } = identity;
    expect(await cluster.tryProfile(wanted)).toEqual({
      status: 400,
      code: 'PodIdentityAddonIdentitiesAssignmentError',
      message: `Cluster identity has no assignment permission over identity 'resourceId: ${id} - clientId: ${clientId} - objectId: ${principalId}'. Please grant at least 'Managed Identity Operator' permission before assigning pod identity.`,
    });
    const [answer] = await sdk({ cluster: 'main', profile: wanted({ enabled: true }) });
    expect(answer?.error).toMatchObject({ code: 'PodIdentityAddonIdentitiesAssignmentError', statusCode: 400 });
    expect(await entries()).toEqual([]);
    expect(await assignedToNodes()).not.toContain('first');
  });

  describe('with the permission', () => {
    beforeAll(async () => {
      for (const each of [identity, second]) await world.assign(roles.managedIdentityOperator, cluster.principalId, each.id);
    });

    const refuse = (userAssignedIdentities: readonly object[], userAssignedIdentityExceptions: readonly object[] = []) =>
      cluster.tryProfile((profile) => ({ ...profile, userAssignedIdentities, userAssignedIdentityExceptions }));

    it.each(['Upper', 'under_score', '-a', 'a-', 'a..b', 'a b', 'a/b', 'a'.repeat(246), 'ä'])('refuses the name %s', async (name) => {
      const answer = await refuse([entryOf(identity, { name, namespace: 'apps' })]);
      expect(answer).toMatchObject({ status: 400, code: 'InvalidParameter' });
      expect(answer.message).toContain('podIdentityProfile.userAssignedIdentities[0].name');
    });

    it('refuses bad namespaces and selectors, one name twice, and identities that are none', async () => {
      for (const namespace of ['', 'Apps', 'a.b', 'a'.repeat(64)])
        expect(await refuse([entryOf(identity, { name: 'a', namespace })])).toMatchObject({ status: 400, code: 'InvalidParameter' });
      for (const bindingSelector of ['a b', 'x'.repeat(64), '-'])
        expect(await refuse([entryOf(identity, { name: 'a', namespace: 'apps', bindingSelector })])).toMatchObject({ status: 400 });
      const twice = await refuse([entryOf(identity, { name: 'a', namespace: 'apps' }), entryOf(second, { name: 'a', namespace: 'apps' })]);
      expect(twice).toMatchObject({ status: 400, code: 'InvalidParameter' });
      expect(twice.message).toContain("'apps/a' is given twice");
      for (const id of [`${identity.id}x`, cluster.id, 'no id', '/subscriptions/x']) {
        const unknown = await refuse([entryOf({ ...identity, id }, { name: 'a', namespace: 'apps' })]);
        expect(unknown).toMatchObject({ status: 400, code: 'ResourceNotFound' });
        expect(unknown.message).toContain(id);
      }
      expect(await entries()).toEqual([]);
    });

    it('refuses 201 identities, and 201 exceptions', async () => {
      const many = Array.from({ length: 201 }, (_, index) => ({ name: `n${index}`, namespace: 'apps' }));
      const identities = await refuse(many.map((each) => entryOf(identity, each)));
      expect(identities).toMatchObject({ status: 400, code: 'InvalidParameter' });
      expect(identities.message).toContain('200');
      const exceptions = await refuse(
        [],
        many.map((each) => ({ ...each, podLabels: { a: 'b' } })),
      );
      expect(exceptions).toMatchObject({ status: 400, code: 'InvalidParameter' });
      expect(exceptions.message).toContain('200');
    });

    it('adds an identity; state, objects, columns, the node, and a token', async () => {
      const [added] = await sdk({
        cluster: 'main',
        profile: { enabled: true, userAssignedIdentities: [entryOf(identity, { name: 'first', namespace: 'apps' })] },
      });
      expect(added?.error).toBeUndefined();
      expect(added?.profile).toMatchObject({
        userAssignedIdentities: [
          { name: 'first', namespace: 'apps', provisioningState: 'Assigned', identity: { clientId: identity.clientId } },
        ],
      });
      expect(added?.profile).not.toHaveProperty('userAssignedIdentities.0.bindingSelector');
      const shown = await cluster.kubectl('get', 'azureidentity,azureidentitybinding', '-n', 'apps');
      expect(shown.stdout, said(shown)).toMatch(
        /NAME +TYPE +CLIENTID +AGE\n.*azureidentity\.aadpodidentity\.k8s\.io\/first +0 +[\da-f-]{36} +\d+s/,
      );
      expect(shown.stdout).toMatch(/NAME +AZUREIDENTITY +SELECTOR +AGE\n.*\/first-binding +first +first +\d+s/);
      expect(await assignedToNodes()).toContain('first');
      const [reply] = await askMetadata(cluster, { name: 'asks', namespace: 'apps', binding: 'first' }, [tokenAsk()]);
      expect(reply?.status, reply?.body).toBe(200);
    });

    it('adds a second one with a selector and without a name; ids are looked up, whatever the client says', async () => {
      await cluster.writeProfile((profile) => ({
        ...profile,
        userAssignedIdentities: [
          ...listOf(profile, 'userAssignedIdentities'),
          { namespace: 'apps', bindingSelector: 'chosen', identity: { resourceId: second.id, clientId: identity.clientId, objectId: 'x' } },
        ],
      }));
      const [, added] = await entries();
      expect(added).toMatchObject({
        name: expect.stringMatching(/^[a-z0-9][-a-z0-9]*$/) as unknown,
        bindingSelector: 'chosen',
        provisioningState: 'Assigned',
        identity: { clientId: second.clientId, objectId: second.principalId },
      });
      const asks = [tokenAsk(), tokenAsk({ client_id: identity.clientId })];
      const [own, others] = await askMetadata(cluster, { name: 'asks-chosen', namespace: 'apps', binding: 'chosen' }, asks);
      expect(own?.status, own?.body).toBe(200);
      expect(others?.status, others?.body).toBe(404);
      expect(await assignedToNodes()).toEqual(expect.arrayContaining(['first', 'second']));
    });

    it('exceptions are added, updated and deleted', async () => {
      const exceptions = (list: readonly object[]) =>
        cluster.writeProfile((profile) => ({ ...profile, userAssignedIdentityExceptions: list }));
      const labels = async () => {
        const { stdout } = await cluster.kubectl(
          'get',
          'azurepodidentityexception',
          'free',
          '-n',
          'apps',
          '-o',
          'jsonpath={.spec.podLabels}',
        );
        return stdout === '' ? undefined : (JSON.parse(stdout) as object);
      };
      /** Status for a pod that no binding chooses; excepted ones reach the machine and all that it has. */
      const ask = async (name: string, namespace: string, app: string) => {
        const [reply] = await askMetadata(cluster, { name, namespace, labels: { app } }, [tokenAsk({ client_id: identity.clientId })]);
        return reply?.status;
      };
      await exceptions([{ name: 'free', namespace: 'apps', podLabels: { app: 'free' } }]);
      expect(await labels()).toEqual({ app: 'free' });
      expect(listOf(await profileNow(), 'userAssignedIdentityExceptions')).toEqual([
        { name: 'free', namespace: 'apps', podLabels: { app: 'free' } },
      ]);
      expect(await ask('not-excepted', 'apps', 'other')).toBe(404);
      expect(await ask('not-here', 'default', 'free')).toBe(404);
      expect(await ask('excepted', 'apps', 'free')).toBe(200);
      await exceptions([{ name: 'free', namespace: 'apps', podLabels: { app: 'free', tier: 'open' } }]);
      expect(await labels()).toEqual({ app: 'free', tier: 'open' });
      await exceptions([]);
      expect(await labels()).toBeUndefined();
      expect(await ask('no-longer', 'apps', 'free')).toBe(404);
      expect(await names('azurepodidentityexception', 'kube-system')).toEqual(['aks-addon-exception']);
      const reserved = await cluster.tryProfile((profile) => ({
        ...profile,
        userAssignedIdentityExceptions: [{ name: 'aks-addon-exception', namespace: 'kube-system', podLabels: { a: 'b' } }],
      }));
      expect(reserved).toMatchObject({ status: 400, code: 'InvalidParameter' });
    });

    it('stays through everything that az does to the cluster', async () => {
      const before = await entries();
      expect(before).toHaveLength(2);
      const updated = await az('aks', 'update', '-g', 'pods', '-n', 'main', '--tags', 'team=pods');
      expect(updated).toMatchObject({ tags: { team: 'pods' }, podIdentityProfile: { enabled: true } });
      expect(await entries()).toEqual(before);
      await az('aks', 'nodepool', 'add', '-g', 'pods', '--cluster-name', 'main', '-n', 'more', '-c', '1');
      await az('aks', 'nodepool', 'scale', '-g', 'pods', '--cluster-name', 'main', '-n', 'nodepool1', '-c', '2');
      expect(await entries()).toEqual(before);
      expect(await assignedToNodes()).toEqual(expect.arrayContaining(['first', 'second']));
      const ready = await cluster.kubectl('rollout', 'status', 'daemonset/nmi', '-n', 'kube-system', '--timeout=60s');
      expect(ready.code, said(ready)).toBe(0);
      const counted = await cluster.kubectl('get', 'daemonset', 'nmi', '-n', 'kube-system', '-o', 'jsonpath={.status.numberReady}');
      expect(counted.stdout).toBe('3');
      const shown = await az('aks', 'show', '-g', 'pods', '-n', 'main');
      expect(shown).toMatchObject({
        podIdentityProfile: { userAssignedIdentities: before.map(({ name }) => ({ name, provisioningState: 'Assigned' })) },
      });
    });

    it('a preview version that nobody listed reads and writes it alike', async () => {
      const version = '2024-09-02-preview';
      const url = `${cluster.id}?api-version=${version}`;
      const body = ok(await world.arm.send('GET', url)) as { properties: { podIdentityProfile: object } };
      expect(body.properties.podIdentityProfile).toEqual(await profileNow());
      await world.arm.operation('PUT', url, body);
      expect(await profileNow()).toEqual(body.properties.podIdentityProfile);
      const bad = await world.arm.send('GET', `${cluster.id}?api-version=2024-99-02-preview`);
      expect(bad.status).toBe(400);
    });

    it('takes no second change while one is on its way', async () => {
      const url = `${cluster.id}?api-version=${clusterVersion}`;
      const body = await cluster.read();
      const started = await world.arm.send('PUT', url, body);
      expect(started.status).toBe(200);
      expect(await cluster.tryProfile((profile) => profile)).toMatchObject({ status: 409, code: 'OperationNotAllowed' });
      await az('aks', 'wait', '-g', 'pods', '-n', 'main', '--updated', '--interval', '1');
    });

    it('an identity that somebody took off the nodes is refused to pods, and comes back with the next update', async () => {
      const { stdout } = await world.platform.az('vmss', 'list', '-g', cluster.nodeGroup, '--query', '[].name', '-o', 'json');
      for (const name of JSON.parse(stdout) as string[])
        await az('vmss', 'identity', 'remove', '-g', cluster.nodeGroup, '-n', name, '--identities', identity.id);
      expect(await assignedToNodes()).not.toContain('first');
      const [without] = await askMetadata(cluster, { name: 'asks-unassigned', namespace: 'apps', binding: 'first' }, [tokenAsk()]);
      expect(without?.status, without?.body).toBe(403);
      expect(without?.body).toMatch(/^failed to get service principal token, error: /);
      await cluster.writeProfile((profile) => profile);
      const [again] = await askMetadata(cluster, { name: 'asks-reassigned', namespace: 'apps', binding: 'first' }, [tokenAsk()]);
      expect(again?.status, again?.body).toBe(200);
    });

    it('an entry whose identity was deleted fails with the cluster until it is removed; the others work', async () => {
      const doomed = await world.createIdentity('doomed');
      await world.bind(cluster, doomed, { name: 'doomed', namespace: 'apps' });
      const deleted = await world.platform.az('identity', 'delete', '--ids', doomed.id);
      expect(deleted.code, said(deleted)).toBe(0);
      const update = await world.platform.az('aks', 'update', '-g', 'pods', '-n', 'main', '--tags', 'team=pods');
      expect(update.code, said(update)).not.toBe(0);
      expect(update.stderr).toContain('ReconcilePodIdentityAddonError');
      expect(update.stderr).not.toContain('Traceback');
      expect((await cluster.read()).properties['provisioningState']).toBe('Failed');
      const failed = (await entries()).find(({ name }) => name === 'doomed');
      expect(failed).toMatchObject({
        provisioningState: 'Failed',
        provisioningInfo: {
          error: { error: { code: 'PodIdentityAddonIdentitiesAssignmentError', message: expect.stringContaining('doomed') as unknown } },
        },
      });
      expect((await entries()).filter(({ provisioningState }) => provisioningState === 'Assigned')).toHaveLength(2);
      const [reply] = await askMetadata(cluster, { name: 'asks-still', namespace: 'apps', binding: 'first' }, [tokenAsk()]);
      expect(reply?.status, reply?.body).toBe(200);
      await cluster.writeProfile((profile) => ({
        ...profile,
        userAssignedIdentities: listOf(profile, 'userAssignedIdentities').filter(({ name }) => name !== 'doomed'),
      }));
      expect((await cluster.read()).properties['provisioningState']).toBe('Succeeded');
    });

    it('an entry under whose name users have an object of their own fails by itself, and leaves theirs alone', async () => {
      const spec = { type: 0, resourceID: second.id, clientID: 'theirs' };
      await cluster.apply({
        apiVersion: 'aadpodidentity.k8s.io/v1',
        kind: 'AzureIdentity',
        metadata: { name: 'taken', namespace: 'apps' },
        spec,
      });
      const added = cluster.writeProfile((profile) => ({
        ...profile,
        userAssignedIdentities: [...listOf(profile, 'userAssignedIdentities'), entryOf(identity, { name: 'taken', namespace: 'apps' })],
      }));
      await expect(added).rejects.toThrow('Failed');
      expect((await entries()).map(({ name, provisioningState }) => [name, provisioningState])).toContainEqual(['taken', 'Failed']);
      expect((await entries()).filter(({ provisioningState }) => provisioningState === 'Assigned')).toHaveLength(2);
      const { stdout } = await cluster.kubectl('get', 'azureidentity', 'taken', '-n', 'apps', '-o', 'json');
      expect(JSON.parse(stdout)).toMatchObject({ spec });
      await cluster.kubectl('delete', 'azureidentity', 'taken', '-n', 'apps');
      await cluster.writeProfile((profile) => profile);
      expect((await entries()).map(({ provisioningState }) => provisioningState)).toEqual(['Assigned', 'Assigned', 'Assigned']);
    });

    it('deletes an entry: its objects and its place on the nodes go, and its pods get nothing any more', async () => {
      await cluster.writeProfile((profile) => ({
        ...profile,
        userAssignedIdentities: listOf(profile, 'userAssignedIdentities').filter(({ name }) => name === 'first'),
      }));
      expect(await names('azureidentity', 'apps')).toEqual(['first']);
      expect(await names('azureidentitybinding', 'apps')).toEqual(['first-binding']);
      expect(await assignedToNodes()).not.toContain('second');
      const [reply] = await askMetadata(cluster, { name: 'asks-gone', namespace: 'apps', binding: 'chosen' }, [tokenAsk()]);
      expect(reply?.status, reply?.body).toBe(404);
    });

    it('takes 200 of either kind', async () => {
      const many = Array.from({ length: 200 }, (_, index) => ({ name: `n${index}`, namespace: 'many' }));
      await cluster.writeProfile((profile) => ({
        ...profile,
        userAssignedIdentities: many.map((each) => entryOf(identity, each)),
        userAssignedIdentityExceptions: many.map((each) => ({ ...each, podLabels: { a: 'b' } })),
      }));
      expect((await entries()).every(({ provisioningState }) => provisioningState === 'Assigned')).toBe(true);
      expect(await names('azureidentity', 'many')).toHaveLength(200);
      expect(await names('azurepodidentityexception', 'many')).toHaveLength(200);
      await cluster.writeProfile((profile) => ({
        ...profile,
        userAssignedIdentities: [entryOf(identity, { name: 'first', namespace: 'apps' })],
        userAssignedIdentityExceptions: [],
      }));
      expect(await names('azureidentity', 'many')).toEqual([]);
    });

    it('goes on after the platform was stopped and started: pods run, NMI answers, identities are on the nodes', async () => {
      const { platform } = world;
      const program = `setInterval(async () => {
        const at = process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST ?? 'http://169.254.169.254';
        const url = at + '/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://vault.azure.net';
        const { status } = await fetch(url, { headers: { Metadata: 'true' } }).catch(() => ({ status: 0 }));
        console.log(Date.now(), status);
      }, 500)`;
      await cluster.apply({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'steady', namespace: 'apps', labels: { aadpodidbinding: 'first' } },
        spec: { containers: [{ name: 'steady', image: 'podpass.test/node', args: ['-e', program] }] },
      });
      expect(await cluster.logOf('steady', /^\d+ 200$/m, { namespace: 'apps' })).toMatch(/^\d+ 200$/m);
      const before = await profileNow();
      expect((await platform.podpass('down')).code).toBe(0);
      await startAgain();
      const since = Date.now();
      const again = (log: string) => [...log.matchAll(/^(\d+) 200$/gm)].some(([, time]) => Number(time) > since);
      const log = await until(async () => (await cluster.kubectl('logs', '-n', 'apps', 'steady')).stdout, again, 60);
      expect(again(log), log).toBe(true);
      const ready = await cluster.kubectl('rollout', 'status', 'daemonset/nmi', '-n', 'kube-system', '--timeout=60s');
      expect(ready.code, said(ready)).toBe(0);
      const [reply] = await askMetadata(cluster, { name: 'asks-after', namespace: 'apps', binding: 'first' }, [tokenAsk()]);
      expect(reply?.status, reply?.body).toBe(200);
      expect(await az('aks', 'show', '-g', 'pods', '-n', 'main')).toMatchObject({
        provisioningState: 'Succeeded',
        podIdentityProfile: { userAssignedIdentities: [{ name: 'first', provisioningState: 'Assigned' }] },
      });
      expect(before).toMatchObject({ userAssignedIdentities: [{ name: 'first' }] });
      const listed = await az('vmss', 'list', '-g', cluster.nodeGroup, '--query', '[].keys(identity.userAssignedIdentities)');
      for (const ids of listed as unknown as string[][]) expect(ids).toEqual(expect.arrayContaining([identity.id]));
    });

    it('an update that kill -9 interrupts is finished by the next start', async () => {
      const { platform } = world;
      const url = `https://management.azure.com${cluster.id}?api-version=${clusterVersion}`;
      const present = (await az('rest', '--url', url)) as { properties: object };
      const many = Array.from({ length: 150 }, (_, index) => entryOf(second, { name: `n${index}`, namespace: 'many' }));
      const profile = { enabled: true, userAssignedIdentities: [entryOf(identity, { name: 'first', namespace: 'apps' }), ...many] };
      const body = JSON.stringify({ ...present, properties: { ...present.properties, podIdentityProfile: profile } });
      const started = await az('rest', '--method', 'put', '--url', url, '--body', body);
      expect(started).toMatchObject({ properties: { provisioningState: 'Updating' } });
      process.kill((await readRunFile(platform.data)).pid, 'SIGKILL');
      await startAgain();
      await az('aks', 'wait', '-g', 'pods', '-n', 'main', '--custom', "provisioningState!='Updating'", '--interval', '1');
      const states = 'podIdentityProfile.userAssignedIdentities[].provisioningState';
      const after = await az('aks', 'show', '-g', 'pods', '-n', 'main', '--query', `{state: provisioningState, states: ${states}}`);
      expect(after).toEqual({ state: 'Succeeded', states: Array.from({ length: 151 }, () => 'Assigned') });
      expect(await names('azureidentity', 'many')).toHaveLength(150);
      const [reply] = await askMetadata(cluster, { name: 'asks-after-kill', namespace: 'apps', binding: 'first' }, [tokenAsk()]);
      expect(reply?.status, reply?.body).toBe(200);
    });

    it('disabling takes all of it away, and leaves what users made themselves', async () => {
      await cluster.apply(
        {
          apiVersion: 'aadpodidentity.k8s.io/v1',
          kind: 'AzureIdentity',
          metadata: { name: 'own', namespace: 'apps' },
          spec: { type: 0, resourceID: identity.id, clientID: identity.clientId },
        },
        {
          apiVersion: 'aadpodidentity.k8s.io/v1',
          kind: 'AzurePodIdentityException',
          metadata: { name: 'own', namespace: 'apps' },
          spec: { podLabels: { a: 'b' } },
        },
      );
      const url = `https://management.azure.com${cluster.id}?api-version=${clusterVersion}`;
      const present = (await az('rest', '--url', url)) as { properties: object };
      const body = JSON.stringify({ ...present, properties: { ...present.properties, podIdentityProfile: { enabled: false } } });
      const disabled = await az('rest', '--method', 'put', '--url', url, '--body', body);
      expect(disabled['properties']).not.toHaveProperty('podIdentityProfile');
      await az('aks', 'wait', '-g', 'pods', '-n', 'main', '--updated', '--interval', '1');
      expect(await names('azureidentity', 'apps')).toEqual(['own']);
      expect(await names('azurepodidentityexception', 'apps')).toEqual(['own']);
      expect(await names('azurepodidentityexception', 'kube-system')).toEqual([]);
      expect(await names('daemonset', 'kube-system')).not.toContain('nmi');
      const listed = await az('vmss', 'list', '-g', cluster.nodeGroup, '--query', '[].keys(identity.userAssignedIdentities)');
      for (const ids of listed as unknown as string[][]) expect(ids).not.toContain(identity.id);
    });

    it('goes with the cluster: its scale sets and its identity, not the identities of others', async () => {
      await az('aks', 'delete', '-g', 'pods', '-n', 'main', '--yes');
      expect(await az('vmss', 'list')).toEqual([]);
      expect(await az('identity', 'list', '--query', '[].name')).toEqual(['first', 'second']);
      const orphan = await world.platform.az('ad', 'sp', 'show', '--id', cluster.principalId);
      expect(orphan.code, said(orphan)).toBe(3);
    });
  });
});
