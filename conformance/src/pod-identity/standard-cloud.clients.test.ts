import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { said } from '../platform/platform.ts';
import { until } from '../platform/until.ts';
import { call, graphHost, ok, readRunFile, userTokenFor } from '../wire/azure.ts';
import {
  addArguments,
  askingPod,
  bindingOf,
  createStandardWorld,
  identityOf,
  impatient,
  installStandard,
  manifests,
  ready,
  userAssigned,
  type StandardCluster,
} from './standard/standard-world.ts';
import { clusterVersion, type Identity, type PodIdentityWorld } from './world.ts';

/** What standard mode does to Azure, and what it leaves alone; its service principals; its replicas. */
describe.skipIf(!clientsAvailable)('standard mode and the cloud', () => {
  let world: PodIdentityWorld;
  let cluster: StandardCluster;
  let one: Identity;
  let two: Identity;
  let nodes: readonly string[];

  beforeAll(async () => {
    ({ world, cluster } = await createStandardWorld('standard-cloud', { nodes: 2 }));
    [one, two] = await Promise.all([cluster.create('one'), cluster.create('two')]);
    nodes = (await cluster.must('get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}')).split(' ');
    await cluster.must('create', 'namespace', 'other');
  });
  afterAll(() => world?.[Symbol.asyncDispose]());
  afterEach(async () => {
    await cluster.clear();
    const left = Object.fromEntries([one, two].map(({ id }) => [id, null]));
    await cluster.patchIdentities({ type: 'UserAssigned', userAssignedIdentities: left });
  });

  const bound = (identity: Identity, selector = 'demo'): readonly object[] => [
    identityOf(identity, userAssigned(identity)),
    bindingOf(identity, selector),
  ];

  describe('service principals', () => {
    let appId: string;
    const folder = () => path.join(world.platform.data, 'certificates');
    const graph = async (target: string, body: object) => {
      const bearer = await userTokenFor(world.edge, world.platform, `https://${graphHost}/.default`);
      return ok(await call(world.edge, { method: 'POST', host: graphHost, path: `/v1.0${target}`, bearer, body }));
    };
    const openssl = async (...args: string[]) => {
      const result = await world.platform.run('openssl', args, { cwd: folder() });
      if (result.code !== 0) throw new Error(said(result));
    };

    beforeAll(async () => {
      await mkdir(folder());
      await openssl(
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        'key.pem',
        '-out',
        'cert.pem',
        '-days',
        '30',
        '-subj',
        '/CN=pods',
      );
      await openssl('pkcs12', '-export', '-inkey', 'key.pem', '-in', 'cert.pem', '-out', 'cert.pfx', '-passout', 'pass:sesame');
      const pem = await readFile(path.join(folder(), 'cert.pem'), 'utf8');
      const application = await graph('/applications', {
        displayName: 'pods',
        keyCredentials: [{ type: 'AsymmetricX509Cert', usage: 'Verify', key: pem.replaceAll(/-----.*-----|\s/g, '') }],
      });
      appId = String(application['appId']);
      await graph('/servicePrincipals', { appId });
      const { secretText } = await graph(`/applications/${String(application['id'])}/addPassword`, { passwordCredential: {} });
      await cluster.must('create', 'secret', 'generic', 'by-secret', `--from-literal=clientSecret=${String(secretText)}`);
      await cluster.must('create', 'secret', 'generic', 'by-wrong-secret', '--from-literal=clientSecret=wrong');
      const file = `--from-file=certificate=${path.join(folder(), 'cert.pfx')}`;
      await cluster.must('create', 'secret', 'generic', 'by-certificate', file, '--from-literal=password=sesame');
      await cluster.must('create', 'secret', 'generic', 'by-wrong-password', file, '--from-literal=password=open');
    });

    const principal = (type: number, secret: string): readonly object[] => {
      const { tenantId } = world.platform.admin;
      const clientPassword = { name: secret, namespace: 'default' };
      return [
        identityOf({ name: secret }, { type, clientID: appId, tenantID: tenantId, clientPassword }),
        bindingOf({ name: secret }, 'demo'),
      ];
    };

    it.each([
      [1, 'by-wrong-secret', /AADSTS7000215/],
      [2, 'by-wrong-password', /failed to get service principal token/],
      [1, 'no-secret', /failed to get Kubernetes secret default\/no-secret/],
    ])('type %i with the secret %s gets nothing', async (type, secret, text) => {
      await cluster.apply(...principal(type, secret), askingPod({ name: 'p' }, 'demo'));
      const log = await cluster.logOf('p', /^\d/m);
      expect(log).toMatch(/^(403|503) /);
      expect(log).toMatch(text);
      expect(log).not.toContain('sesame');
    });

    it.each([
      [1, 'by-secret'],
      [2, 'by-certificate'],
    ])('type %i by its Secret, and nothing is done to the scale set', async (type, secret) => {
      await cluster.apply(...principal(type, secret), askingPod({ name: 'p' }, 'demo'));
      expect(await cluster.logOf('p', /^\d/m)).toMatch(new RegExp(`^200 ${appId}`));
      expect(await cluster.assignedAs(`p-default-${secret} Assigned`)).toEqual([`p-default-${secret} Assigned`]);
      expect(await cluster.carried()).toEqual([]);
    });
  });

  it('an identity that another node still needs stays on the scale set', async () => {
    await cluster.apply(
      ...bound(one),
      ...nodes.map((nodeName, index) => askingPod({ name: `on-${String(index)}` }, 'demo', { spec: { nodeName } })),
    );
    for (const index of [0, 1]) expect(await cluster.logOf(`on-${String(index)}`, /^\d/m)).toContain(`200 ${one.clientId}`);
    expect(new Set((await cluster.assigned()).map(({ node }) => node))).toEqual(new Set(nodes));
    await cluster.must('delete', 'pod', 'on-0');
    expect(await cluster.assignedAs('on-1-default-one Assigned')).toEqual(['on-1-default-one Assigned']);
    expect(await cluster.carried()).toEqual(['one']);
    await cluster.must('delete', 'pod', 'on-1');
    expect(await cluster.carriedAs()).toEqual([]);
  });

  it('identities that were there before, and the system’s own, are left alone', async () => {
    await cluster.patchIdentities({ type: 'SystemAssigned, UserAssigned', userAssignedIdentities: { [two.id]: {} } });
    const before = (await cluster.scaleSets())[0]?.identity as { type: string; principalId?: string };
    expect(before.principalId).toMatch(/^[0-9a-f-]{36}$/);
    await cluster.apply(...bound(one), askingPod({ name: 'p' }, 'demo'));
    await cluster.logOf('p', /^200/m);
    expect(await cluster.carried()).toEqual(['one', 'two']);
    await cluster.must('delete', 'pod', 'p');
    expect(await cluster.carriedAs('two')).toEqual(['two']);
    expect((await cluster.scaleSets())[0]?.identity).toMatchObject(before);
  });

  it('the nodes’ own identity is never taken from them', async () => {
    const own = { id: cluster.kubelet.resourceId, clientId: cluster.kubelet.clientId };
    await cluster.apply(
      identityOf({ name: 'own' }, userAssigned(own)),
      bindingOf({ name: 'own' }, 'demo'),
      askingPod({ name: 'p' }, 'demo'),
    );
    expect(await cluster.logOf('p', /^\d/m)).toContain(`200 ${own.clientId}`);
    await cluster.must('delete', 'pod', 'p');
    expect(await cluster.assignedAs()).toEqual([]);
    // Another round of work on the scale set, which would take it away.
    await cluster.apply(...bound(one), askingPod({ name: 'q' }, 'demo'));
    expect(await cluster.logOf('q', /^200/m)).toContain(one.clientId);
    const ids = Object.keys((await cluster.scaleSets())[0]?.identity.userAssignedIdentities ?? {}).map((id) => id.toLowerCase());
    expect(ids).toContain(own.id.toLowerCase());
  });

  it('an identity that was taken away by hand does not keep its assignment from ending', async () => {
    await cluster.apply(...bound(one), askingPod({ name: 'p' }, 'demo'));
    await cluster.logOf('p', /^200/m);
    await cluster.patchIdentities({ type: 'UserAssigned', userAssignedIdentities: { [one.id]: null } });
    await cluster.must('delete', 'pod', 'p');
    expect(await cluster.assignedAs()).toEqual([]);
  });

  it('when the leader is killed the other one goes on', async () => {
    const holder = () => cluster.must('get', 'lease', 'aad-pod-identity-mic', '-o', 'jsonpath={.spec.holderIdentity}');
    await cluster.apply(...bound(one), askingPod({ name: 'before' }, 'demo'));
    await cluster.logOf('before', /^200/m);
    const first = await holder();
    await cluster.must('delete', 'pod', first, '--grace-period=0', '--force');
    await cluster.apply(...bound(two, 'second'), askingPod({ name: 'after' }, 'second'));
    expect(await cluster.logOf('after', /^200/m)).toContain(two.clientId);
    expect(await holder()).not.toBe(first);
    expect(await cluster.logOf('before', /^200/m)).not.toMatch(/^[^2]/m);
    await ready(cluster);
  });

  it('assignments that MIC can no longer end are ended by hand, as upstream documents', async () => {
    await cluster.apply(...bound(one), askingPod({ name: 'p' }, 'demo'));
    await cluster.logOf('p', /^200/m);
    await cluster.must('scale', 'deployment/mic', '--replicas=0');
    await until(
      () => cluster.must('get', 'pods', '-l', 'component=mic', '-o', 'name'),
      (names) => names.trim() === '',
      30,
    );
    await cluster.must('delete', 'pod', 'p');
    await cluster.must('delete', 'azureassignedidentity', 'p-default-one', '--wait=false');
    const stuck = await cluster.must('get', 'azureassignedidentity', 'p-default-one', '-o', 'jsonpath={.metadata.deletionTimestamp}');
    expect(stuck).toMatch(/^\d{4}-/);
    await cluster.must('patch', 'azureassignedidentity', 'p-default-one', '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
    expect(await cluster.assigned()).toEqual([]);
    // What it had brought to the scale set is still there: that is the price, here as with upstream.
    expect(await cluster.carried()).toEqual(['one']);
    await cluster.must('scale', 'deployment/mic', '--replicas=2');
    await ready(cluster);
  });

  it('what MIC left when it was away is put right when it is back', async () => {
    await cluster.apply(...bound(one), askingPod({ name: 'p' }, 'demo'));
    await cluster.logOf('p', /^200/m);
    await cluster.must('scale', 'deployment/mic', '--replicas=0');
    await until(
      () => cluster.must('get', 'pods', '-l', 'component=mic', '-o', 'name'),
      (names) => names.trim() === '',
      30,
    );
    await cluster.must('delete', 'pod', 'p');
    expect(await cluster.carried()).toEqual(['one']);
    await cluster.must('scale', 'deployment/mic', '--replicas=2');
    expect(await cluster.assignedAs()).toEqual([]);
    expect(await cluster.carriedAs()).toEqual([]);
  });

  it('what is taken away by hand comes back', async () => {
    await addArguments(cluster, 'deployment/mic', '--identity-assignment-reconcile-interval=1s');
    await cluster.apply(...bound(one), askingPod({ name: 'p' }, 'demo'));
    await cluster.logOf('p', /^200/m);
    await cluster.patchIdentities({ type: 'UserAssigned', userAssignedIdentities: { [one.id]: null } });
    expect(await cluster.carriedAs('one')).toEqual(['one']);
  });

  it('identities that the flag names stay on the scale set for good', async () => {
    await addArguments(cluster, 'deployment/mic', `--immutable-user-msis=${one.clientId.toUpperCase()}`);
    await cluster.apply(...bound(one), ...bound(two), askingPod({ name: 'p' }, 'demo'));
    expect(await cluster.carriedAs('one', 'two')).toEqual(['one', 'two']);
    await cluster.must('delete', 'pod', 'p');
    expect(await cluster.assignedAs()).toEqual([]);
    expect(await cluster.carriedAs('one')).toEqual(['one']);
  });

  it('a Retry-After for clients that wait by themselves', async () => {
    await addArguments(cluster, 'daemonset/nmi', ...impatient, '--set-retry-after-header=true');
    await cluster.apply(askingPod({ name: 'p' }, 'late'));
    expect(await cluster.logOf('p', /^\d/m)).toMatch(/^503 .*retry-after=20/);
    await cluster.apply(...bound(one, 'late'));
    expect(await cluster.logOf('p', /^200/m)).toContain(`200 ${one.clientId}`);
  });

  it('counts what it does', async () => {
    const { control } = await readRunFile(world.platform.data);
    const text = await (await fetch(`${control}/metrics`)).text();
    const sum = (name: string, labels = ''): number =>
      [
        ...text.matchAll(new RegExp(`^(?:podpass_)?aadpodidentity_${name}\\{?[^\\n]*${labels}[^\\n]*\\}? (\\d+(?:\\.\\d+)?)$`, 'gm')),
      ].reduce((all, [, value]) => all + Number(value), 0);
    expect(sum('nmi_operations_duration_seconds_count', 'status_code="200"')).toBeGreaterThan(10);
    expect(sum('nmi_operations_duration_seconds_count', 'status_code="503"')).toBeGreaterThan(0);
    expect(sum('assigned_identity_addition_count')).toBeGreaterThan(10);
    expect(sum('assigned_identity_deletion_count')).toBeGreaterThan(10);
    expect(sum('mic_new_leader_election_count')).toBeGreaterThan(3);
    expect(sum('cloud_provider_operations_duration_seconds_count', 'operation_type="vmss_update"')).toBeGreaterThan(10);
    expect(text).not.toContain(one.clientId);
  });

  it('a node that is removed takes its assignments along', async () => {
    await cluster.apply(
      ...bound(one),
      ...nodes.map((nodeName, index) => askingPod({ name: `on-${String(index)}` }, 'demo', { spec: { nodeName } })),
    );
    expect(await cluster.assignedAs('on-0-default-one Assigned', 'on-1-default-one Assigned')).toHaveLength(2);
    const body = await cluster.read();
    const pools = (body.properties['agentPoolProfiles'] as object[]).map((pool) => ({ ...pool, count: 1 }));
    await world.arm.operation('PUT', `${cluster.id}?api-version=${clusterVersion}`, {
      ...body,
      properties: { ...body.properties, agentPoolProfiles: pools },
    });
    await until(
      () => cluster.must('get', 'nodes', '-o', 'name'),
      (names) => names.trim().split('\n').length === 1,
      30,
    );
    const left = await until(
      () => cluster.assigned(),
      (all) => all.length === 1,
      30,
    );
    expect(left.map(({ status }) => status)).toEqual(['Assigned']);
    const [remaining] = left;
    expect(await cluster.must('get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}')).toBe(remaining?.node);
    expect(await cluster.carried()).toEqual(['one']);
  });

  it('with the flag, identities are for their own namespaces alone', async () => {
    await addArguments(cluster, 'deployment/mic', '--forceNamespaced=true');
    await addArguments(cluster, 'daemonset/nmi', '--forceNamespaced=true');
    await cluster.apply(...bound(one), askingPod({ name: 'p', namespace: 'other' }, 'demo'), askingPod({ name: 'p' }, 'demo'));
    expect(await cluster.logOf('p', /^200/m)).toContain(`200 ${one.clientId}`);
    expect(await cluster.logOf('p', /^\d/m, { namespace: 'other' })).toMatch(/^503 /);
    const mine = { name: 'one', namespace: 'other' };
    await cluster.apply(identityOf(mine, userAssigned(two)), bindingOf(mine, 'demo'));
    expect(await cluster.logOf('p', /^200/m, { namespace: 'other' })).toContain(`200 ${two.clientId}`);
    expect((await cluster.assigned()).map(({ namespace, name }) => `${namespace}/${name}`).toSorted()).toEqual([
      'default/p-default-one',
      'other/p-other-one',
    ]);
  });

  it('is removed with its manifest once the pods are gone, and nothing of it is left', async () => {
    await cluster.must('delete', 'azureassignedidentity', '--all', '-A');
    await cluster.must('delete', ...manifests.toReversed().flatMap((file) => ['-f', file]));
    for (const kind of ['daemonsets', 'deployments', 'pods'])
      expect(
        await until(
          () => cluster.must('get', kind, '-o', 'name'),
          (names) => names === '',
          30,
        ),
        kind,
      ).toBe('');
    await installStandard(cluster);
  });
});
