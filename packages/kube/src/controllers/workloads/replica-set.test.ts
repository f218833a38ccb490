import { createMemoryStore } from '@podpass/store';
import { describe, expect, it } from 'vitest';
import type { Fields } from '../../object/types.ts';
import { eventually, pod, spec as clusterSpec, world } from '../../testing/harness.ts';
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
  statusOnce,
  workload,
} from './workloads.fixture.ts';

const sets = `${apps}/replicasets`;

describe('replica sets that are refused', () => {
  it.each([
    ['without a selector', { selector: undefined }, 'spec.selector: Required value'],
    ['with an empty selector', { selector: {} }, 'empty selector is invalid for deployment'],
    ['whose template has other labels', { selector: { matchLabels: { app: 'other' } } }, '`selector` does not match template `labels`'],
    [
      'whose expressions do not match the template',
      { selector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] } },
      '`selector` does not match template `labels`',
    ],
    ['with less than no pods', { replicas: -1 }, 'spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ['with negative patience', { minReadySeconds: -1 }, 'spec.minReadySeconds: Invalid value: -1'],
  ])('%s', async (_what, over, message) => {
    await using at = await world();
    const { status, body } = await at.ask('POST', sets, { body: workload('ReplicaSet', { spec: over }) });
    expect(status).toBe(422);
    expect(body['message']).toContain(message);
  });

  it('keep their selector', async () => {
    await using at = await world();
    await at.ask('POST', sets, { body: workload('ReplicaSet', { spec: { replicas: 0 } }) });
    const labels = { app: 'web', more: 'x' };
    const { status, body } = await merge(at, `${sets}/web`, {
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } },
    });
    expect(status).toBe(422);
    expect(body['message']).toContain('field is immutable');
  });
});

