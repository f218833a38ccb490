import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { said } from '../platform/platform.ts';
import { until } from '../platform/until.ts';
import { persist } from './isolation/programs.ts';
import { ask, createScene, home, metadataAddress, podOf, selector, statusOf, tokenPath, type Scene } from './isolation/scene.ts';
import { listOf } from './world.ts';

const bound = { aadpodidbinding: selector };
const asking = [{ name: 'ask', to: [metadataAddress, 80], send: ask(tokenPath) }] as const;
const seen = (log: string): readonly string[] =>
  log
    .split('\n')
    .filter((line) => line.startsWith('{"status"'))
    .map((line) => {
      const { status, said: body } = JSON.parse(line) as { status: number; said: string };
      return status === 200 ? body : `${String(status)} ${body}`;
    });

/** What was right a moment ago gives nothing once it is not. */
describe.skipIf(!clientsAvailable)('a token ends with what it was given for', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await createScene('lifetime');
  });
  afterAll(() => scene?.[Symbol.asyncDispose]());
  beforeEach(({ skip }) => skip(scene.whyNot !== undefined, scene.whyNot));

  const start = (name: string, labels: Readonly<Record<string, string>> = bound, args: readonly string[] = [persist, tokenPath, '0.02']) =>
    scene.cluster.apply(podOf(name, { labels, args }));
  const has = (name: string, pattern: RegExp) => scene.cluster.logOf(name, pattern, { namespace: home, seconds: 20 });
  const kubectl = async (...args: string[]): Promise<string> => {
    const result = await scene.cluster.kubectl(...args);
    if (result.code !== 0) throw new Error(said(result));
    return result.stdout;
  };
  const remove = (name: string) => kubectl('delete', 'pod', '-n', home, name, '--force', '--grace-period=0');
  const linesOf = async (uid: string) => (await scene.audits()).filter(({ sourceUid }) => sourceUid === uid);
  const tried = async (name: string, labels: Readonly<Record<string, string>> = {}) => {
    const outcome = (await scene.tryAll(name, asking, { labels })).get('ask');
    return { status: statusOf(outcome?.heard ?? ''), reason: outcome?.audits[0]?.reason };
  };
  const refused = { status: 404, reason: 'no-identity' };

  it('of the label', async () => {
    await start('relabelled');
    await has('relabelled', /token/);
    await kubectl('label', 'pod', '-n', home, 'relabelled', 'aadpodidbinding=another', '--overwrite');
    expect(seen(await has('relabelled', /404/))).toStrictEqual(['token', expect.stringMatching(/^404 no azure identity found/)]);
    await remove('relabelled');
  });

  it('of the binding, and of the identity', async () => {
    for (const kind of ['azureidentitybinding', 'azureidentity']) {
      const name = `without-${kind}`;
      await start(name);
      await has(name, /token/);
      await kubectl('delete', kind, '-n', home, '--all');
      expect(seen(await has(name, /404/))).toStrictEqual(['token', expect.stringMatching(/^404 no azure identity found/)]);
      await Promise.all([remove(name), scene.cluster.writeProfile((profile) => profile)]);
    }
  });

  it('of the entry in the cluster’s profile', async () => {
    const entries: Record<string, unknown>[] = [];
    await start('profile');
    await has('profile', /token/);
    await scene.cluster.writeProfile((profile) => {
      entries.push(...listOf(profile, 'userAssignedIdentities'));
      return { ...profile, userAssignedIdentities: [] };
    });
    // Between the two removals the machine may already have no such identity, while the binding is still there.
    expect(seen(await has('profile', /404/)).at(-1)).toMatch(/^404 no azure identity found/);
    await scene.cluster.writeProfile((profile) => ({ ...profile, userAssignedIdentities: entries }));
    const back = await until(
      () => has('profile', /token/),
      (log) => seen(log).at(-1) === 'token',
      10,
    );
    expect(seen(back).at(-1)).toBe('token');
    await remove('profile');
  });

  it('of the pod: one of the same name without the label gets nothing', async () => {
    await start('again');
    await has('again', /token/);
    await kubectl('delete', 'pod', '-n', home, 'again');
    expect(await tried('again')).toStrictEqual(refused);
  });

  it('of the pod: its connection gives nothing once the pod is gone, though its program goes on', async () => {
    await start('stubborn');
    await has('stubborn', /token/);
    const uid = await scene.fieldOf('stubborn', '.metadata.uid');
    await remove('stubborn');
    const gone = Date.now();
    expect(await tried('beside', bound)).toMatchObject({ status: 200 });
    const granted = (await linesOf(uid)).filter(({ outcome }) => outcome === 'granted');
    expect(granted.length).toBeGreaterThan(0);
    expect(granted.filter(({ time }) => time > gone)).toStrictEqual([]);
  });

  it('of the pod: creation and deletion in a race give the pods without label nothing', async () => {
    const uids = { labelled: new Set<string>(), bare: new Set<string>() };
    const create = async (name: string, labels: Readonly<Record<string, string>>): Promise<string> => {
      const input = JSON.stringify(podOf(name, { labels, args: [persist, tokenPath, '0.01'] }));
      const env = { KUBECONFIG: scene.cluster.kubeconfig };
      const made = await scene.world.platform.run('kubectl', ['create', '-f', '-', '-o', 'jsonpath={.metadata.uid}'], { input, env });
      if (made.code !== 0) throw new Error(said(made));
      return made.stdout;
    };
    const race = async (name: string) => {
      const begins = () => sleep(300);
      const hasToken = () => has(name, /token/);
      for (const deletedWhen of [() => undefined, begins, hasToken]) {
        uids.labelled.add(await create(name, bound));
        await deletedWhen();
        await remove(name);
        uids.bare.add(await create(name, {}));
        await remove(name);
      }
      uids.bare.add(await create(name, {}));
    };
    const names = ['race-0', 'race-1', 'race-2', 'race-3'];
    await Promise.all(names.map(race));
    await Promise.all(names.map((name) => has(name, /404/)));
    const lines = await scene.audits();
    const grantedTo = lines.flatMap(({ outcome, sourceUid }) => (outcome === 'granted' && sourceUid !== undefined ? [sourceUid] : []));
    expect(grantedTo.filter((uid) => uids.bare.has(uid))).toStrictEqual([]);
    expect(grantedTo.some((uid) => uids.labelled.has(uid))).toBe(true);
    expect(lines.some(({ outcome, sourceUid }) => outcome === 'refused' && uids.bare.has(sourceUid ?? ''))).toBe(true);
    await Promise.all(names.map(remove));
  });

  it('of NMI: nothing is served while it is away, and everything again when it is back', async () => {
    const [victim, attacker] = ['patient', 'impatient'];
    const earlier = (await scene.audits()).length;
    await Promise.all([start(victim), start(attacker, {})]);
    await Promise.all([has(victim, /token/), has(attacker, /404/)]);
    await kubectl('delete', 'pod', '-n', 'kube-system', '-l', 'component=nmi', '--wait=false');
    const done = (log: string) => seen(log).length >= 3;
    const closed = expect.stringMatching(/^503 pod identity is enabled for this cluster, but NMI is not running/);
    const unbound = expect.stringMatching(/^404 no azure identity found/);
    const [served, refusedStill] = await Promise.all([victim, attacker].map((name) => until(() => has(name, /503/), done, 20)));
    expect(seen(served ?? '').filter((text) => text !== '503 NMI is ending')).toStrictEqual(['token', closed, 'token']);
    expect(seen(refusedStill ?? '').filter((text) => text !== '503 NMI is ending')).toStrictEqual([unbound, closed, unbound]);
    const lines = (await scene.audits()).slice(earlier).filter(({ reason }) => reason === 'nmi-absent');
    expect(new Set(lines.map(({ pod }) => pod))).toStrictEqual(new Set([`${home}/${victim}`, `${home}/${attacker}`]));
  });
});
