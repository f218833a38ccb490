import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { readRunFile } from '../wire/azure.ts';
import { createScene, home, selector, statusOf, tokenPath, type Outcome, type Scene, podOf } from './isolation/scene.ts';
import { wireAttempts, type Known } from './isolation/wire-attempts.ts';
import { persist } from './isolation/programs.ts';

/** What a pod with nothing bound to it can send. The victim beside it gets its token, so that the table can fail. */
describe.skipIf(!clientsAvailable)('a pod gets no token of an identity that is not bound to it', () => {
  let scene: Scene;
  let outcomes: ReadonlyMap<string, Outcome>;

  beforeAll(async () => {
    scene = await createScene('isolation', { nodes: 2 });
    if (scene.whyNot !== undefined) return;
    await scene.cluster.apply(podOf('victim', { labels: { aadpodidbinding: selector }, args: [persist, tokenPath, '1'] }));
    const known = await everythingKnown(scene);
    const steps = Object.values(wireAttempts).flatMap((group) =>
      Object.entries(group).map(([name, { step }]) => ({ name, ...step(known) })),
    );
    outcomes = await scene.tryAll('attacker', steps, { labels: { aadpodidbinding: 'nothing' } });
  });
  afterAll(() => scene?.[Symbol.asyncDispose]());
  beforeEach(({ skip }) => skip(scene.whyNot !== undefined, scene.whyNot));

  it('while the pod to which it is bound gets one, with an audit line', async () => {
    const log = await scene.cluster.logOf('victim', /token/, { namespace: home });
    expect(log).toContain('{"status": 200, "said": "token"}');
    const lines = (await scene.audits()).filter(({ source }) => source === `${home}/victim`);
    expect(lines.at(-1)).toMatchObject({ outcome: 'granted', pod: `${home}/victim`, clientId: scene.identity.clientId });
  });

  it('and no token stands in the log of the server', async () => {
    const log = await readFile(path.join(scene.world.platform.data, 'logs', 'server.log'), 'utf8');
    expect(log).toContain('pod-identity-token');
    expect(log).not.toMatch(/eyJ[\w-]{10,}\.eyJ/);
  });

  describe.each(Object.entries(wireAttempts))('%s', (_group, attempts) => {
    it.each(Object.entries(attempts))('%s', (name, { refused, says = /(?:)/, audited }) => {
      const outcome = outcomes.get(name);
      if (outcome === undefined) throw new Error('The attempt was not made.');
      const { heard, error, audits } = outcome;
      expect(heard).not.toContain('access_token');
      // An answer with the status, or no answer and what the system said instead.
      const [status, pattern] = typeof refused === 'number' ? [refused, /^$/] : [undefined, refused];
      expect(statusOf(heard)).toBe(status);
      expect(error ?? '').toMatch(pattern);
      expect(heard).toMatch(says);
      expect(audits.map(({ outcome: said, reason }) => [said, reason])).toStrictEqual(audited.map((reason) => ['refused', reason]));
    });
  });
});

const everythingKnown = async (scene: Scene): Promise<Known> => {
  const { cluster, world } = scene;
  const { properties } = await cluster.read();
  const kubelet = (properties['identityProfile'] as { kubeletidentity: { clientId: string; objectId: string } }).kubeletidentity;
  const [victimIp, nodeIp] = [await scene.fieldOf('victim', '.status.podIP'), await scene.fieldOf('victim', '.status.hostIP')];
  const nodes = await cluster.kubectl('get', 'nodes', '-o', 'jsonpath={.items[*].status.addresses[?(@.type=="InternalIP")].address}');
  const { control, proxy, https } = await readRunFile(world.platform.data);
  return {
    identity: scene.identity,
    kubeletClientId: kubelet.clientId,
    kubeletObjectId: kubelet.objectId,
    victimIp,
    nodeIp,
    otherNodeIp: nodes.stdout.split(' ').find((address) => address !== nodeIp) ?? '',
    controlPort: Number(new URL(control).port),
    proxyPort: Number(new URL(proxy).port),
    tlsPort: https,
    tenantId: world.platform.admin.tenantId,
  };
};
