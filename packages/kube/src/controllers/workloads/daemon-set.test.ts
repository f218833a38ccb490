import { describe, expect, it } from 'vitest';
import type { Fields } from '../../object/types.ts';
import { eventually, world, type World } from '../../testing/harness.ts';
import {
  addNode,
  apps,
  aWhile,
  eventsOf,
  itemsAt,
  kubelets,
  merge,
  metadataOf,
  podsOnce,
  podsPath,
  specAt,
  statusOnce,
  workload,
} from './workloads.fixture.ts';

const agent = `${apps}/daemonsets/agent`;
const post = (at: World, spec: Fields = {}, pod: Fields = {}) =>
  at.ask('POST', `${apps}/daemonsets`, { body: workload('DaemonSet', { name: 'agent', spec, pod }) });
const image = (name: string): Fields => ({ spec: { template: { spec: { containers: [{ name: 'main', image: name }] } } } });
const imageOf = (pod: Fields) => (specAt(pod)['containers'] as Fields[])[0]?.['image'];
const nodesOf = (pods: readonly Fields[]) => pods.map((pod) => String(specAt(pod)['nodeName'])).toSorted();
const placed = (pod: Fields) => specAt(pod)['nodeName'] !== undefined;
const everywhere = (count: number) => ({
  desiredNumberScheduled: count,
  currentNumberScheduled: count,
  updatedNumberScheduled: count,
  numberReady: count,
  numberAvailable: count,
});

describe('daemon sets that are refused', () => {
  it.each([
    ['an empty selector', { selector: {} }, 'empty selector is invalid for daemonset'],
    ['an unknown strategy', { updateStrategy: { type: 'Recreate' } }, 'supported values: "RollingUpdate", "OnDelete"'],
    ['surge and gap', { updateStrategy: { rollingUpdate: { maxSurge: 1 } } }, 'may not be set when maxUnavailable is non-zero'],
    ['neither', { updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } }, 'cannot be 0 when maxSurge is 0'],
  ])('%s', async (_what, spec, message) => {
    await using at = await world();
    const { status, body } = await post(at, spec);
    expect([status, body['message']]).toEqual([422, expect.stringContaining(message)]);
  });

  it('have no scale', async () => {
    await using at = await world();
    await post(at);
    expect((await at.ask('GET', `${agent}/scale`)).status).toBe(404);
  });
});

