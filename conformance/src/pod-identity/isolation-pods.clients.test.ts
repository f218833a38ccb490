import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { readRunFile } from '../wire/azure.ts';
import { persist, takeOver, transparent } from './isolation/programs.ts';
import { bindingObjects, ownException, shapes, toApi } from './isolation/pod-attempts.ts';
import {
  ask,
  createScene,
  home,
  metadataAddress,
  podOf,
  selector,
  statusOf,
  tokenPath,
  type Outcome,
  type Scene,
} from './isolation/scene.ts';

const kinds = ['AzureIdentity', 'AzureIdentityBinding', 'AzureAssignedIdentity', 'AzurePodIdentityException'] as const;
/** Service accounts of the namespace `evil` with the roles that clusters come with. */
const accounts = { default: undefined, editor: 'edit', administrator: 'admin' } as const;

/** What a pod can be, and what it can write, without getting a token. */
describe.skipIf(!clientsAvailable)('no shape of a pod and nothing that it may write gets it a token', () => {
  let scene: Scene;
  let kubeletClientId: string;
  const asked = new Map<string, ReadonlyMap<string, Outcome>>();
  const step = (target: string) => ({ name: target, to: [metadataAddress, 80] as const, send: ask(target) });

  beforeAll(async () => {
    scene = await createScene('shapes', {});
    if (scene.whyNot !== undefined) return;
    const { cluster, identity } = scene;
    const { properties } = await cluster.read();
    kubeletClientId = (properties['identityProfile'] as { kubeletidentity: { clientId: string } }).kubeletidentity.clientId;
    await cluster.writeProfile((profile) => ({
      ...profile,
      userAssignedIdentityExceptions: [{ name: 'free', namespace: home, podLabels: ownException }],
    }));
    await cluster.apply(
      podOf('victim', { labels: { aadpodidbinding: selector }, args: [persist, tokenPath, '1'] }),
      ...Object.entries(accounts).flatMap(([name, role]) => (role === undefined ? [] : accountWith(name, role))),
    );
    await cluster.logOf('victim', /token/, { namespace: home });
    const about = { identity, kubeletClientId };
    const tries = [
      ...Object.entries(shapes).map(([name, { pod, steps }], index) => ({
        about: name,
        name: `shape-${String(index)}`,
        pod,
        steps: steps(about).map((made, number) => ({ ...made, name: String(number) })),
      })),
      ...Object.keys(accounts).map((account) => ({
        about: account,
        name: `writer-${account}`,
        pod: { namespace: 'evil', spec: { serviceAccountName: account } },
        steps: writes(identity),
      })),
    ];
    const outcomes = await scene.tryEach(tries);
    tries.forEach((tried, index) => asked.set(tried.about, outcomes[index] ?? new Map()));
  });
  afterAll(() => scene?.[Symbol.asyncDispose]());
  beforeEach(({ skip }) => skip(scene.whyNot !== undefined, scene.whyNot));

  it.each(Object.entries(shapes))('%s', (name, { status, says, reason }) => {
    const outcomes = [...(asked.get(name)?.values() ?? [])];
    expect(outcomes.length).toBeGreaterThan(0);
    for (const { heard, audits } of outcomes) {
      expect(heard).not.toContain('access_token');
      expect(statusOf(heard)).toBe(status);
      expect(heard).toMatch(says);
      expect(audits).toMatchObject([{ outcome: 'refused', reason }]);
    }
  });

  it('the exception of its own namespace gives a pod the machine’s tokens, in the pod network and in the host’s', async () => {
    const steps = [step(`${tokenPath}&client_id=${kubeletClientId}`), step(tokenPath)];
    const both = await scene.tryEach([
      { name: 'excepted', steps, pod: { labels: ownException } },
      { name: 'excepted-host', steps, pod: { labels: ownException, spec: { hostNetwork: true } } },
    ]);
    expect(both).toHaveLength(2);
    for (const outcomes of both) {
      const [named, unnamed] = steps.map(({ name }) => outcomes.get(name));
      expect(named?.heard).toContain('access_token');
      expect(named?.audits).toMatchObject([{ outcome: 'granted', identity: 'machine', clientId: kubeletClientId }]);
      // The machine has several identities and no default.
      expect(statusOf(unnamed?.heard ?? '')).toBe(403);
      expect(unnamed?.audits).toMatchObject([{ outcome: 'refused', reason: 'excepted-refused' }]);
    }
  });

  it('the host network leads neither to NMI’s port nor to the platform’s own', async () => {
    const { control, proxy, https } = await readRunFile(scene.world.platform.data);
    const ports = [2579, Number(new URL(control).port), Number(new URL(proxy).port), https];
    const steps = ports.flatMap((port) =>
      ['127.0.0.1', metadataAddress].map((host) => ({ name: `${host}:${String(port)}`, to: [host, port] as const, send: ask(tokenPath) })),
    );
    const outcomes = await scene.tryAll('in-host-network', steps, { labels: ownException, spec: { hostNetwork: true } });
    expect(outcomes.size).toBe(8);
    for (const { heard, error } of outcomes.values()) expect(`${heard}${error ?? ''}`).toMatch(/^ConnectionRefusedError/);
  });

  describe.each(Object.keys(accounts))('the API server refuses a pod with the service account %s', (account) => {
    const refusal = (name: string) => {
      const { heard, audits } = asked.get(account)?.get(name) ?? { heard: '', audits: [] };
      return { status: statusOf(heard), heard, audits: audits.map(({ outcome, verb, resource }) => [outcome, verb, resource]) };
    };
    it.each(kinds)('to create an %s', (kind) => {
      const { status, heard, audits } = refusal(kind);
      expect(status).toBe(403);
      expect(heard).toMatch(/is forbidden: User \\"system:serviceaccount:evil:\w+\\" cannot create resource/);
      const plural = bindingObjects(scene.identity, 'evil')[kind].path.split('/').at(-1);
      expect(audits).toStrictEqual([['refused', 'create', `aadpodidentity.k8s.io/${plural ?? ''}`]]);
    });
    it('to label a pod of another namespace', () => {
      expect(refusal('label')).toMatchObject({ status: 403, audits: [['refused', 'patch', 'pods']] });
    });
  });

  describe('objects that somebody with rights wrote elsewhere', () => {
    const inEvil = (labels: Readonly<Record<string, string>>, name: string) =>
      scene.tryAll(name, [step(tokenPath), step(`${tokenPath}&client_id=${scene.identity.clientId}`)], { namespace: 'evil', labels });
    const refusals = async (labels: Readonly<Record<string, string>>, name: string, status: number) => {
      const outcomes = await inEvil(labels, name);
      return [step(tokenPath).name, `${tokenPath}&client_id=${scene.identity.clientId}`].map((asked) => {
        const { heard, audits } = outcomes.get(asked) ?? { heard: '', audits: [] };
        expect(heard).not.toContain('access_token');
        expect(statusOf(heard)).toBe(status);
        return audits[0]?.reason;
      });
    };

    it('a binding without an identity beside it, and an assigned identity', async () => {
      const { AzureIdentityBinding, AzureAssignedIdentity } = bindingObjects(scene.identity, 'evil');
      await scene.cluster.apply(AzureIdentityBinding.object, AzureAssignedIdentity.object);
      expect(await refusals({ aadpodidbinding: 'mine' }, 'writer', 404)).toStrictEqual(['no-identity', 'no-identity']);
    });

    it('an identity with the client id of the victim’s, and the resource id of another', async () => {
      const { AzureIdentity, AzureIdentityBinding } = bindingObjects(scene.identity, 'evil');
      const lie = { ...AzureIdentity.object.spec, resourceID: scene.identity.id.replace(/[^/]+$/, 'another') };
      await scene.cluster.apply(
        { ...AzureIdentity.object, metadata: { name: 'lie', namespace: 'evil' }, spec: lie },
        { ...AzureIdentityBinding.object, metadata: { name: 'lie', namespace: 'evil' }, spec: { azureIdentity: 'lie', selector: 'lie' } },
      );
      expect(await refusals({ aadpodidbinding: 'lie' }, 'liar', 403)).toStrictEqual(['token-refused', 'token-refused']);
    });

    /** Stricter than upstream, which gives an identity to every namespace in which somebody may write both objects. */
    it('an identity and a binding, both true: the profile put the identity there for its own namespace', async () => {
      const { AzureIdentity, AzureIdentityBinding } = bindingObjects(scene.identity, 'evil');
      await scene.cluster.apply(
        { ...AzureIdentity.object, metadata: { name: 'true', namespace: 'evil' } },
        {
          ...AzureIdentityBinding.object,
          metadata: { name: 'true', namespace: 'evil' },
          spec: { azureIdentity: 'true', selector: 'true' },
        },
      );
      expect(await refusals({ aadpodidbinding: 'true' }, 'bound', 404)).toStrictEqual(['no-identity', 'no-identity']);
    });
  });

  describe('the address of the victim', () => {
    const grantedToVictim = async () => {
      const lines = await scene.audits();
      return lines.filter(({ source, outcome }) => source === `${home}/victim` && outcome === 'granted').length;
    };
    const attack = async (name: string, args: readonly string[], spec: object = {}) => {
      // From now on the victim's own requests must not be mistaken for the attacker's.
      const victimIp = await scene.fieldOf('silent', '.status.podIP');
      await scene.cluster.apply(podOf(name, { args: args.map((arg) => (arg === 'VICTIM' ? victimIp : arg)), spec }));
      return (await scene.cluster.logOf(name, /^(?:heard|refused)/m, { namespace: home })).trim();
    };
    const aboutSilent = async () => (await scene.audits()).filter(({ source }) => source === `${home}/silent`);
    beforeAll(async () => {
      if (scene.whyNot !== undefined) return;
      // It has the identity and never asks: any line about it is the attacker's.
      await scene.cluster.apply(
        podOf('silent', { labels: { aadpodidbinding: selector }, args: ['import time; print("up", flush=True); time.sleep(600)'] }),
      );
      await scene.cluster.logOf('silent', /up/, { namespace: home });
    });

    it('cannot be taken over by ARP, nor written into packets', async () => {
      expect(await attack('spoofer', [takeOver, 'VICTIM', '169.254.1.1', tokenPath, '3'])).toBe('refused: no answer');
      expect(await aboutSilent()).toStrictEqual([]);
    });
    it('cannot be bound to in the host network', async () => {
      const said = await attack('binder', [transparent, 'VICTIM', tokenPath], { hostNetwork: true });
      expect(said).toMatch(/^refused: /);
      expect(await aboutSilent()).toStrictEqual([]);
    });
    it('is trusted when it is really the victim’s', async () => expect(await grantedToVictim()).toBeGreaterThan(0));
  });
});

/** Everything that would give the writing pod an identity, or another pod the label. */
const writes = (identity: Scene['identity']) => [
  ...kinds.map((kind) => {
    const { path, object } = bindingObjects(identity, 'evil')[kind];
    return { name: kind, ...toApi('POST', path, object) };
  }),
  { name: 'label', ...toApi('PATCH', `/api/v1/namespaces/${home}/pods/victim`, { metadata: { labels: { aadpodidbinding: selector } } }) },
];

const accountWith = (name: string, role: string): object[] => [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'evil' } },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name, namespace: 'evil' },
    subjects: [{ kind: 'ServiceAccount', name, namespace: 'evil' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  },
];
