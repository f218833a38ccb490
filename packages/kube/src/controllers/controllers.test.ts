import { describe, expect, it } from 'vitest';
import type { Fields } from '../object/types.ts';
import { configMap, eventually, node, pod, world, type World } from '../testing/harness.ts';

const pods = '/api/v1/namespaces/default/pods';
const gone = (at: World, target: string) => eventually(async () => ((await at.ask('GET', target)).status === 404 ? true : undefined));

describe('the scheduler', () => {
  it('says why a pod has no place, and gives it one as soon as there is one', async () => {
    await using at = await world();
    await at.ask('POST', pods, {
      body: pod('a', { spec: { nodeSelector: { 'kubernetes.io/os': 'linux' }, containers: [{ name: 'c', image: 'i' }] } }),
    });
    const waiting = await eventually(async () => {
      const { body } = await at.ask('GET', `${pods}/a`);
      return (body['status'] as Fields)['conditions'] as Fields[] | undefined;
    });
    expect(waiting).toMatchObject([
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no nodes available to schedule pods' },
    ]);
    await at.ask('POST', '/api/v1/nodes', { body: { ...node('w'), metadata: { name: 'w', labels: { 'kubernetes.io/os': 'windows' } } } });
    await eventually(async () =>
      JSON.stringify((await at.ask('GET', `${pods}/a`)).body).includes("0/1 nodes are available: 1 node(s) didn't match")
        ? true
        : undefined,
    );
    await at.ask('POST', '/api/v1/nodes', { body: node('n1') });
    await eventually(async () => ((await at.ask('GET', `${pods}/a`)).body['spec'] as Fields)['nodeName']);
    const events = await eventually(async () => {
      const { body } = await at.ask('GET', '/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Da,reason%3DScheduled');
      return (body['items'] as Fields[]).length > 0 ? (body['items'] as Fields[]) : undefined;
    });
    expect(events).toMatchObject([{ message: 'Successfully assigned default/a to n1', source: { component: 'default-scheduler' } }]);
    const again = await at.ask('POST', `${pods}/a/binding`, { body: { target: { kind: 'Node', name: 'w' } } });
    expect(again.body).toMatchObject({ code: 409 });
  });

  it.each([
    ['cordoned', { unschedulable: true }],
    ['tainted', { taints: [{ key: 'k', effect: 'NoSchedule' }] }],
  ])('leaves %s nodes alone', async (_what, spec) => {
    await using at = await world();
    await at.ask('POST', '/api/v1/nodes', { body: { ...node('n1'), spec } });
    await at.ask('POST', pods, { body: pod('a') });
    await eventually(async () =>
      JSON.stringify((await at.ask('GET', `${pods}/a`)).body).includes('0/1 nodes are available') ? true : undefined,
    );
    expect(((await at.ask('GET', `${pods}/a`)).body['spec'] as Fields)['nodeName']).toBeUndefined();
  });
});

