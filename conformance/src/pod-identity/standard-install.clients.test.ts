import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { podpass, said } from '../platform/platform.ts';
import { until } from '../platform/until.ts';
import { getter } from './standard/programs.ts';
import {
  addArguments,
  askingPod,
  bindingOf,
  identityOf,
  impatient,
  installStandard,
  openStandard,
  ready,
  userAssigned,
  type StandardCluster,
} from './standard/standard-world.ts';
import { createPodIdentityWorld, interpreters, type Identity, type PodIdentityWorld, type TestCluster } from './world.ts';

/** The rights that upstream's own manifests give MIC: no leases, but Endpoints. */
const upstreamRole = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'aad-pod-id-mic-role' },
  rules: [
    { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['*'] },
    { apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['list', 'watch'] },
    { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
    { apiGroups: [''], resources: ['configmaps', 'endpoints'], verbs: ['create', 'get', 'update'] },
    {
      apiGroups: ['aadpodidentity.k8s.io'],
      resources: ['azureidentitybindings', 'azureidentities'],
      verbs: ['get', 'list', 'watch', 'post', 'update'],
    },
    { apiGroups: ['aadpodidentity.k8s.io'], resources: ['azureassignedidentities'], verbs: ['*'] },
  ],
};
const machinePath = '+/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://management.azure.com/';
/** Asks once, and ends. */
const oncePod = (name: string): object =>
  askingPod({ name }, '', {
    spec: {
      restartPolicy: 'Never',
      containers: [{ name: 'a', image: interpreters.node, args: ['--input-type=module', '-e', getter, machinePath] }],
    },
  });

