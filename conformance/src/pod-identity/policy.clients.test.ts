import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { said } from '../platform/platform.ts';
import { until } from '../platform/until.ts';
import { allowedCapabilities as definition, constraint, template } from './prevent-net-raw.ts';
import { createPodIdentityWorld, type PodIdentityWorld, type TestCluster } from './world.ts';

const pod = (name: string, drop: readonly string[], namespace = 'default'): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace },
  spec: { containers: [{ name: 'main', image: 'example.com/any', securityContext: { capabilities: { drop } } }] },
});

describe.skipIf(!clientsAvailable)('the mitigation of kubenet’s weakness', () => {
  let world: PodIdentityWorld;
  let cluster: TestCluster;
  const refusal = async (object: object): Promise<string> => {
    try {
      await cluster.apply(object);
      return '';
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : String(thrown);
    }
  };
  const az = async (...args: string[]): Promise<unknown> => {
    const result = await world.platform.az(...args, '--output', 'json');
    expect(result.code, said(result)).toBe(0);
    return result.stdout.trim() === '' ? undefined : (JSON.parse(result.stdout) as unknown);
  };

  beforeAll(async () => {
    world = await createPodIdentityWorld('policy');
    const login = await world.platform.podpass('login');
    if (login.code !== 0) throw new Error(said(login));
    cluster = await world.createCluster('policy', { podIdentity: false });
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  it('needs the add-on: without it there are no constraint templates', async () => {
    expect(await refusal(template)).toMatch(/no matches for kind "ConstraintTemplate"/);
    await az('aks', 'enable-addons', '--addons', 'azure-policy', '--resource-group', 'pods', '--name', cluster.name);
  });

  it('a template in Rego alone is refused with the reason', async () => {
    const rego = structuredClone(template) as { spec: { targets: object[] } };
    rego.spec.targets = [{ target: 'admission.k8s.gatekeeper.sh', rego: 'package x\nviolation[{"msg": "no"}] { false }' }];
    expect(await refusal(rego)).toMatch(/Rego/);
  });

  it('template and constraint: pods must drop NET_RAW, except in kube-system', async () => {
    await cluster.apply(template);
    expect(
      await until(
        () => refusal(constraint),
        (said) => said === '',
        20,
      ),
    ).toBe('');
    expect(
      await until(
        () => refusal(pod('early', [])),
        (said) => said !== '',
        20,
      ),
    ).toMatch(/admission webhook "validation.gatekeeper.sh" denied the request: \[prevent-net-raw\] a container keeps/);
    for (const drop of [['NET_RAW'], ['ALL']])
      expect(await refusal(pod(`drops-${drop[0]?.toLowerCase().replace('_', '-')}`, drop))).toBe('');
    expect(await refusal(pod('system', [], 'kube-system'))).toBe('');
  });

  it('the constraint gone, pods are free again', async () => {
    const deleted = await cluster.kubectl('delete', 'k8spspcapabilities', 'prevent-net-raw');
    expect(deleted.code, said(deleted)).toBe(0);
    expect(
      await until(
        () => refusal(pod('free', [])),
        (said) => said === '',
        20,
      ),
    ).toBe('');
  });

  it('the built-in policy, assigned with az: the same, in its own words', async () => {
    expect(await az('policy', 'definition', 'show', '--name', definition, '--query', 'policyType')).toBe('BuiltIn');
    const parameters = JSON.stringify({ requiredDropCapabilities: { value: ['NET_RAW'] }, effect: { value: 'Deny' } });
    await az(
      'policy',
      'assignment',
      'create',
      '--name',
      'no-net-raw',
      '--policy',
      definition,
      '--scope',
      cluster.id,
      '--params',
      parameters,
    );
    expect(await az('policy', 'assignment', 'list', '--scope', cluster.id, '--disable-scope-strict-match', '--query', '[].name')).toEqual([
      'no-net-raw',
    ]);
    expect(await refusal(pod('raw', []))).toMatch(/\[azurepolicy-k8sazurev2containerallowedcapab-[^\]]+\].*NET_RAW/);
    expect(await refusal(pod('unraw', ['NET_RAW']))).toBe('');
    await az('policy', 'assignment', 'delete', '--name', 'no-net-raw', '--scope', cluster.id);
    expect(await refusal(pod('raw-again', []))).toBe('');
  });

  it('an assignment with wrong parameters is refused', async () => {
    const parameters = JSON.stringify({ requiredDropCapabilities: { value: 'NET_RAW' } });
    const result = await world.platform.az(
      'policy',
      'assignment',
      'create',
      '--name',
      'wrong',
      '--policy',
      definition,
      '--scope',
      cluster.id,
      '--params',
      parameters,
    );
    expect(result.code).not.toBe(0);
    expect(result.stderr).toMatch(/InvalidPolicyParameters|parameter/i);
  });

  it('the add-on off: nothing is enforced, and nothing of it is left', async () => {
    await cluster.apply(template);
    await az('aks', 'disable-addons', '--addons', 'azure-policy', '--resource-group', 'pods', '--name', cluster.name);
    expect(await refusal(pod('after', []))).toBe('');
    expect(await refusal(constraint)).toMatch(/no matches for kind|could not find the requested resource/);
  });
});