describe('deletion of pods', () => {
  it('waits for the kubelet, and for nobody when the node is gone', async () => {
    await using at = await world();
    await at.ask('POST', '/api/v1/nodes', { body: node('n1') });
    await at.ask('POST', pods, { body: pod('a', { spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i' }] } }) });
    const deleting = await at.ask('DELETE', `${pods}/a`);
    expect(deleting.body).toMatchObject({ kind: 'Pod', metadata: { deletionGracePeriodSeconds: 30 } });
    expect((await at.ask('GET', `${pods}/a`)).status).toBe(200);
    await at.ask('DELETE', '/api/v1/nodes/n1');
    await gone(at, `${pods}/a`);
  });

  it('is at once for a pod without a node, and when forced', async () => {
    await using at = await world();
    await at.ask('POST', pods, { body: pod('a') });
    expect((await at.ask('DELETE', `${pods}/a`)).body).toMatchObject({ kind: 'Status', status: 'Success' });
    await at.ask('POST', pods, { body: pod('b', { spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i' }] } }) });
    await at.ask('DELETE', `${pods}/b`, { body: { gracePeriodSeconds: 0 } });
    expect((await at.ask('GET', `${pods}/b`)).status).toBe(404);
  });
});

describe('garbage collection', () => {
  const maps = '/api/v1/namespaces/default/configmaps';
  const owned = async (at: World, over: Fields = {}) => {
    const owner = await at.ask('POST', maps, { body: configMap('owner') });
    const { uid } = owner.body['metadata'] as { uid: string };
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid, ...over }];
    await at.ask('POST', maps, { body: configMap('child', { metadata: { name: 'child', ownerReferences } }) });
  };

  it('removes dependents after their owner', async () => {
    await using at = await world();
    await owned(at);
    await at.ask('DELETE', `${maps}/owner`);
    expect(await gone(at, `${maps}/child`)).toBe(true);
  });

  it('removes dependents before their owner when asked to', async () => {
    await using at = await world();
    await owned(at, { blockOwnerDeletion: true });
    await at.ask('DELETE', `${maps}/owner`, { body: { propagationPolicy: 'Foreground' } });
    await gone(at, `${maps}/owner`);
    expect((await at.ask('GET', `${maps}/child`)).status).toBe(404);
  });

  it('leaves what was let go, what another owns too, and what is elsewhere', async () => {
    await using at = await world();
    await owned(at, { blockOwnerDeletion: true });
    const ownerReferences = ((await at.ask('GET', `${maps}/child`)).body['metadata'] as { ownerReferences: Fields[] }).ownerReferences;
    const { uid } = (await at.ask('POST', maps, { body: configMap('second') })).body['metadata'] as { uid: string };
    const both = [...ownerReferences, { apiVersion: 'v1', kind: 'ConfigMap', name: 'second', uid }];
    await at.ask('POST', maps, { body: configMap('shared', { metadata: { name: 'shared', ownerReferences: both } }) });
    const far = '/api/v1/namespaces/kube-public/configmaps';
    const finalizers = ['example.com/hold'];
    await at.ask('POST', far, { body: configMap('far', { metadata: { name: 'far', ownerReferences, finalizers } }) });
    await at.ask('PUT', `${maps}/child`, { body: configMap('child') });
    await at.ask('DELETE', `${maps}/owner`, { body: { propagationPolicy: 'Foreground' } });
    await gone(at, `${maps}/owner`);
    expect((await at.ask('GET', `${maps}/child`)).status).toBe(200);
    expect((await at.ask('GET', `${maps}/shared`)).body).toMatchObject({ metadata: { ownerReferences: [{ name: 'second' }] } });
  });

  it('leaves orphans when asked to', async () => {
    await using at = await world();
    await owned(at);
    await at.ask('DELETE', `${maps}/owner`, { body: { propagationPolicy: 'Orphan' } });
    await gone(at, `${maps}/owner`);
    expect((await at.ask('GET', `${maps}/child`)).body['metadata']).not.toMatchObject({ ownerReferences: [{ name: 'owner' }] });
  });

  it('leaves dependents of kinds that are not served', async () => {
    await using at = await world();
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'd', uid: 'x' }];
    await at.ask('POST', maps, { body: configMap('child', { metadata: { name: 'child', ownerReferences } }) });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await at.ask('GET', `${maps}/child`)).status).toBe(200);
  });
});

describe('events', () => {
  it('are forgotten an hour after they were last seen', async () => {
    await using at = await world();
    const events = '/api/v1/namespaces/default/events';
    const event = {
      metadata: { name: 'e' },
      involvedObject: { kind: 'Pod', name: 'a', namespace: 'default' },
      reason: 'R',
      message: 'm',
      type: 'Normal',
    };
    expect((await at.ask('POST', events, { body: event })).status).toBe(201);
    at.clock.setOffset(3_500_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await at.ask('GET', `${events}/e`)).status).toBe(200);
    at.clock.setOffset(3_700_000);
    await gone(at, `${events}/e`);
  });
});

describe('the default service account', () => {
  it('comes back when it is deleted', async () => {
    await using at = await world();
    const target = '/api/v1/namespaces/default/serviceaccounts/default';
    const before = (await at.ask('GET', target)).body['metadata'] as Fields;
    await at.ask('DELETE', target);
    const after = await eventually(async () => {
      const reply = await at.ask('GET', target);
      return reply.status === 200 ? (reply.body['metadata'] as Fields) : undefined;
    });
    expect(after['uid']).not.toBe(before['uid']);
  });
});
