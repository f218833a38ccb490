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
  statusAt,
  statusOnce,
  workload,
} from './workloads.fixture.ts';

const web = `${apps}/deployments/web`;
const image = (name: string): Fields => ({ spec: { template: { spec: { containers: [{ name: 'main', image: name }] } } } });
const post = (at: World, spec: Fields = {}) => at.ask('POST', `${apps}/deployments`, { body: workload('Deployment', { spec }) });
const setsOf = (at: World) => itemsAt(at, `${apps}/replicasets`);
const conditionsOf = (object: Fields) => statusAt(object)['conditions'] as Fields[];
const done = (replicas: number) => ({ replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas });
const imageOf = (pod: Fields) => (specAt(pod)['containers'] as Fields[])[0]?.['image'];

/** A deployment whose pods run. */
const running = async (spec: Fields = {}) => {
  const at = await world();
  await addNode(at, 'n1');
  const kubelet = kubelets(at);
  await post(at, spec);
  return { at, kubelet };
};

describe('deployments that are refused', () => {
  it.each([
    ['neither surge nor gap', { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } }, 'may not be 0 when `maxSurge` is 0'],
    ['a gap of more than all', { strategy: { rollingUpdate: { maxUnavailable: '101%' } } }, 'must not be greater than 100%'],
    ['a share that is none', { strategy: { rollingUpdate: { maxSurge: 'many' } } }, 'a valid percent string'],
    ['both strategies', { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }, "when strategy `type` is 'Recreate'"],
    ['an unknown strategy', { strategy: { type: 'Canary' } }, 'supported values: "Recreate", "RollingUpdate"'],
    ['a deadline before readiness', { minReadySeconds: 700 }, 'must be greater than minReadySeconds'],
    ['a negative history', { revisionHistoryLimit: -1 }, 'spec.revisionHistoryLimit: Invalid value: -1'],
  ])('%s', async (_what, spec, message) => {
    await using at = await world();
    const { status, body } = await post(at, spec);
    expect([status, body['message']]).toEqual([422, expect.stringContaining(message)]);
  });
});