describe('a replica set', () => {
  it('makes as many pods as it asks for, and takes them back', async () => {
    await using at = await world();
    expect((await at.ask('POST', sets, { body: workload('ReplicaSet', { spec: { replicas: 3 } }) })).status).toBe(201);
    const [first] = await podsOnce(at, 3);
    expect(metadataOf(first).name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(metadataOf(first)).toMatchObject({
      generateName: 'web-',
      labels: { app: 'web' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', controller: true, blockOwnerDeletion: true }],
    });
    expect(first).toMatchObject({ spec: { serviceAccountName: 'default' } });
    expect(await eventsOf(at, 'web', 'SuccessfulCreate')).toHaveLength(3);
    await merge(at, `${sets}/web`, { spec: { replicas: 1 } });
    await podsOnce(at, 1);
    await statusOnce(at, `${sets}/web`, { replicas: 1, observedGeneration: 2 });
    expect(await eventsOf(at, 'web', 'SuccessfulDelete')).toHaveLength(2);
  });

  it('replaces a pod that is deleted and gives up those that are not ready first', async () => {
    await using at = await world();
    await addNode(at, 'n1');
    await at.ask('POST', sets, { body: workload('ReplicaSet', { spec: { replicas: 2 } }) });
    const [lucky] = await podsOnce(at, 2);
    const kubelet = kubelets(at, (entry) => metadataOf(entry).name === metadataOf(lucky).name);
    await statusOnce(at, `${sets}/web`, { replicas: 2, readyReplicas: 1, availableReplicas: 1, fullyLabeledReplicas: 2 });
    await merge(at, `${sets}/web`, { spec: { replicas: 1 } });
    const [left] = await podsOnce(at, 1);
    expect(metadataOf(left).name).toBe(metadataOf(lucky).name);
    await at.ask('DELETE', `${podsPath}/${metadataOf(lucky).name}`);
    const [next] = await podsOnce(at, 1, (entry) => metadataOf(entry).name !== metadataOf(lucky).name);
    expect(next).toBeDefined();
    await kubelet.stop();
  });

  it('adopts what it selects and nobody controls, and releases what it no longer selects', async () => {
    await using at = await world();
    await at.ask('POST', podsPath, { body: pod('stray', { metadata: { labels: { app: 'web' } } }) });
    await at.ask('POST', podsPath, { body: pod('other', { metadata: { labels: { app: 'else' } } }) });
    await at.ask('POST', sets, { body: workload('ReplicaSet', { spec: { replicas: 1 } }) });
    await eventually(async () => metadataOf((await at.ask('GET', `${podsPath}/stray`)).body)['ownerReferences']);
    await podsOnce(at, 2);
    expect(metadataOf((await at.ask('GET', `${podsPath}/other`)).body)['ownerReferences']).toBeUndefined();
    await merge(at, `${podsPath}/stray`, { metadata: { labels: { app: 'free' } } });
    await podsOnce(at, 3);
    expect(metadataOf((await at.ask('GET', `${podsPath}/stray`)).body)['ownerReferences']).toBeUndefined();
  });

  it('waits longer and longer when pods are refused, with one event that counts', async () => {
    await using at = await world();
    await at.ask('POST', sets, { body: workload('ReplicaSet', { spec: { replicas: 5 }, pod: { serviceAccountName: 'missing' } }) });
    const events = await eventually(async () => {
      const found = await eventsOf(at, 'web', 'FailedCreate');
      return Number(found[0]?.['count'] ?? 0) >= 3 ? found : undefined;
    });
    expect(events).toHaveLength(1);
    expect(events[0]?.['message']).toContain('serviceaccount "missing" not found');
    const { body } = await at.ask('GET', `${sets}/web`);
    expect(body).toMatchObject({
      status: { replicas: 0, conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }] },
    });
    await aWhile();
    // 20, 40, 80, … milliseconds: five pods in a busy loop would be hundreds by now.
    expect(Number((await eventsOf(at, 'web', 'FailedCreate'))[0]?.['count'])).toBeLessThan(10);
    await at.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { body: { metadata: { name: 'missing' } } });
    await podsOnce(at, 5);
    await statusOnce(at, `${sets}/web`, { replicas: 5, conditions: 0 });
  });

  it('asks webhooks as its service account', async () => {
    const seen: string[] = [];
    await using at = await world({
      wire: (request) => {
        const review = JSON.parse(String(request.body)) as { request: { uid: string; userInfo: { username: string } } };
        seen.push(review.request.userInfo.username);
        const response = { uid: review.request.uid, allowed: false, status: { message: 'no pods today' } };
        return {
          status: 200,
          headers: {},
          body: Buffer.from(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response })),
        } as never;
      },
    });
    const webhook = {
      name: 'deny.example.com',
      clientConfig: { url: 'https://hooks.example.com/' },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
    };
    await at.ask('POST', '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {
      body: { metadata: { name: 'deny' }, webhooks: [webhook] },
    });
    await at.ask('POST', sets, { body: workload('ReplicaSet', { spec: { replicas: 1 } }) });
    const [event] = await eventually(async () => {
      const found = await eventsOf(at, 'web', 'FailedCreate');
      return found.length > 0 ? found : undefined;
    });
    expect(event?.['message']).toContain('no pods today');
    expect(seen[0]).toBe('system:serviceaccount:kube-system:replicaset-controller');
    expect(await itemsAt(at, podsPath)).toHaveLength(0);
  });

  it('goes with its pods, or without them', async () => {
    await using at = await world();
    await at.ask('POST', sets, { body: workload('ReplicaSet', { spec: { replicas: 2 } }) });
    await podsOnce(at, 2);
    await at.ask('DELETE', `${sets}/web`, { body: { propagationPolicy: 'Orphan' } });
    await eventually(async () => ((await at.ask('GET', `${sets}/web`)).status === 404 ? true : undefined));
    await aWhile();
    await podsOnce(at, 2, (entry) => metadataOf(entry)['ownerReferences'] === undefined);
    await at.ask('POST', sets, { body: workload('ReplicaSet', { spec: { replicas: 2 } }) });
    await podsOnce(at, 2, (entry) => metadataOf(entry)['ownerReferences'] !== undefined);
    await at.ask('DELETE', `${sets}/web`, { body: { propagationPolicy: 'Foreground' } });
    await eventually(async () => ((await at.ask('GET', `${sets}/web`)).status === 404 ? true : undefined));
    expect(await podsOnce(at, 0)).toHaveLength(0);
  });

  it('does not count what another namespace claims to be its own', async () => {
    await using at = await world();
    await at.ask('POST', '/api/v1/namespaces', { body: { metadata: { name: 'rogue' } } });
    await eventually(async () =>
      (await at.ask('GET', '/api/v1/namespaces/rogue/serviceaccounts/default')).status === 200 ? true : undefined,
    );
    const { body } = await at.ask('POST', sets, { body: workload('ReplicaSet', { spec: { replicas: 1 } }) });
    const [own] = await podsOnce(at, 1);
    const { uid } = metadataOf(body);
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid, controller: true }];
    const rogue = pod('rogue', { metadata: { labels: { app: 'web' }, ownerReferences } });
    expect((await at.ask('POST', '/api/v1/namespaces/rogue/pods', { body: rogue })).status).toBe(201);
    await at.ask('DELETE', `${podsPath}/${metadataOf(own).name}`);
    const [next] = await podsOnce(at, 1);
    expect(metadataOf(next).name).not.toBe(metadataOf(own).name);
    await statusOnce(at, `${sets}/web`, { replicas: 1 });
  });

  it('makes nothing in a namespace that goes away', async () => {
    await using at = await world();
    await at.ask('POST', '/api/v1/namespaces', { body: { metadata: { name: 'team' } } });
    await at.ask('POST', '/apis/apps/v1/namespaces/team/replicasets', { body: workload('ReplicaSet', { spec: { replicas: 3 } }) });
    await eventually(async () => ((await itemsAt(at, '/api/v1/namespaces/team/pods')).length === 3 ? true : undefined));
    await at.ask('DELETE', '/api/v1/namespaces/team');
    const gone = await eventually(async () => ((await at.ask('GET', '/api/v1/namespaces/team')).status === 404 ? true : undefined));
    expect(gone).toBe(true);
  });

  it('goes on after a restart', async () => {
    const store = createMemoryStore();
    const kept = { ...store, close: () => Promise.resolve() } as typeof store;
    Object.defineProperties(kept, {
      revision: { get: () => store.revision },
      compactedRevision: { get: () => store.compactedRevision },
    });
    {
      await using at = await world({ store: kept, spec: clusterSpec() });
      await at.ask('POST', sets, { body: workload('ReplicaSet', { spec: { replicas: 2 }, pod: { serviceAccountName: 'late' } }) });
      await eventually(async () => ((await eventsOf(at, 'web', 'FailedCreate')).length > 0 ? true : undefined));
      await at.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { body: { metadata: { name: 'late' } } });
    }
    await using at = await world({ store: kept });
    expect(await podsOnce(at, 2)).toHaveLength(2);
  });
});

