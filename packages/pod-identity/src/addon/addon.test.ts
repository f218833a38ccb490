import { readFile } from 'node:fs/promises';
import { createKubeClient } from '@podpass/kube-client';
import { describe, expect, it } from 'vitest';
import { crdPath } from '../crds/index.ts';
import { createFakeApi, type FakeApi } from '../mic/testing/fake-api.ts';
import { applyAddon, removeAddon } from './apply.ts';
import { standardFiles } from './standard/files.ts';
import { standardManifests } from './standard/standard.ts';
import { toYaml } from './standard/yaml.ts';
import type { AddonProfile } from './types.ts';

const entry = (name: string, namespace = 'app', extra: object = {}) => ({
  name,
  namespace,
  selector: name,
  resourceId: `/subscriptions/s/resourcegroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`,
  clientId: `client-${name}`,
  ...extra,
});
const profileOf = (part: Partial<AddonProfile> = {}): AddonProfile => ({ allowKubenet: false, identities: [], exceptions: [], ...part });

const addonOf = (api: FakeApi = createFakeApi()) => {
  const client = createKubeClient({ origin: 'https://api.test', wire: api.wire, credential: { token: async () => 't' }, userAgent: 'ua' });
  const names = (path: string): string[] =>
    api
      .list(path)
      .map(({ metadata }) => `${typeof metadata['namespace'] === 'string' ? metadata['namespace'] : ''}/${metadata.name}`)
      .toSorted();
  return {
    api,
    names,
    apply: (profile: AddonProfile) => applyAddon({ client, profile }),
    remove: () => removeAddon({ client }),
    writes: () => api.calls.filter(({ method }) => method !== 'GET').length,
  };
};
const daemonSets = '/apis/apps/v1/daemonsets';

describe('entries that cannot be applied', () => {
  it('are returned, and the others are applied', async () => {
    const addon = addonOf();
    addon.api.hooks.intercept = ({ method, path }) => (method === 'POST' && path.includes('/namespaces/bad/') ? 403 : undefined);
    const failures = await addon.apply(
      profileOf({ identities: [entry('a', 'bad'), entry('b')], exceptions: [{ name: 'e', namespace: 'bad', podLabels: {} }] }),
    );
    expect(failures).toEqual([
      { name: 'a', namespace: 'bad', error: 'refused by the test' },
      { name: 'e', namespace: 'bad', error: 'refused by the test' },
    ]);
    expect(addon.names(crdPath('identity'))).toEqual(['app/b']);
  });

  it('never take over what users made', async () => {
    const addon = addonOf();
    addon.api.put(crdPath('identity', 'app'), { metadata: { name: 'a', namespace: 'app' }, spec: { resourceID: 'the user’s' } });
    const failures = await addon.apply(profileOf({ identities: [entry('a')] }));
    expect(failures).toEqual([{ name: 'a', namespace: 'app', error: 'AzureIdentity a exists and is not managed by the add-on' }]);
    expect(addon.api.get(crdPath('identity', 'app', 'a'))).toMatchObject({ spec: { resourceID: 'the user’s' } });
    await addon.remove();
    expect(addon.names(crdPath('identity'))).toEqual(['app/a']);
  });

  it('the add-on itself that cannot be applied rejects', async () => {
    const addon = addonOf();
    addon.api.hooks.intercept = ({ path }) => (path.includes('daemonsets') ? 503 : undefined);
    await expect(addon.apply(profileOf())).rejects.toMatchObject({ status: 503 });
  });
});

it('brings NMI in managed mode, its own exception and the entries', async () => {
  const addon = addonOf();
  const exceptions = [{ name: 'e', namespace: 'other', podLabels: { app: 'x' } }];
  expect(await addon.apply(profileOf({ allowKubenet: true, identities: [entry('a')], exceptions }))).toEqual([]);
  expect(addon.names('/apis/apiextensions.k8s.io/v1/customresourcedefinitions')).toHaveLength(4);
  expect(addon.api.get('/apis/apps/v1/namespaces/kube-system/daemonsets/nmi')).toMatchObject({
    spec: {
      template: {
        metadata: { labels: { component: 'nmi', 'kubernetes.azure.com/managedby': 'aks' } },
        spec: {
          hostNetwork: true,
          serviceAccountName: 'aad-pod-identity-nmi-service-account',
          containers: [{ args: expect.arrayContaining(['--operation-mode=managed', '--allow-network-plugin-kubenet=true']) as string[] }],
        },
      },
    },
  });
  expect(addon.api.get(crdPath('exception', 'kube-system', 'aks-addon-exception'))).toMatchObject({
    spec: { podLabels: { 'kubernetes.azure.com/managedby': 'aks' } },
  });
  expect(addon.names(crdPath('exception'))).toEqual(['kube-system/aks-addon-exception', 'other/e']);
  expect(addon.names('/api/v1/namespaces')).toEqual(['/app', '/other']);
  expect(addon.api.get(crdPath('identity', 'app', 'a'))).toMatchObject({ spec: { type: 0, clientID: 'client-a' } });
  expect(addon.api.get(crdPath('binding', 'app', 'a-binding'))).toMatchObject({ spec: { azureIdentity: 'a', selector: 'a' } });
});

it('applied again it writes nothing but the namespaces it looks for', async () => {
  const addon = addonOf();
  const profile = profileOf({ identities: [entry('a')] });
  await addon.apply(profile);
  const before = addon.writes();
  await addon.apply(profile);
  expect(addon.writes() - before).toBe(1);
});

