import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { until } from '../platform/until.ts';
import { getter } from './standard/programs.ts';
import {
  addArguments,
  askingPod,
  bindingOf,
  createStandardWorld,
  identityOf,
  impatient,
  manifests,
  userAssigned,
  type StandardCluster,
} from './standard/standard-world.ts';
import { interpreters, type Identity, type PodIdentityWorld } from './world.ts';

/** Upstream's cases of its end-to-end suite, with real kubectl, against the manifest that users apply. */
describe.skipIf(!clientsAvailable)('standard mode', () => {
  let world: PodIdentityWorld;
  let cluster: StandardCluster;
  const identities: Identity[] = [];
  const identity = (index: number): Identity => {
    const found = identities[index];
    if (found === undefined) throw new Error('no such identity');
    return found;
  };

  beforeAll(async () => {
    ({ world, cluster } = await createStandardWorld('standard'));
    identities.push(...(await Promise.all(['one', 'two', 'three', 'four', 'five'].map((name) => cluster.create(name)))));
    await cluster.must('create', 'namespace', 'other');
  });
  afterAll(() => world?.[Symbol.asyncDispose]());
  afterEach(async () => {
    await cluster.clear();
    const left = await cluster.carriedAs();
    if (left.length > 0) throw new Error(`still on the scale set: ${left.join(', ')}`);
  });

  it('is applied once and again, and changes nothing the second time', async () => {
    const again = await cluster.must('apply', ...manifests.flatMap((file) => ['-f', file]));
    expect(again.split('\n').filter((line) => line !== '' && !line.endsWith('unchanged'))).toEqual([]);
  });

  it('the first pod waits as long as it takes, and gets its token', async () => {
    const began = performance.now();
    await cluster.apply(
      identityOf(identity(0), userAssigned(identity(0))),
      bindingOf(identity(0), 'demo'),
      askingPod({ name: 'first' }, 'demo'),
    );
    const log = await cluster.logOf('first', /^\d+ /m);
    console.log(
      `applied to first token: ${(performance.now() - began).toFixed(0)} ms, in the pod: ${log.trim().split(' after ')[1] ?? ''}`,
    );
    expect(log).toMatch(new RegExp(`^200 ${identity(0).clientId} after `));
    expect(await cluster.assignedAs('first-default-one Assigned')).toEqual(['first-default-one Assigned']);
    expect(await cluster.carriedAs('one')).toEqual(['one']);
  });

  it('shows its objects in columns, its states, and what happened as events of the binding', async () => {
    await cluster.apply(
      identityOf(identity(0), userAssigned(identity(0))),
      bindingOf(identity(0), 'demo'),
      askingPod({ name: 'shown' }, 'demo'),
    );
    await cluster.assignedAs('shown-default-one Assigned');
    const table = await cluster.must('get', 'azureidentity,azureidentitybinding,azureassignedidentity');
    expect(table).toMatch(/NAME +TYPE +CLIENTID +AGE\nazureidentity\S+\/one +0 +[0-9a-f-]{36} /);
    expect(table).toMatch(/NAME +AZUREIDENTITY +SELECTOR +AGE\nazureidentitybinding\S+\/one-binding +one +demo +/);
    expect(table).toMatch(/azureassignedidentity\S+\/shown-default-one /);
    const object = await cluster.must(
      'get',
      'azureassignedidentity',
      'shown-default-one',
      '-o',
      'jsonpath={.metadata.labels.nodename} {.status.status} {.metadata.finalizers}',
    );
    expect(object).toMatch(/^aks-nodepool1-\S+ Assigned \["azureassignedidentity\.finalizers\.aadpodidentity\.k8s\.io"\]$/);
    const events = await until(
      () => cluster.must('get', 'events', '--field-selector', 'reason=binding applied'),
      (text) => text.includes('shown'),
      15,
    );
    expect(events).toMatch(
      /Normal +binding applied +azureidentitybinding\/one-binding +[Bb]inding one-binding applied on node \S+ for pod shown-default-one/i,
    );
    expect(await cluster.must('describe', 'azureidentitybinding', 'one-binding')).toMatch(/Events:[^]+Normal +binding applied /);
  });

  it('takes the identity away with the last pod, not before', async () => {
    await cluster.apply(
      identityOf(identity(0), userAssigned(identity(0))),
      bindingOf(identity(0), 'demo'),
      askingPod({ name: 'a' }, 'demo'),
      askingPod({ name: 'b' }, 'demo'),
    );
    await cluster.assignedAs('a-default-one Assigned', 'b-default-one Assigned');
    await cluster.must('delete', 'pod', 'a');
    expect(await cluster.assignedAs('b-default-one Assigned')).toEqual(['b-default-one Assigned']);
    expect(await cluster.carried()).toEqual(['one']);
    await cluster.must('delete', 'pod', 'b');
    expect(await cluster.assignedAs()).toEqual([]);
    expect(await cluster.carriedAs()).toEqual([]);
  });

  it('an identity that changes is assigned as what it became', async () => {
    await cluster.apply(
      identityOf({ name: 'mine' }, userAssigned(identity(0))),
      bindingOf({ name: 'mine' }, 'demo'),
      askingPod({ name: 'p' }, 'demo'),
    );
    await cluster.logOf('p', new RegExp(identity(0).clientId));
    await cluster.apply(identityOf({ name: 'mine' }, userAssigned(identity(1))));
    expect(await cluster.logOf('p', new RegExp(identity(1).clientId))).toContain(`200 ${identity(1).clientId}`);
    expect(await cluster.carriedAs('two')).toEqual(['two']);
    expect((await cluster.assigned()).map(({ clientId }) => clientId)).toEqual([identity(1).clientId]);
  });

  it('a pod that gets another label gets the other identity', async () => {
    const named = [0, 1].flatMap((index) => [
      identityOf(identity(index), userAssigned(identity(index))),
      bindingOf(identity(index), identity(index).name),
    ]);
    await cluster.apply(...named, askingPod({ name: 'p' }, 'one'));
    await cluster.logOf('p', new RegExp(identity(0).clientId));
    await cluster.must('label', 'pod', 'p', 'aadpodidbinding=two', '--overwrite');
    expect(await cluster.assignedAs('p-default-two Assigned')).toEqual(['p-default-two Assigned']);
    await cluster.logOf('p', new RegExp(identity(1).clientId));
    expect(await cluster.carriedAs('two')).toEqual(['two']);
  });

  it('several identities behind one selector, removed in random order, with one name over and over', async () => {
    await cluster.apply(
      ...identities.flatMap((each) => [identityOf(each, userAssigned(each)), bindingOf(each, 'all')]),
      ...identities.map((each) => askingPod({ name: `ask-${each.name}` }, 'all', { query: `&client_id=${each.clientId}` })),
    );
    for (const each of identities) expect(await cluster.logOf(`ask-${each.name}`, /^200/m)).toContain(each.clientId);
    expect((await cluster.assigned()).length).toBe(25);
    const left = new Map(identities.map((each) => [each.name, each]));
    while (left.size > 0) {
      const [each] = [...left.values()].toSorted(() => Math.random() - 0.5);
      if (each === undefined) break;
      left.delete(each.name);
      await cluster.must('delete', 'azureidentity', each.name);
      if (left.size % 2 === 0) await cluster.must('delete', 'azureidentitybinding', `${each.name}-binding`);
      expect(await cluster.carriedAs(...left.keys())).toEqual([...left.keys()].toSorted());
      expect(
        await until(
          () => cluster.assigned(),
          (all) => all.length === 5 * left.size,
        ),
      ).toHaveLength(5 * left.size);
    }
  });

  it('forty pods at once', async () => {
    await cluster.apply(identityOf(identity(0), userAssigned(identity(0))), bindingOf(identity(0), 'many'));
    const began = performance.now();
    // Nothing runs in them: what counts is who is assigned.
    const pods = Array.from({ length: 40 }, (_, index) =>
      askingPod({ name: `m-${String(index)}` }, 'many', { spec: { containers: [{ name: 'x', image: 'example.test/none' }] } }),
    );
    await cluster.apply(...pods);
    const all = await until(
      () => cluster.assigned(),
      (found) => found.length === 40 && found.every(({ status }) => status === 'Assigned'),
      150,
    );
    console.log(`forty pods assigned after ${(performance.now() - began).toFixed(0)} ms`);
    expect(new Set(all.map(({ pod, status }) => `${pod} ${status}`)).size).toBe(40);
    expect(all.every(({ status }) => status === 'Assigned')).toBe(true);
  });

  it('one name in two namespaces: each pod has its own identity', async () => {
    const [here, there] = ['default', 'other'].map((namespace) => ({ name: 'same', namespace }));
    if (here === undefined || there === undefined) throw new Error('two names');
    await cluster.apply(
      identityOf(here, userAssigned(identity(0))),
      bindingOf(here, 'here'),
      identityOf(there, userAssigned(identity(1))),
      bindingOf(there, 'there'),
      askingPod({ name: 'p' }, 'here'),
      askingPod({ name: 'p', namespace: 'other' }, 'there'),
    );
    expect(await cluster.logOf('p', /^200/m)).toContain(identity(0).clientId);
    expect(await cluster.logOf('p', /^200/m, { namespace: 'other' })).toContain(identity(1).clientId);
  });

  it('several containers and an init container of one pod have the same identity', async () => {
    const args = (query: string) => [
      '--input-type=module',
      '-e',
      getter,
      `+/metadata/identity/oauth2/token?resource=https://management.azure.com/${query}`,
    ];
    const container = (name: string) => ({ name, image: interpreters.node, args: args('') });
    await cluster.apply(
      identityOf(identity(0), userAssigned(identity(0))),
      bindingOf(identity(0), 'demo'),
      askingPod({ name: 'p' }, 'demo', {
        spec: { initContainers: [container('init')], containers: [container('a'), container('b')], restartPolicy: 'Never' },
      }),
    );
    for (const name of ['init', 'a', 'b']) expect(await cluster.logOf('p', /done/, { container: name })).toMatch(/^200 /);
  });

  it('answers at the other paths as upstream does', async () => {
    const paths = [
      '/metadata/instance?api-version=2021-02-01',
      '+/metadata/instance?api-version=2021-02-01',
      '+/metadata/none',
      '+/metadata/identity/oauth2/token',
      '+/metadata/identity%5Coauth2/token?resource=r',
      '/metadata/identity/oauth2/token?resource=r',
    ];
    await cluster.apply(
      askingPod({ name: 'p' }, '', {
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'a', image: interpreters.node, args: ['--input-type=module', '-e', getter, ...paths] }],
        },
      }),
    );
    const lines = (await cluster.logOf('p', /done/)).trim().split('\n');
    const missing = '{"error":"invalid_request","error_description":"Required metadata header not specified"}';
    expect(lines[0]).toBe(`400 ${paths[0] ?? ''} ${missing}`);
    expect(lines[1]).toMatch(/^200 \S+ \{"compute":/);
    expect(lines[2]).toMatch(/^404 /);
    expect(lines[3]).toMatch(/^400 \S+ parameter resource cannot be empty$/);
    expect(lines[4]).toMatch(/^400 /);
    expect(lines[5]).toBe(`400 ${paths[5] ?? ''} ${missing}`);
  });

  describe('with short waits', () => {
    beforeAll(() => addArguments(cluster, 'daemonset/nmi', ...impatient));

    it.each(['azureidentity/one', 'azureidentitybinding/one-binding'])('without its %s a pod has nothing any more', async (object) => {
      await cluster.apply(
        identityOf(identity(0), userAssigned(identity(0))),
        bindingOf(identity(0), 'demo'),
        askingPod({ name: 'p' }, 'demo'),
      );
      await cluster.logOf('p', /^200/m);
      await cluster.must('delete', object);
      expect(await cluster.assignedAs()).toEqual([]);
      expect(await cluster.carriedAs()).toEqual([]);
      expect(await cluster.logOf('p', /^404/m)).toMatch(
        /^404 getting assigned identities for pod default\/p in CREATED state failed after 2 attempts/m,
      );
    });

    it('the identity that was named, and no other one', async () => {
      await cluster.apply(
        identityOf(identity(0), userAssigned(identity(0))),
        bindingOf(identity(0), 'demo'),
        askingPod({ name: 'right' }, 'demo', { query: `&client_id=${identity(0).clientId}` }),
        askingPod({ name: 'by-id' }, 'demo', { query: `&msi_res_id=${identity(0).id}` }),
        askingPod({ name: 'wrong' }, 'demo', { query: `&client_id=${identity(1).clientId}` }),
        askingPod({ name: 'node' }, 'demo', { query: `&client_id=${cluster.kubelet.clientId}` }),
        askingPod({ name: 'unbound' }, 'nothing'),
        askingPod({ name: 'bare' }, ''),
      );
      for (const name of ['right', 'by-id']) expect(await cluster.logOf(name, /^\d/m)).toContain(`200 ${identity(0).clientId}`);
      for (const name of ['wrong', 'node', 'unbound', 'bare']) {
        const log = await cluster.logOf(name, /^\d/m);
        expect(log, name).toMatch(/^404 /);
        expect(log).not.toMatch(/^200/m);
      }
    });

    it('an excepted pod has what the machine has', async () => {
      const free = {
        apiVersion: 'aadpodidentity.k8s.io/v1',
        kind: 'AzurePodIdentityException',
        metadata: { name: 'free', namespace: 'default' },
        spec: { podLabels: { app: 'Free', other: 'x' } },
      };
      const query = `&client_id=${cluster.kubelet.clientId}`;
      await cluster.apply(
        free,
        askingPod({ name: 'free' }, '', { query, labels: { app: 'free' } }),
        askingPod({ name: 'elsewhere', namespace: 'other' }, '', { query, labels: { app: 'free' } }),
      );
      expect(await cluster.logOf('free', /^\d/m)).toContain(`200 ${cluster.kubelet.clientId}`);
      expect(await cluster.logOf('elsewhere', /^\d/m, { namespace: 'other' })).toMatch(/^404 /);
      await cluster.must('delete', 'azurepodidentityexception', 'free');
      expect(await cluster.logOf('free', /^404/m)).toMatch(/^404 /m);
    });

    it('an annotated identity is for its own namespace alone', async () => {
      const there = { name: 'mine', namespace: 'other' };
      await cluster.apply(
        identityOf(there, userAssigned(identity(0)), { 'aadpodidentity.k8s.io/Behavior': 'namespaced' }),
        bindingOf(there, 'demo'),
        askingPod({ name: 'inside', namespace: 'other' }, 'demo'),
        askingPod({ name: 'outside' }, 'demo'),
      );
      expect(await cluster.logOf('inside', /^\d/m, { namespace: 'other' })).toContain(`200 ${identity(0).clientId}`);
      expect(await cluster.logOf('outside', /^\d/m)).toMatch(/^404 /);
      expect((await cluster.assigned()).map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(['other/inside-other-mine']);
    });

    it('refused identities never hold up the others, nor lose what was assigned before', async () => {
      const unknown = { id: identity(0).id.replace(/one$/, 'none'), clientId: 'c0ffee00-0000-4000-8000-000000000000' };
      const forbidden = await world.createIdentity('forbidden');
      await cluster.apply(
        identityOf(identity(0), userAssigned(identity(0))),
        bindingOf(identity(0), 'old'),
        askingPod({ name: 'old' }, 'old'),
      );
      await cluster.logOf('old', /^200/m);
      await cluster.apply(
        identityOf({ name: 'unknown' }, userAssigned(unknown)),
        bindingOf({ name: 'unknown' }, 'batch'),
        identityOf(forbidden, userAssigned(forbidden)),
        bindingOf(forbidden, 'batch'),
        identityOf({ name: 'malformed' }, { type: 0, resourceID: '/subscriptions/x', clientID: 'y' }),
        bindingOf({ name: 'malformed' }, 'batch'),
        identityOf({ name: 'strange' }, { type: 7, clientID: 'y' }),
        bindingOf({ name: 'strange' }, 'batch'),
        bindingOf({ name: 'dangling' }, 'batch'),
        identityOf(identity(1), userAssigned(identity(1))),
        bindingOf(identity(1), 'batch'),
        askingPod({ name: 'p' }, 'batch', { query: `&client_id=${identity(1).clientId}` }),
      );
      expect(await cluster.logOf('p', /^200/m)).toContain(`200 ${identity(1).clientId}`);
      const states = ['old-default-one Assigned', 'p-default-forbidden Created', 'p-default-two Assigned', 'p-default-unknown Created'];
      expect(await cluster.assignedAs(...states)).toEqual(states);
      expect(await cluster.carried()).toEqual(['one', 'two']);
      expect(await cluster.logOf('old', /^200/m)).not.toMatch(/^[^2]/m);
      const events = await until(
        () => cluster.must('get', 'events', '--field-selector', 'reason=binding apply error'),
        (text) => text.includes('forbidden') && text.includes('unknown'),
        15,
      );
      expect(events).toMatch(
        /Warning +binding apply error +azureidentitybinding\/forbidden-binding +failed to apply binding default\/forbidden-binding node /,
      );
      const leader = await cluster.must('logs', '-l', 'component=mic', '--tail=-1');
      expect(leader).toContain('ignoring azure identity default/malformed, error: invalid resource id: "/subscriptions/x", must match');
      expect(leader).toContain('ignoring azure identity default/strange, error: unsupported identity type 7');
      // The right arrives later: nobody has to touch anything.
      await cluster.allow(forbidden);
      expect(await cluster.assignedAs(...states.with(1, 'p-default-forbidden Assigned'))).toContain('p-default-forbidden Assigned');
    });
  });
});