describe('a deployment', () => {
  it('makes a replica set of its template and says what it did', async () => {
    const { at, kubelet } = await running({ replicas: 2 });
    await using _world = at;
    const body = await statusOnce(at, web, { ...done(2), observedGeneration: 1 });
    const [set] = await setsOf(at);
    const hash = metadataOf(set).labels['pod-template-hash'];
    expect(metadataOf(set).name).toBe(`web-${hash}`);
    expect(hash).toMatch(/^[4-9b-df]{1,10}$/);
    expect(set).toMatchObject({
      metadata: {
        annotations: { 'deployment.kubernetes.io/revision': '1', 'deployment.kubernetes.io/desired-replicas': '2' },
        ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }],
      },
      spec: { selector: { matchLabels: { app: 'web', 'pod-template-hash': hash } } },
    });
    expect(metadataOf(body).annotations['deployment.kubernetes.io/revision']).toBe('1');
    const ready = await eventually(async () => {
      const next = (await at.ask('GET', web)).body;
      return conditionsOf(next).some((entry) => entry['reason'] === 'NewReplicaSetAvailable') ? next : undefined;
    });
    expect(conditionsOf(ready)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }),
        expect.objectContaining({ type: 'Progressing', status: 'True' }),
      ]),
    );
    const [event] = await eventsOf(at, 'web', 'ScalingReplicaSet');
    expect(event?.['message']).toBe(`Scaled up replica set web-${hash} from 0 to 2`);
    await kubelet.stop();
    // Nothing goes on once all is well.
    const version = metadataOf((await at.ask('GET', web)).body)['resourceVersion'];
    await aWhile();
    expect(metadataOf((await at.ask('GET', web)).body)['resourceVersion']).toBe(version);
  });

  it('rolls over step by step and never has fewer than it may', async () => {
    const { at, kubelet } = await running({ replicas: 4, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
    await using _world = at;
    await statusOnce(at, web, done(4));
    const watching = await at.watch('/apis/apps/v1/namespaces/default/deployments?watch=true');
    await merge(at, web, image('busybox:2'));
    await statusOnce(at, web, { ...done(4), observedGeneration: 2 });
    await podsOnce(at, 4, (pod) => imageOf(pod) === 'busybox:2');
    for (const frame of watching.frames) {
      const status = statusAt(frame['object'] as Fields);
      expect(Number(status['availableReplicas'] ?? 0)).toBeGreaterThanOrEqual(4);
      expect(Number(status['replicas'] ?? 0)).toBeLessThanOrEqual(5);
    }
    expect(watching.frames.length).toBeGreaterThan(4);
    watching.stop();
    const sets = await setsOf(at);
    expect(sets.map((set) => [metadataOf(set).annotations['deployment.kubernetes.io/revision'], specAt(set)['replicas']])).toEqual(
      expect.arrayContaining([
        ['1', 0],
        ['2', 4],
      ]),
    );
    await merge(at, web, image('busybox:1'));
    await statusOnce(at, web, { ...done(4), observedGeneration: 3 });
    const revived = (await setsOf(at)).find((set) => specAt(set)['replicas'] === 4);
    expect(metadataOf(revived).annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
    await kubelet.stop();
  });

  it('stands still when new pods do not become ready, and says so after its deadline', async () => {
    await using at = await world();
    await addNode(at, 'n1');
    const kubelet = kubelets(at, (pod) => imageOf(pod) === 'busybox:1');
    await post(at, { replicas: 4, progressDeadlineSeconds: 60 });
    await statusOnce(at, web, done(4));
    await merge(at, web, image('busybox:broken'));
    await statusOnce(at, web, { observedGeneration: 2, updatedReplicas: 2, availableReplicas: 3, replicas: 5 });
    await aWhile();
    expect(statusAt((await at.ask('GET', web)).body)).toMatchObject({ availableReplicas: 3 });
    at.clock.setOffset(120_000);
    await eventually(async () =>
      conditionsOf((await at.ask('GET', web)).body).some((entry) => entry['reason'] === 'ProgressDeadlineExceeded') ? true : undefined,
    );
    await merge(at, web, image('busybox:1'));
    await statusOnce(at, web, { ...done(4), observedGeneration: 3 });
    await kubelet.stop();
  });

  it('recreates only when the last old pod is gone', async () => {
    const { at, kubelet } = await running({ replicas: 2, strategy: { type: 'Recreate' } });
    await using _world = at;
    await statusOnce(at, web, done(2));
    const pods = await at.watch(`${podsPath}?watch=true`);
    await merge(at, web, image('busybox:2'));
    await statusOnce(at, web, { ...done(2), observedGeneration: 2 });
    const seen = pods.frames.map((frame) => [frame['type'], imageOf(frame['object'] as Fields)]);
    const gone = seen.reduce((last, [type, name], index) => (type === 'DELETED' && name === 'busybox:1' ? index : last), -1);
    const first = seen.findIndex(([type, name]) => type === 'ADDED' && name === 'busybox:2');
    expect(gone).toBeGreaterThan(0);
    expect(first).toBeGreaterThan(gone);
    pods.stop();
    await kubelet.stop();
  });

  it('rolls nothing out while it is paused, but scales', async () => {
    const { at, kubelet } = await running({ replicas: 2 });
    await using _world = at;
    await statusOnce(at, web, done(2));
    await merge(at, web, { spec: { paused: true } });
    await merge(at, web, image('busybox:2'));
    await merge(at, `${web}/scale`, { spec: { replicas: 3 } });
    await statusOnce(at, web, { replicas: 3, availableReplicas: 3, updatedReplicas: 0, observedGeneration: 4 });
    expect(conditionsOf((await at.ask('GET', web)).body)).toContainEqual(expect.objectContaining({ reason: 'DeploymentPaused' }));
    expect(await setsOf(at)).toHaveLength(1);
    await merge(at, web, { spec: { paused: false } });
    await statusOnce(at, web, { ...done(3), observedGeneration: 5 });
    await podsOnce(at, 3, (pod) => imageOf(pod) === 'busybox:2');
    await kubelet.stop();
  });

  it('keeps as many old replica sets as it is told to', async () => {
    const { at, kubelet } = await running({ replicas: 1, revisionHistoryLimit: 1 });
    await using _world = at;
    await statusOnce(at, web, { ...done(1), observedGeneration: 1 });
    for (const version of [2, 3, 4]) {
      await merge(at, web, image(`busybox:${version}`));
      await statusOnce(at, web, { ...done(1), observedGeneration: version });
    }
    await eventually(async () => ((await setsOf(at)).length === 2 ? true : undefined));
    const revisions = (await setsOf(at)).map((set) => String(metadataOf(set).annotations['deployment.kubernetes.io/revision']));
    expect(revisions.toSorted()).toEqual(['3', '4']);
    await kubelet.stop();
  });

  it('scales a rollout in proportion', async () => {
    await using at = await world();
    await addNode(at, 'n1');
    const kubelet = kubelets(at, (pod) => imageOf(pod) === 'busybox:1');
    await post(at, { replicas: 10, strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } });
    await statusOnce(at, web, done(10));
    await merge(at, web, image('busybox:broken'));
    await statusOnce(at, web, { updatedReplicas: 5, availableReplicas: 8 });
    await merge(at, `${web}/scale`, { spec: { replicas: 15 } });
    // The example of the documentation: 8 + 5 become 11 + 7.
    expect(await statusOnce(at, web, { replicas: 18, updatedReplicas: 7 })).toBeDefined();
    await kubelet.stop();
  });

  it('steps aside when its name for a replica set is taken', async () => {
    await using at = await world();
    await post(at, { replicas: 1, paused: false });
    const [set] = await eventually(async () => ((await setsOf(at)).length === 1 ? await setsOf(at) : undefined));
    await at.ask('DELETE', web);
    await eventually(async () => ((await setsOf(at)).length === 0 ? true : undefined));
    const { name } = metadataOf(set);
    await at.ask('POST', `${apps}/replicasets`, {
      body: workload('ReplicaSet', { name, labels: { app: 'squatter' }, spec: { replicas: 0 } }),
    });
    await post(at, { replicas: 1 });
    await statusOnce(at, web, { collisionCount: 1, replicas: 1 });
    expect((await setsOf(at)).map((entry) => metadataOf(entry).name)).toContain(name);
    expect(await setsOf(at)).toHaveLength(2);
  });

  it('goes with everything that it made', async () => {
    await using at = await world();
    await post(at, { replicas: 2 });
    await podsOnce(at, 2);
    await at.ask('DELETE', web, { body: { propagationPolicy: 'Foreground' } });
    await eventually(async () => ((await at.ask('GET', web)).status === 404 ? true : undefined));
    expect(await setsOf(at)).toHaveLength(0);
    expect(await itemsAt(at, podsPath)).toHaveLength(0);
  });
});