it('changes are applied and entries that went are removed; users’ objects stay', async () => {
  const addon = addonOf();
  addon.api.put(crdPath('identity', 'app'), { metadata: { name: 'users', namespace: 'app' }, spec: {} });
  await addon.apply(profileOf({ identities: [entry('a'), entry('b')], exceptions: [{ name: 'e', namespace: 'app', podLabels: {} }] }));
  await addon.apply(profileOf({ identities: [entry('a', 'app', { selector: 'other', clientId: 'new' })] }));
  expect(addon.names(crdPath('identity'))).toEqual(['app/a', 'app/users']);
  expect(addon.names(crdPath('binding'))).toEqual(['app/a-binding']);
  expect(addon.names(crdPath('exception'))).toEqual(['kube-system/aks-addon-exception']);
  expect(addon.api.get(crdPath('binding', 'app', 'a-binding'))).toMatchObject({ spec: { selector: 'other' } });
  expect(addon.api.get(crdPath('identity', 'app', 'a'))).toMatchObject({ spec: { clientID: 'new' } });
});

it('converges wherever it was cut off', async () => {
  const profile = profileOf({ identities: [entry('a'), entry('b')], exceptions: [{ name: 'e', namespace: 'app', podLabels: { x: 'y' } }] });
  const whole = addonOf();
  await whole.apply(profile);
  const paths = [daemonSets, crdPath('identity'), crdPath('binding'), crdPath('exception'), '/api/v1/serviceaccounts'];
  for (let cut = 1; cut < whole.writes(); cut += 1) {
    const addon = addonOf();
    let writes = 0;
    addon.api.hooks.intercept = ({ method }) => (method !== 'GET' && ++writes > cut ? 500 : undefined);
    await addon.apply(profile).catch(() => undefined);
    addon.api.hooks.intercept = () => undefined;
    expect(await addon.apply(profile)).toEqual([]);
    for (const path of paths) expect(addon.names(path)).toEqual(whole.names(path));
  }
});

it('is removed without leaving anything of ours, as often as one likes', async () => {
  const addon = addonOf();
  expect(await addon.remove()).toEqual([]);
  await addon.apply(profileOf({ identities: [entry('a')], exceptions: [{ name: 'e', namespace: 'app', podLabels: {} }] }));
  expect(await addon.remove()).toEqual([]);
  for (const path of [
    daemonSets,
    crdPath('identity'),
    crdPath('binding'),
    crdPath('exception'),
    '/api/v1/serviceaccounts',
    '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  ])
    expect(addon.names(path)).toEqual([]);
  expect(addon.names('/apis/apiextensions.k8s.io/v1/customresourcedefinitions')).toHaveLength(4);
  expect(await addon.remove()).toEqual([]);
});

describe('standard mode', () => {
  it('has MIC with its exception in the namespace asked for', () => {
    const manifests = standardManifests({ namespace: 'pi' });
    expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Namespace pi',
      ...['azureidentities', 'azureidentitybindings', 'azureassignedidentities', 'azurepodidentityexceptions'].map(
        (plural) => `CustomResourceDefinition ${plural}.aadpodidentity.k8s.io`,
      ),
      'ServiceAccount aad-pod-id-nmi-service-account',
      'ClusterRole aad-pod-id-nmi-role',
      'ClusterRoleBinding aad-pod-id-nmi-binding',
      'DaemonSet nmi',
      'ServiceAccount aad-pod-id-mic-service-account',
      'ClusterRole aad-pod-id-mic-role',
      'ClusterRoleBinding aad-pod-id-mic-binding',
      'AzurePodIdentityException mic-exception',
      'Deployment mic',
    ]);
    expect(JSON.stringify(manifests)).toContain('--MICNamespace=pi');
    expect(manifests.at(-1)).toMatchObject({ metadata: { namespace: 'pi' }, spec: { replicas: 2 } });
  });

  it.each([...standardFiles()])('%s is committed as it is written', async (name, text) => {
    const file = new URL(`../../../../deploy/aad-pod-identity/${name}`, import.meta.url);
    expect(await readFile(file, 'utf8'), 'node packages/pod-identity/src/addon/standard/write.ts writes them').toBe(text);
  });

  it('asks for health on the ports that the programs are told', () => {
    const text = JSON.stringify(standardManifests());
    expect(text).toContain('"httpGet":{"path":"/healthz","port":8085}');
    expect(text).toContain('--http-probe-port=8085');
    expect(text).toContain('"httpGet":{"path":"/healthz","port":8080}');
  });

  it('as YAML quotes what YAML would read as something else', () => {
    const manifest = {
      apiVersion: 'v1',
      kind: 'X',
      metadata: { name: 'n' },
      data: { yes: 'no', a: '1', b: [], c: {}, d: [{ e: [true, null] }], f: 'x: y', g: "it's", h: 'a\nb', i: '\\' },
    };
    expect(toYaml([manifest, manifest]).split('---\n')[0]).toBe(
      `apiVersion: v1\nkind: X\nmetadata:\n  name: 'n'\ndata:\n  'yes': 'no'\n  a: '1'\n  b: []\n  c: {}\n  d:\n    - e:\n        - true\n        - null\n  f: 'x: y'\n  g: "it's"\n  h: "a\\nb"\n  i: "\\\\"\n`,
    );
  });
});
