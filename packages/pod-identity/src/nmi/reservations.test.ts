import { describe, expect, it } from 'vitest';
import type { Reservation } from './reservations.ts';
import { binding, clientId, exception, identity, pod, principalId, resourceId } from './testing/objects.ts';
import { createWorld, from, tokenIn } from './testing/world.ts';

const managed = ['--operation-mode=managed', '--forceNamespaced'];
/** What the machine has: one for another namespace, one for this, the machine's own, and one that somebody put there by hand. */
const names = ['theirs', 'ours', 'kubelet', 'free'] as const;
const reserved: Readonly<Record<string, Reservation>> = { theirs: ['other'], ours: ['other', 'apps'], kubelet: 'machine' };

const web = pod('web');
const start = (args = managed) => {
  const world = createWorld({
    args,
    machine: names,
    reservations: (asked) => {
      const name = names.find((each) => ('clientId' in asked ? asked.clientId === clientId(each) : asked.resourceId === resourceId(each)));
      return name === undefined ? undefined : reserved[name];
    },
  });
  world.put('pods', web);
  return world;
};
const bound = (name: string) => {
  const world = start();
  world.put('identities', identity(name));
  world.put('bindings', binding(name));
  return world;
};
const excepted = () => {
  const world = start();
  world.put('pods', pod('web', { labels: { app: 'free' } }));
  world.put('exceptions', exception('free', { app: 'free' }));
  return world;
};
const ask = (world: ReturnType<typeof start>, more = '') => world.request({ source: from(web), search: `resource=r${more}` });

describe('identities that are on the machine for others', () => {
  it.each(['theirs', 'kubelet'])('%s is not bound by objects that somebody writes in another namespace', async (name) => {
    const world = bound(name);
    expect(await ask(world)).toMatchObject({ status: 404 });
    expect(await ask(world, `&client_id=${clientId(name)}`)).toMatchObject({ status: 404 });
    expect(world.mints).toEqual([]);
    expect(world.audits).toMatchObject([
      { outcome: 'refused', reason: 'no-identity' },
      { outcome: 'refused', reason: 'no-identity' },
    ]);
  });

  it.each(['ours', 'free'])('%s is', async (name) => {
    expect(tokenIn(await ask(bound(name)))).toBe(`token-of-${principalId(name)}`);
  });

  it('an exception gives none that is for other namespaces', async () => {
    const world = excepted();
    expect(await ask(world, `&client_id=${clientId('theirs')}`)).toMatchObject({ status: 403 });
    expect(await ask(world, `&msi_res_id=${encodeURIComponent(resourceId('theirs'))}`)).toMatchObject({ status: 403 });
    expect(await ask(world, `&object_id=${principalId('theirs')}`)).toMatchObject({ status: 403 });
    expect(world.audits.map(({ reason }) => reason)).toEqual(['excepted-refused', 'excepted-refused', 'excepted-refused']);
  });

  it.each(['ours', 'kubelet', 'free'])('an exception gives %s', async (name) => {
    expect(tokenIn(await ask(excepted(), `&client_id=${clientId(name)}`))).toBe(`token-of-${principalId(name)}`);
  });

  it('a pod that looks like a MIC is nothing special in managed mode', async () => {
    const owners = [{ kind: 'ReplicaSet', name: 'mic-5d8f', controller: true }];
    const mic = pod('mic-5d8f-x', { namespace: 'default', labels: {}, metadata: { ownerReferences: owners } });
    const world = start();
    world.put('pods', mic);
    const search = `resource=r&client_id=${clientId('kubelet')}`;
    expect(await world.request({ source: from(mic), search })).toMatchObject({ status: 404 });
    expect(world.mints).toEqual([]);
  });
});