describe('the scale of a replica set', () => {
  it('is read and written on its own', async () => {
    await using at = await world();
    await at.ask('POST', sets, { body: workload('ReplicaSet', { spec: { replicas: 2 } }) });
    const { body } = await at.ask('GET', `${sets}/web/scale`);
    expect(body).toMatchObject({ kind: 'Scale', apiVersion: 'autoscaling/v1', spec: { replicas: 2 }, status: { selector: 'app=web' } });
    const refused = await at.ask('PUT', `${sets}/web/scale`, { body: { ...body, spec: { replicas: -1 } } });
    expect(refused.body).toMatchObject({
      code: 422,
      message: 'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    });
    expect((await at.ask('PUT', `${sets}/other/scale`, { body })).status).toBe(404);
    const stale = { ...body, metadata: { ...(body['metadata'] as Fields), resourceVersion: '1' } };
    expect((await at.ask('PUT', `${sets}/web/scale`, { body: stale })).status).toBe(409);
    expect((await merge(at, `${sets}/web/scale`, { spec: { replicas: 'many' } })).status).toBe(400);
    expect((await merge(at, `${sets}/web/scale`, { spec: { replicas: 4 } })).body).toMatchObject({ spec: { replicas: 4 } });
    await podsOnce(at, 4);
    expect((await at.ask('DELETE', `${sets}/web/scale`)).status).toBe(405);
  });
});
