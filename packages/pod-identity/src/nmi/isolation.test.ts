import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MetadataAnswer } from '../types.ts';
import { assigned, binding, clientId, exception, identity, pod, principalId, resourceId } from './testing/objects.ts';
import { createWorld, from, type World, type WorldOptions } from './testing/world.ts';

/** The pod that has the identity `demo`, and one that has none. */
const victim = pod('victim');
const attacker = pod('attacker', { labels: { aadpodidbinding: 'none' } });
const elsewhere = pod('elsewhere', { namespace: 'evil', labels: { aadpodidbinding: 'none' } });

const start = (options?: WorldOptions): World => {
  const world = createWorld({ machine: ['demo', 'mine'], system: true, ...options });
  world.put('pods', victim, attacker, elsewhere);
  world.put('identities', identity('demo'));
  world.put('bindings', binding('demo'));
  world.put('assigned', assigned('victim', 'demo'));
  return world;
};

const managed: WorldOptions = { args: ['--operation-mode=managed', '--forceNamespaced'] };
const fromAttacker = { source: from(attacker) };

interface Attempt {
  readonly options?: WorldOptions;
  /** Prepares the world and sends the request. */
  readonly run: (world: World) => Promise<MetadataAnswer>;
  readonly reason: string;
}

const attempts: Readonly<Record<string, Attempt>> = {
  'client id of another pod': {
    run: (world) => world.request({ ...fromAttacker, search: `resource=r&client_id=${clientId('demo')}` }),
    reason: 'not-created',
  },
  'resource id of another pod': {
    run: (world) => world.request({ ...fromAttacker, search: `resource=r&msi_res_id=${resourceId('demo')}` }),
    reason: 'not-created',
  },
  'resource id in another case': {
    run: (world) => world.request({ ...fromAttacker, search: `resource=r&mi_res_id=${resourceId('DEMO').toUpperCase()}` }),
    reason: 'not-created',
  },
  'object id of another pod': {
    run: (world) => world.request({ ...fromAttacker, search: `resource=r&object_id=${principalId('demo')}` }),
    reason: 'not-created',
  },
  'nothing named, for the default of the machine': { run: (world) => world.request(fromAttacker), reason: 'not-created' },
  'the same parameter twice': {
    run: (world) => world.request({ ...fromAttacker, search: `resource=r&client_id=x&client_id=${clientId('demo')}` }),
    reason: 'not-created',
  },
  'forged podns and podname headers': {
    run: (world) => world.request({ ...fromAttacker, headers: { metadata: 'true', podns: 'apps', podname: 'victim' } }),
    reason: 'not-created',
  },
  '/host/token with forged headers': {
    run: (world) => world.request({ ...fromAttacker, path: '/host/token', headers: { podns: 'apps', podname: 'victim' } }),
    reason: 'not-from-host',
  },
  '/host/token from an address of the node': {
    run: (world) => world.request({ path: '/host/token', headers: { podns: 'apps', podname: 'victim' }, remoteAddress: '127.0.0.1' }),
    reason: 'not-from-host',
  },
  'X-Forwarded-For with the address of another pod': {
    run: (world) => world.request({ ...fromAttacker, headers: { metadata: 'true', 'x-forwarded-for': '10.0.0.7' } }),
    reason: 'forwarded',
  },
  'another host name': {
    run: (world) => world.request({ ...fromAttacker, headers: { metadata: 'true', host: 'victim.apps.svc' } }),
    reason: 'not-created',
  },
  'the address of another pod, with an own uid': {
    run: (world) => world.request({ source: from(attacker, { ip: '10.0.0.7' }) }),
    reason: 'not-created',
  },
  'a connection that no pod is known for': { run: (world) => world.request({}), reason: 'unknown-source' },
  'a connection of a pod of the same name that is gone': {
    run: (world) => world.request({ source: from(victim, { uid: 'uid-of-an-earlier-victim' }) }),
    reason: 'pod-unknown',
  },
  'the name of another pod under an own uid': {
    run: (world) => world.request({ source: from(attacker, { name: 'victim' }) }),
    reason: 'pod-unknown',
  },
  'a back-slash path to the machine': {
    run: (world) => world.request({ ...fromAttacker, path: String.raw`/metadata/identity\oauth2\token` }),
    reason: 'blocked-path',
  },
  'a double-encoded path to the machine': {
    run: (world) => world.request({ ...fromAttacker, path: '/metadata/identity%252foauth2%252ftoken' }),
    reason: 'blocked-path',
  },
  'the host network without exception': {
    run: (world) => {
      const rogue = pod('rogue', { spec: { hostNetwork: true } });
      world.put('pods', rogue);
      world.put('assigned', assigned('rogue', 'demo'));
      return world.request({ source: from(rogue, { hostNetwork: true }) });
    },
    reason: 'host-network',
  },
  'a deleted pod': {
    run: (world) => {
      world.remove('pods', victim);
      return world.request({ source: from(victim) });
    },
    reason: 'pod-unknown',
  },
  'a pod that has ended': {
    run: (world) => {
      world.put('pods', pod('victim', { phase: 'Succeeded' }));
      return world.request({ source: from(victim) });
    },
    reason: 'pod-unknown',
  },
  'a pod made anew under the name, with the old assignment': {
    run: (world) => {
      const anew = pod('victim', { uid: 'uid-anew', metadata: { creationTimestamp: '2026-01-01T00:05:00Z' } });
      world.remove('pods', victim);
      world.put('pods', anew);
      return world.request({ source: from(anew) });
    },
    reason: 'not-created',
  },
  'an assignment that MIC wrote for an earlier pod': {
    run: (world) => {
      world.put('assigned', assigned('victim', 'demo', { metadata: { annotations: { 'aadpodidentity.k8s.io/pod-uid': 'uid-before' } } }));
      return world.request({ source: from(victim) });
    },
    reason: 'not-created',
  },
  'a wait that outlives its pod': {
    run: async (world) => {
      world.remove('assigned', assigned('victim', 'demo'));
      const waiting = world.request({ source: from(victim) });
      await vi.advanceTimersByTimeAsync(1_000);
      world.remove('pods', victim);
      world.put('pods', pod('victim', { uid: 'uid-anew' }));
      world.put('assigned', assigned('victim', 'demo'));
      return waiting;
    },
    reason: 'pod-unknown',
  },
  'the label with another case': {
    run: (world) => {
      const sly = pod('victim', { labels: { aadpodidbinding: 'DEMO' } });
      world.put('pods', sly);
      return world.request({ source: from(sly) });
    },
    reason: 'not-created',
  },
  'an assigned identity without binding, by rights on assigned identities': {
    run: (world) => {
      world.put('assigned', assigned('attacker', 'demo', { namespace: 'default', by: binding('none') }));
      return world.request(fromAttacker);
    },
    reason: 'not-created',
  },
  'an assigned identity with a forged copy of an identity': {
    run: (world) => {
      const forged = identity('demo', { spec: { resourceID: resourceId('mine'), clientID: clientId('mine') } });
      world.put('assigned', assigned('victim', 'demo', { of: forged }));
      return world.request({ source: from(victim) });
    },
    reason: 'not-assigned',
  },
  'an assigned identity for an identity that does not exist': {
    run: (world) => {
      const ghost = identity('ghost', { spec: { resourceID: resourceId('mine'), clientID: clientId('mine') } });
      world.put('assigned', assigned('attacker', 'ghost', { of: ghost }));
      return world.request(fromAttacker);
    },
    reason: 'not-created',
  },
  'an assigned identity in a namespace that is not MIC’s': {
    run: (world) => {
      world.put('pods', pod('attacker'));
      world.put('assigned', assigned('attacker', 'demo', { namespace: 'apps' }));
      return world.request(fromAttacker);
    },
    reason: 'not-created',
  },
  'a binding of another namespace to a namespaced identity': {
    run: (world) => {
      const of = identity('demo', { annotations: { 'aadpodidentity.k8s.io/Behavior': 'namespaced' } });
      world.put('identities', of);
      world.put('pods', pod('elsewhere', { namespace: 'evil' }));
      world.put('assigned', assigned('elsewhere', 'demo', { namespace: 'apps', podNamespace: 'evil', of }));
      return world.request({ source: from(elsewhere) });
    },
    reason: 'no-identity',
  },
  'a binding whose identity lies in another namespace': {
    run: (world) => {
      const by = binding('demo', { namespace: 'evil' });
      world.put('bindings', by);
      world.put('pods', pod('elsewhere', { namespace: 'evil' }));
      world.put('assigned', assigned('elsewhere', 'demo', { podNamespace: 'evil', by }));
      return world.request({ source: from(elsewhere) });
    },
    reason: 'not-created',
  },
  'managed mode: a binding to an identity of another namespace': {
    options: managed,
    run: (world) => {
      world.put('bindings', binding('demo', { namespace: 'evil' }));
      world.put('pods', pod('elsewhere', { namespace: 'evil' }));
      return world.request({ source: from(elsewhere) });
    },
    reason: 'no-identity',
  },
  'managed mode: an own identity with the client id of another': {
    options: managed,
    run: (world) => {
      world.put('pods', pod('elsewhere', { namespace: 'evil' }));
      world.put('identities', identity('mine', { namespace: 'evil', spec: { clientID: clientId('demo') } }));
      world.put('bindings', binding('mine', { namespace: 'evil' }));
      return world.request({ source: from(elsewhere) });
    },
    reason: 'token-refused',
  },
  'managed mode: an identity without any id, for the default of the machine': {
    options: managed,
    run: (world) => {
      world.put('pods', pod('elsewhere', { namespace: 'evil' }));
      world.put('identities', identity('empty', { namespace: 'evil', spec: { clientID: '', resourceID: '' } }));
      world.put('bindings', binding('empty', { namespace: 'evil' }));
      return world.request({ source: from(elsewhere) });
    },
    reason: 'no-identity',
  },
  'a label that only another namespace’s exception names': {
    run: (world) => {
      world.put('exceptions', exception('free', { app: 'free' }, 'kube-system'));
      world.put('pods', pod('attacker', { labels: { app: 'free' } }));
      return world.request(fromAttacker);
    },
    reason: 'not-created',
  },
  'a label whose name differs from the exception’s in case': {
    run: (world) => {
      world.put('exceptions', exception('free', { App: 'free' }));
      world.put('pods', pod('attacker', { labels: { app: 'free' } }));
      return world.request(fromAttacker);
    },
    reason: 'not-created',
  },
  'an exception with a prototype name': {
    run: (world) => {
      world.put('exceptions', exception('free', { constructor: 'Object', __proto__: 'x' }));
      return world.request(fromAttacker);
    },
    reason: 'not-created',
  },
  'a ReplicaSet named like MIC in another namespace': {
    run: (world) => {
      world.put(
        'pods',
        pod('attacker', { labels: {}, metadata: { ownerReferences: [{ kind: 'ReplicaSet', name: 'mic-1', controller: true }] } }),
      );
      return world.request(fromAttacker);
    },
    reason: 'not-created',
  },
  'a ReplicaSet whose name only begins with mic': {
    run: (world) => {
      const fake = pod('fake', {
        namespace: 'default',
        labels: {},
        metadata: { ownerReferences: [{ kind: 'ReplicaSet', name: 'microservice-1', controller: true }] },
      });
      world.put('pods', fake);
      return world.request({ source: from(fake) });
    },
    reason: 'not-created',
  },
  'malformed objects': {
    run: (world) => {
      world.put(
        'identities',
        identity('odd', { spec: { type: '0', resourceID: ['x'], clientID: { a: 1 }, clientPassword: 'x', auxiliaryTenantIDs: 'y' } }),
      );
      world.put('bindings', binding('odd', { azureIdentity: 7 as unknown as string, selector: null as unknown as string }));
      world.put(
        'assigned',
        assigned('attacker', 'odd', { spec: { azureIdentityRef: 'x', azureBindingRef: [], nodename: 7 }, status: 7 as unknown as string }),
      );
      world.put('exceptions', exception('odd', { app: 7 }));
      return world.request(fromAttacker);
    },
    reason: 'not-created',
  },
};

describe('a pod gets no token of an identity that is not bound to it', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each(Object.entries(attempts))('by %s', async (_name, { options, run, reason }) => {
    const world = start(options);
    const pending = run(world);
    await vi.advanceTimersByTimeAsync(110_000);
    const answer = await pending;
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toContain('token-of-');
    expect(world.audits).toHaveLength(1);
    expect(world.audits[0]).toMatchObject({ outcome: 'refused', reason });
    expect(JSON.stringify([world.audits, world.lines])).not.toContain('token-of-');
  });

  it('while the pod that it is bound to gets it, with one audit line', async () => {
    const world = start();
    expect((await world.request({ source: from(victim) })).status).toBe(200);
    expect(world.audits).toMatchObject([
      { outcome: 'granted', pod: 'apps/victim', podUid: 'uid-victim', identity: 'apps/demo', clientId: clientId('demo') },
    ]);
  });
});
