import { describe, expect, it } from 'vitest';
import type { Fields } from '../object/types.ts';
import { world, type World } from '../testing/harness.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const merge = { 'content-type': 'application/merge-patch+json' };
const autoupdate = 'rbac.authorization.kubernetes.io/autoupdate';

const rulesOf = async (at: World, name: string) => (await at.ask('GET', `${rbac}/clusterroles/${name}`)).body['rules'] as Fields[];
const put = async (at: World, path: string, body: Fields) =>
  expect((await at.ask('PATCH', path, { headers: merge, body })).status).toBe(200);

/** Changes a cluster, stops the platform and opens the same store again. */
const reopened = async (change: (at: World) => Promise<void>): Promise<World> => {
  const at = await world();
  await change(at);
  await at.clusters.close();
  return world({ store: at.store });
};

const anyPods: Fields = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };

describe('a cluster that is opened again', () => {
  it('writes nothing when nothing is missing', async () => {
    const at = await world();
    await at.clusters.close();
    const before = at.store.revision;
    await using again = await world({ store: at.store });
    expect(again.store.revision).toBe(before);
  });

  it('leaves a role and a binding alone that say so', async () => {
    await using at = await reopened(async (before) => {
      const metadata = { annotations: { [autoupdate]: 'false' } };
      await put(before, `${rbac}/clusterroles/view`, { metadata, rules: [anyPods] });
      await put(before, `${rbac}/clusterrolebindings/system:basic-user`, { metadata, subjects: [] });
    });
    expect(await rulesOf(at, 'view')).toEqual([anyPods]);
    const binding = await at.ask('GET', `${rbac}/clusterrolebindings/system:basic-user`);
    expect(binding.body['subjects'] ?? []).toEqual([]);
  });

  it('gets the rules that a role lacks, and keeps those that it has beyond', async () => {
    const own: Fields = { apiGroups: ['example.com'], resources: ['widgets'], verbs: ['get'] };
    await using at = await reopened((before) =>
      put(before, `${rbac}/clusterroles/edit`, { metadata: { labels: null, annotations: { note: 'mine' } }, rules: [anyPods, own] }),
    );
    const rules = await rulesOf(at, 'edit');
    expect(rules.slice(0, 2)).toEqual([anyPods, own]);
    expect(rules).toContainEqual(expect.objectContaining({ apiGroups: ['apps'], verbs: expect.arrayContaining(['create']) as unknown }));
    const { body } = await at.ask('GET', `${rbac}/clusterroles/edit`);
    expect(body['metadata']).toMatchObject({
      labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
      annotations: { note: 'mine', [autoupdate]: 'true' },
    });
  });

  it('does not add what a wider rule covers already', async () => {
    const all: Fields = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
    await using at = await reopened((before) => put(before, `${rbac}/clusterroles/admin`, { rules: [all] }));
    expect(await rulesOf(at, 'admin')).toEqual([all]);
  });

  it('gets roles, bindings and namespaces that are missing, with what belongs to them', async () => {
    const role = 'system:controller:daemon-set-controller';
    await using at = await reopened(async (before) => {
      await before.ask('DELETE', `${rbac}/clusterroles/${role}`);
      await before.ask('DELETE', `${rbac}/clusterrolebindings/${role}`);
      await before.store.txn({
        then: (await before.store.list(`/kube/${before.cluster.spec.uid}/`)).items
          .filter(({ key }) => /kube-node-lease/.test(key))
          .map(({ key }) => ({ op: 'delete', key })),
      });
    });
    expect((await rulesOf(at, role)).length).toBeGreaterThan(0);
    expect((await at.ask('GET', `${rbac}/clusterrolebindings/${role}`)).body['subjects']).toEqual([
      { kind: 'ServiceAccount', name: 'daemon-set-controller', namespace: 'kube-system' },
    ]);
    expect((await at.ask('GET', '/api/v1/namespaces/kube-node-lease')).body['status']).toEqual({ phase: 'Active' });
    expect((await at.ask('GET', '/api/v1/namespaces/kube-node-lease/serviceaccounts/default')).status).toBe(200);
  });

  it('gets subjects that a binding lacks, and keeps others', async () => {
    const mine: Fields = { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'mine' };
    await using at = await reopened((before) => put(before, `${rbac}/clusterrolebindings/cluster-admin`, { subjects: [mine] }));
    expect((await at.ask('GET', `${rbac}/clusterrolebindings/cluster-admin`)).body['subjects']).toEqual([
      mine,
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:masters' },
    ]);
  });

  it('gets a binding anew that was made to mean another role', async () => {
    const path = `${rbac}/clusterrolebindings/system:basic-user`;
    const roleRef: Fields = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
    await using at = await reopened(async (before) => {
      await before.ask('DELETE', path);
      const body = { metadata: { name: 'system:basic-user' }, roleRef, subjects: [] };
      expect((await before.ask('POST', `${rbac}/clusterrolebindings`, { body })).status).toBe(201);
    });
    expect((await at.ask('GET', path)).body['roleRef']).toEqual({ ...roleRef, name: 'system:basic-user' });
  });

  it('does all of it in one transaction, and nothing the next time', async () => {
    const at = await world();
    for (const name of ['view', 'edit', 'admin']) await put(at, `${rbac}/clusterroles/${name}`, { rules: [] });
    await at.clusters.close();
    const before = at.store.revision;
    const again = await world({ store: at.store });
    expect(again.store.revision).toBe(before + 1);
    await again.clusters.close();
    await using third = await world({ store: at.store });
    expect(third.store.revision).toBe(before + 1);
  });
});