describe.skipIf(!clientsAvailable)('standard mode as it is installed', () => {
  let world: PodIdentityWorld;
  let cluster: StandardCluster;
  let managed: TestCluster;
  let identity: Identity;
  const upArguments = ['--metadata-limits', 'none'];

  beforeAll(async () => {
    world = await createPodIdentityWorld('standard-install');
    const [bare, other] = await Promise.all([world.createCluster('bare', { podIdentity: false }), world.createCluster('managed')]);
    managed = other;
    cluster = await openStandard(world, bare);
    identity = await cluster.create('shared');
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  it('a pod without NMI has what the machine has, as on any node', async () => {
    await cluster.apply(oncePod('before'));
    expect(await cluster.logOf('before', /done/)).toMatch(/^200 /);
  });

  it('files of the node are for the platform’s own parts alone', async () => {
    const volumes = [{ name: 'host', hostPath: { path: '/etc/kubernetes/azure.json' } }];
    const containers = [
      {
        name: 'a',
        image: interpreters.shell,
        args: ['-c', 'cat /etc/kubernetes/azure.json'],
        volumeMounts: [{ name: 'host', mountPath: '/etc/kubernetes/azure.json' }],
      },
    ];
    await cluster.apply(askingPod({ name: 'thief' }, '', { spec: { volumes, containers } }));
    const text = await until(
      () => cluster.must('describe', 'pod', 'thief'),
      (described) => described.includes('FailedMount'),
      20,
    );
    expect(text).toContain('MountVolume.SetUp failed for volume "host" : volume type hostPath is not supported by this kubelet');
    await cluster.must('delete', 'pod', 'thief');
  });

  it('leads by the rights of upstream’s own role', async () => {
    await installStandard(cluster);
    await cluster.must('scale', 'deployment/mic', '--replicas=0');
    await until(
      () => cluster.must('get', 'pods', '-l', 'component=mic', '-o', 'name'),
      (names) => names === '',
      30,
    );
    await cluster.must('delete', 'lease', 'aad-pod-identity-mic');
    await cluster.apply(upstreamRole);
    await cluster.must('scale', 'deployment/mic', '--replicas=2');
    await ready(cluster);
    await cluster.apply(identityOf(identity, userAssigned(identity)), bindingOf(identity, 'demo'), askingPod({ name: 'p' }, 'demo'));
    expect(await cluster.logOf('p', /^\d/m)).toContain(`200 ${identity.clientId}`);
    const lock = await cluster.must('get', 'endpoints', 'aad-pod-identity-mic', '-o', 'jsonpath={.metadata.annotations}');
    expect(lock).toMatch(/control-plane\.alpha\.kubernetes\.io\/leader":"\{\\"holderIdentity\\":\\"mic-/);
    expect(await cluster.must('get', 'leases', '-o', 'name')).toBe('');
  });

  it('a file that the pod brings along goes before the node’s', async () => {
    await cluster.must('create', 'configmap', 'own', '--from-literal=azure.json=[]');
    const file = '/etc/kubernetes/azure.json';
    const container = {
      name: 'mic',
      image: 'mcr.microsoft.com/oss/azure/aad-pod-identity/mic:v1.8.17',
      args: [`--cloudconfig=${file}`],
      env: [{ name: 'MIC_POD_NAMESPACE', value: 'default' }],
      volumeMounts: [{ name: 'own', mountPath: file, subPath: 'azure.json' }],
    };
    const volumes = [{ name: 'own', configMap: { name: 'own' } }];
    await cluster.apply(askingPod({ name: 'own' }, '', { spec: { restartPolicy: 'Never', volumes, containers: [container] } }));
    expect(await cluster.logOf('own', /F\d{4}/)).toContain(`failed to create the cloud provider, error: ${file} is no JSON object`);
  });

  it('without any right to a lock MIC says so in its log', async () => {
    const { rules } = upstreamRole;
    await cluster.apply({ ...upstreamRole, rules: rules.filter(({ resources }) => !resources.includes('endpoints')) });
    await cluster.must('delete', 'pod', '-l', 'component=mic');
    await ready(cluster);
    const log = await until(
      () => cluster.must('logs', '-l', 'component=mic', '--tail=-1'),
      (text) => text.includes('resource lock'),
      20,
    );
    expect(log).toMatch(/error retrieving resource lock default\/aad-pod-identity-mic: .*forbidden/);
    await cluster.apply(upstreamRole);
    await cluster.must('delete', 'pod', '-l', 'component=mic');
    await ready(cluster);
  });

  it('answers the probes of its manifest, and is restarted when they ask elsewhere', async () => {
    const probe = (port: number) =>
      JSON.stringify([
        {
          op: 'replace',
          path: '/spec/template/spec/containers/0/livenessProbe',
          value: { httpGet: { path: '/healthz', port }, periodSeconds: 1, failureThreshold: 2 },
        },
      ]);
    const restarts = () =>
      cluster.must('get', 'pods', '-l', 'component in (mic,nmi)', '-o', 'jsonpath={.items[*].status.containerStatuses[0].restartCount}');
    await cluster.must('patch', 'daemonset', 'nmi', '--type=json', '-p', probe(8085));
    await cluster.must('patch', 'deployment', 'mic', '--type=json', '-p', probe(8080));
    await ready(cluster);
    await new Promise((done) => setTimeout(done, 4_000));
    expect(await restarts()).toBe('0 0 0');
    await cluster.must('patch', 'deployment', 'mic', '--type=json', '-p', probe(8085));
    const events = await until(
      () => cluster.must('get', 'events', '--field-selector', 'reason=Unhealthy'),
      (text) => text.includes('Liveness'),
      20,
    );
    expect(events).toMatch(/Liveness probe failed: Get "http:\/\/[\d.]+:8085\/healthz": dial tcp [\d.]+:8085: connect: connection refused/);
    await cluster.must('patch', 'deployment', 'mic', '--type=json', '-p', probe(8080));
    await ready(cluster);
  });

  it('one identity in a cluster of each mode: each has its own assignment', async () => {
    await world.bind(managed, identity, { name: 'shared', namespace: 'default' });
    await managed.apply(askingPod({ name: 'p' }, 'shared'));
    expect(await managed.logOf('p', /^200/m)).toContain(`200 ${identity.clientId}`);
    expect(await cluster.logOf('p', /^\d/m)).toContain(`200 ${identity.clientId}`);
    expect((await managed.kubectl('get', 'azureassignedidentities', '-A', '-o', 'name')).stdout).toBe('');
    await cluster.must('delete', 'pod', 'p');
    expect(await cluster.carriedAs()).toEqual([]);
    // The other cluster’s scale set is another one.
    await managed.apply(askingPod({ name: 'later' }, 'shared'));
    expect(await managed.logOf('later', /^\d/m)).toContain(`200 ${identity.clientId}`);
  });

  describe('fails closed', () => {
    const away = { spec: { template: { spec: { nodeSelector: { nobody: 'here' } } } } };
    const back = [{ op: 'remove', path: '/spec/template/spec/nodeSelector/nobody' }];
    const gone = () =>
      until(
        () => cluster.must('get', 'pods', '-l', 'component=nmi', '-o', 'name'),
        (names) => names === '',
        30,
      );

    it('while NMI has a DaemonSet and no pod', async () => {
      await addArguments(cluster, 'daemonset/nmi', ...impatient);
      await cluster.must('patch', 'daemonset', 'nmi', '-p', JSON.stringify(away));
      await gone();
      await cluster.apply(oncePod('away'));
      expect(await cluster.logOf('away', /done/)).toMatch(/^503 /);
    });

    it('after a restart of the platform too, from the first moment', async () => {
      await cluster.apply(askingPod({ name: 'always' }, '', { query: `&client_id=${cluster.kubelet.clientId}` }));
      expect(await cluster.logOf('always', /^\d/m)).toMatch(/^503 /);
      await restart();
      const log = await cluster.logOf('always', /^\d/m);
      expect(log).toMatch(/^503 /m);
      expect(log).not.toMatch(/^200/m);
      await cluster.must('patch', 'daemonset', 'nmi', '--type=json', '-p', JSON.stringify(back));
      await ready(cluster);
      // NMI is there again, and knows of no binding.
      expect(await cluster.logOf('always', /^404/m)).toMatch(/^404 /m);
      await restart();
      const again = await cluster.logOf('always', /^404/m, { seconds: 60 });
      expect(again).toMatch(/^404 /m);
      expect(again).not.toMatch(/^200/m);
    });

    it('and MIC and the bindings go on after it', async () => {
      await cluster.apply(askingPod({ name: 'bound' }, 'demo'));
      expect(await cluster.logOf('bound', /^\d/m)).toContain(`200 ${identity.clientId}`);
      expect(await managed.logOf('later', /^\d/m)).toContain(`200 ${identity.clientId}`);
    });

    it('until the DaemonSet is deleted', async () => {
      await cluster.must('delete', 'daemonset', 'nmi');
      await gone();
      expect(await cluster.logOf('always', /^200/m)).toContain(`200 ${cluster.kubelet.clientId}`);
    });

    const restart = async (): Promise<void> => {
      const { data } = world.platform;
      const down = await podpass(['down', '--data', data]);
      expect(down.code, said(down)).toBe(0);
      const up = await podpass(['up', '--detach', '--data', data, ...upArguments]);
      expect(up.code, said(up)).toBe(0);
      // The proxy has another port now.
      const printed = await podpass(['env', '--data', data, '--output', 'json']);
      Object.assign(world.platform.env, JSON.parse(printed.stdout) as object);
      await until(
        () => cluster.kubectl('get', '--raw', '/readyz'),
        ({ code }) => code === 0,
        30,
      );
    };
  });
});