describe('a daemon set', () => {
  it('leaves alone the nodes that it is not for', async () => {
    await using at = await world();
    await addNode(at, 'plain');
    await addNode(at, 'tainted', { spec: { taints: [{ key: 'only', value: 'gpu', effect: 'NoSchedule' }] } });
    await addNode(at, 'wanted', { metadata: { name: 'wanted', labels: { disk: 'ssd' } } });
    const terms = [{ matchExpressions: [{ key: 'zone', operator: 'DoesNotExist' }] }];
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } };
    await addNode(at, 'elsewhere', { metadata: { name: 'elsewhere', labels: { disk: 'ssd', zone: '1' } } });
    await post(at, {}, { nodeSelector: { disk: 'ssd' }, affinity });
    expect(nodesOf(await podsOnce(at, 1, placed))).toEqual(['wanted']);
    await aWhile();
    expect(await itemsAt(at, podsPath)).toHaveLength(1);
    await statusOnce(at, agent, { desiredNumberScheduled: 1, numberMisscheduled: 0 });
  });

  it('has one pod on each node, cordoned ones included', async () => {
    await using at = await world();
    await addNode(at, 'n1');
    await addNode(at, 'n2', { spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] } });
    await addNode(at, 'n3', { spec: { taints: [{ key: 'only', value: 'gpu', effect: 'NoExecute' }] } });
    await post(at, {}, { tolerations: [{ key: 'only', operator: 'Exists' }] });
    const pods = await podsOnce(at, 3, placed);
    expect(nodesOf(pods)).toEqual(['n1', 'n2', 'n3']);
    const [pod] = pods;
    expect(metadataOf(pod).name).toMatch(/^agent-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(metadataOf(pod)).toMatchObject({
      labels: { app: 'agent', 'controller-revision-hash': expect.any(String), 'pod-template-generation': '1' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', controller: true, blockOwnerDeletion: true }],
    });
    const kubelet = kubelets(at);
    await statusOnce(at, agent, { ...everywhere(3), observedGeneration: 1, numberUnavailable: 0 });
    await kubelet.stop();
  });

  it('follows nodes as they come, change and go', async () => {
    await using at = await world();
    await addNode(at, 'n1', { metadata: { name: 'n1', labels: { agent: 'yes' } } });
    await post(at, {}, { nodeSelector: { agent: 'yes' } });
    const kubelet = kubelets(at);
    await podsOnce(at, 1, placed);
    await addNode(at, 'n2', { metadata: { name: 'n2', labels: { agent: 'yes' } } });
    expect(nodesOf(await podsOnce(at, 2, placed))).toEqual(['n1', 'n2']);
    await merge(at, '/api/v1/nodes/n1', { metadata: { labels: { agent: 'no' } } });
    expect(nodesOf(await podsOnce(at, 1, placed))).toEqual(['n2']);
    await at.ask('DELETE', '/api/v1/nodes/n2');
    await podsOnce(at, 0);
    await statusOnce(at, agent, everywhere(0));
    await kubelet.stop();
  });

  it('makes a deleted pod anew, and takes all with it when it goes', async () => {
    await using at = await world();
    await addNode(at, 'n1');
    const kubelet = kubelets(at);
    await post(at);
    const [pod] = await podsOnce(at, 1, placed);
    await at.ask('DELETE', `${podsPath}/${metadataOf(pod).name}`);
    const [next] = await podsOnce(at, 1, (entry) => placed(entry) && metadataOf(entry).name !== metadataOf(pod).name);
    expect(specAt(next)['nodeName']).toBe('n1');
    await at.ask('DELETE', agent);
    await eventually(async () => ((await itemsAt(at, podsPath)).length === 0 ? true : undefined));
    await aWhile();
    expect(await itemsAt(at, podsPath)).toHaveLength(0);
    await kubelet.stop();
  });

  it('replaces pods one by one when the template changes', async () => {
    await using at = await world();
    for (const name of ['n1', 'n2', 'n3']) await addNode(at, name);
    const kubelet = kubelets(at);
    await post(at);
    await statusOnce(at, agent, everywhere(3));
    const watching = await at.watch('/apis/apps/v1/namespaces/default/daemonsets?watch=true');
    await merge(at, agent, image('busybox:2'));
    await statusOnce(at, agent, { ...everywhere(3), observedGeneration: 2 });
    const pods = await podsOnce(at, 3, (pod) => imageOf(pod) === 'busybox:2');
    expect(nodesOf(pods)).toEqual(['n1', 'n2', 'n3']);
    expect(metadataOf(pods[0]).labels['pod-template-generation']).toBe('2');
    const least = watching.frames.map((frame) => Number(((frame['object'] as Fields)['status'] as Fields)['numberAvailable'] ?? 0));
    expect(Math.min(...least)).toBeGreaterThanOrEqual(2);
    watching.stop();
    await kubelet.stop();
  });

  it('stops at the first node where the new pod does not become ready', async () => {
    await using at = await world();
    for (const name of ['n1', 'n2']) await addNode(at, name);
    const kubelet = kubelets(at, (pod) => imageOf(pod) === 'busybox:1');
    await post(at);
    await statusOnce(at, agent, everywhere(2));
    await merge(at, agent, image('busybox:broken'));
    await statusOnce(at, agent, { observedGeneration: 2, updatedNumberScheduled: 1, numberAvailable: 1 });
    await aWhile();
    expect(await podsOnce(at, 1, (pod) => imageOf(pod) === 'busybox:1')).toHaveLength(1);
    await kubelet.stop();
  });

  it('starts new pods beside old ones with maxSurge', async () => {
    await using at = await world();
    for (const name of ['n1', 'n2']) await addNode(at, name);
    const kubelet = kubelets(at);
    await post(at, { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
    await statusOnce(at, agent, everywhere(2));
    const watching = await at.watch('/apis/apps/v1/namespaces/default/daemonsets?watch=true');
    await merge(at, agent, image('busybox:2'));
    await statusOnce(at, agent, { ...everywhere(2), observedGeneration: 2 });
    await podsOnce(at, 2);
    for (const frame of watching.frames) expect(frame).toMatchObject({ object: { status: { numberAvailable: 2 } } });
    watching.stop();
    await kubelet.stop();
  });

  it('waits for someone to delete pods with OnDelete', async () => {
    await using at = await world();
    await addNode(at, 'n1');
    const kubelet = kubelets(at);
    await post(at, { updateStrategy: { type: 'OnDelete' } });
    await statusOnce(at, agent, everywhere(1));
    await merge(at, agent, image('busybox:2'));
    await statusOnce(at, agent, { observedGeneration: 2, numberReady: 1, updatedNumberScheduled: 0 });
    await aWhile();
    const [pod] = await podsOnce(at, 1);
    expect(imageOf(pod ?? {})).toBe('busybox:1');
    await at.ask('DELETE', `${podsPath}/${metadataOf(pod).name}`);
    await podsOnce(at, 1, (entry) => imageOf(entry) === 'busybox:2');
    await kubelet.stop();
  });

  it('replaces a pod that failed, and not in a hurry', async () => {
    await using at = await world();
    await addNode(at, 'n1');
    await post(at);
    const fail = async (known: readonly string[]) => {
      const [pod] = await podsOnce(at, 1, (entry) => placed(entry) && !known.includes(metadataOf(entry).name));
      const { name } = metadataOf(pod);
      await merge(at, `${podsPath}/${name}/status`, { status: { phase: 'Failed' } });
      return name;
    };
    const first = await fail([]);
    const second = await fail([first]);
    await aWhile();
    // The second one still stands there: its pause is a second.
    expect((await at.ask('GET', `${podsPath}/${second}`)).status).toBe(200);
    expect((await eventsOf(at, 'agent', 'FailedDaemonPod'))[0]?.['message']).toContain(
      `Found failed daemon pod default/${first} on node n1`,
    );
  });

  it('says why its pods are refused', async () => {
    await using at = await world();
    await addNode(at, 'n1');
    await post(at, {}, { serviceAccountName: 'missing' });
    const [event] = await eventually(async () => {
      const found = await eventsOf(at, 'agent', 'FailedCreate');
      return Number(found[0]?.['count'] ?? 0) > 1 ? found : undefined;
    });
    expect(event).toMatchObject({ type: 'Warning', source: { component: 'daemonset-controller' } });
    await statusOnce(at, agent, { desiredNumberScheduled: 1, currentNumberScheduled: 0, numberUnavailable: 1 });
  });
});

describe('roles', () => {
  it.each([
    ['view', 'get', 'daemonsets', true],
    ['view', 'update', 'deployments', false],
    ['view', 'get', 'deployments/scale', true],
    ['edit', 'patch', 'deployments/scale', true],
    ['edit', 'update', 'daemonsets/status', false],
    ['admin', 'delete', 'replicasets', true],
  ])('%s may %s %s: %s', async (role, verb, resource, allowed) => {
    await using at = await world();
    await at.ask('POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings', {
      body: {
        metadata: { name: 'b' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'u' }],
      },
    });
    const [plural, subresource] = resource.split('/');
    const { body } = await at.ask('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      body: {
        spec: {
          user: 'u',
          resourceAttributes: {
            namespace: 'default',
            verb,
            group: 'apps',
            resource: plural,
            ...(subresource === undefined ? {} : { subresource }),
          },
        },
      },
    });
    expect((body['status'] as Fields)['allowed']).toBe(allowed);
  });
});
