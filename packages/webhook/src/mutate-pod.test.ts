import { immutableJSONPatch, type JSONPatchDocument } from 'immutable-json-patch';
import { describe, expect, it } from 'vitest';
import { mutatePod, type MutationInput } from './mutate-pod.ts';
import { config, pod, serviceAccount, tenantId, withAnnotation, withMetadata, withSpec, type PodShape } from './testing/builders.ts';

const mutate = (made: unknown, more: Partial<MutationInput> = {}) =>
  mutatePod({ pod: made, serviceAccount: serviceAccount(), namespace: 'ns', config: config(), ...more });

const denial = (made: unknown, more: Partial<MutationInput> = {}) => {
  const outcome = mutate(made, more);
  if (!('denied' in outcome)) throw new Error('The pod was admitted.');
  return outcome.denied;
};
const patchOf = (made: unknown, more: Partial<MutationInput> = {}) => {
  const outcome = mutate(made, more);
  if ('denied' in outcome) throw new Error(outcome.denied.message);
  return outcome.patch;
};
const applied = (made: PodShape, more: Partial<MutationInput> = {}): PodShape =>
  immutableJSONPatch(made, patchOf(made, more) as JSONPatchDocument) as PodShape;

const tokenFile = '/var/run/secrets/azure/wi/token/azure-identity-token';
const fullEnv = [
  { name: 'AZURE_CLIENT_ID', value: 'client-1' },
  { name: 'AZURE_TENANT_ID', value: tenantId },
  { name: 'AZURE_FEDERATED_TOKEN_FILE', value: tokenFile },
  { name: 'AZURE_AUTHORITY_HOST', value: 'https://login.microsoftonline.com/' },
];
const demoVolume = 'azure-workload-identity-reserved-2a97516c354b68848cdbd8f54a226a';
const mount = { name: demoVolume, mountPath: '/var/run/secrets/azure/wi', readOnly: true };
const volume = (change: object = {}) => ({
  name: demoVolume,
  projected: {
    sources: [
      {
        serviceAccountToken: {
          audience: 'api://AzureADTokenExchange',
          expirationSeconds: 3600,
          path: 'token/azure-identity-token',
          ...change,
        },
      },
    ],
  },
});

describe('denials', () => {
  it.each<[string, unknown, Partial<MutationInput>, string]>([
    ['nothing', undefined, {}, "couldn't get version/kind"],
    ['an object without kind', { apiVersion: 'v1' }, {}, "couldn't get version/kind"],
    ['an object without apiVersion', { kind: 'Pod' }, {}, "couldn't get version/kind"],
    ['a deployment', { apiVersion: 'apps/v1', kind: 'Deployment' }, {}, 'unable to decode apps/v1, Kind=Deployment into *v1.Pod'],
    ['a pod without spec', { apiVersion: 'v1', kind: 'Pod' }, {}, 'spec must be an object'],
    ['containers as text', pod('p', withSpec({ containers: 'x' })), {}, 'spec.containers must be an array'],
    ['an env entry as text', pod('p', withSpec({ containers: [{ env: ['X'] }] })), {}, 'spec.containers[0].env[0] must be an object'],
    ['mounts as an object', pod('p', withSpec({ initContainers: [{ volumeMounts: {} }] })), {}, 'spec.initContainers[0].volumeMounts must'],
    ['volumes as text', pod('p', withSpec({ volumes: 'x' })), {}, 'spec.volumes must be an array'],
    ['a numeric annotation', pod('p', withMetadata({ annotations: { a: 1 } })), {}, 'metadata.annotations must be an object of strings'],
    [
      'a missing service account',
      pod('p', withSpec({ serviceAccountName: 'web' })),
      { serviceAccount: undefined },
      'serviceaccounts "web" not found',
    ],
    [
      'a missing default account',
      pod('p', withSpec({ serviceAccountName: '' })),
      { serviceAccount: undefined },
      'serviceaccounts "default" not found',
    ],
    [
      'a proxy on the host network',
      pod('p', withAnnotation('inject-proxy-sidecar', 'true'), withSpec({ hostNetwork: true })),
      {},
      'hostNetwork is set to true, cannot inject proxy sidecar',
    ],
    [
      'a bad proxy port',
      pod('p', withAnnotation('inject-proxy-sidecar', 'true'), withAnnotation('proxy-sidecar-port', 'invalid')),
      {},
      'failed to parse proxy sidecar port: strconv.ParseInt: parsing "invalid": invalid syntax',
    ],
    [
      'an empty proxy port',
      pod('p', withAnnotation('inject-proxy-sidecar', 'true'), withAnnotation('proxy-sidecar-port', '')),
      {},
      'failed to parse proxy sidecar port: strconv.ParseInt: parsing "": invalid syntax',
    ],
    [
      'a proxy port beyond 32 bits',
      pod('p', withAnnotation('inject-proxy-sidecar', 'true'), withAnnotation('proxy-sidecar-port', '2147483648')),
      {},
      'failed to parse proxy sidecar port: strconv.ParseInt: parsing "2147483648": value out of range',
    ],
    [
      'a proxy, even with the value false',
      pod('p', withAnnotation('inject-proxy-sidecar', 'false')),
      {},
      'the proxy sidecar is not available yet',
    ],
    [
      'an expiration that is no number',
      pod('p', withAnnotation('service-account-token-expiration', 'invalid')),
      {},
      'strconv.ParseInt: parsing "invalid": invalid syntax',
    ],
    [
      'an expiration beyond 64 bits',
      pod('p', withAnnotation('service-account-token-expiration', '9223372036854775808')),
      {},
      'value out of range',
    ],
    [
      'an expiration below the bound',
      pod('p', withAnnotation('service-account-token-expiration', '100')),
      {},
      'token expiration 100 not valid. Expected value to be between 3600 and 86400',
    ],
    [
      'an expiration just below',
      pod('p', withAnnotation('service-account-token-expiration', '3599')),
      {},
      'token expiration 3599 not valid',
    ],
    [
      'an expiration just above',
      pod('p', withAnnotation('service-account-token-expiration', '86401')),
      {},
      'token expiration 86401 not valid',
    ],
    [
      "the service account's bad expiration",
      pod('p'),
      { serviceAccount: serviceAccount({ 'service-account-token-expiration': '1h' }) },
      'strconv.ParseInt: parsing "1h": invalid syntax',
    ],
    [
      "the service account's short expiration",
      pod('p'),
      { serviceAccount: serviceAccount({ 'service-account-token-expiration': '3599' }) },
      'token expiration 3599 not valid. Expected value to be between 3600 and 86400',
    ],
  ])('%s', (_, made, more, message) => {
    expect(denial(made, more)).toMatchObject({ code: 400, message: expect.stringContaining(message) as string });
  });
});

describe('a mutated pod', () => {
  it('gets variables, mount and volume', () => {
    const before = pod('demo');
    const untouched = structuredClone(before);
    expect(applied(before)).toEqual(
      pod('demo', withSpec({ containers: [{ name: 'app', image: 'busybox', env: fullEnv, volumeMounts: [mount] }], volumes: [volume()] })),
    );
    expect(before).toEqual(untouched);
  });

  it.each([
    ['pod', 'azure-workload-identity-reserved-425c89ed5bb78a7623fae60fd8a6f6', { name: 'pod' }],
    ['demo', demoVolume, { name: 'demo' }],
    ['test-', 'azure-workload-identity-reserved-52725480ef7c7f010b66dab1ad6e5b', { name: undefined, generateName: 'test-' }],
    ['my-app', 'azure-workload-identity-reserved-3dc984a9a5223dc897aeb3fb62aee0', { name: '', generateName: 'my-app-7d9f8b6c5-' }],
  ])('names the volume of %s', (_, expected, metadata) => {
    const names = applied(pod('', withMetadata(metadata))).spec.volumes?.map((entry) => entry['name']);
    expect(names).toEqual([expected]);
    expect(expected).toHaveLength(63);
  });

  it.each<[string, Record<string, string>, Record<string, string>, number]>([
    ['by default', {}, {}, 3600],
    ['from the service account', {}, { 'service-account-token-expiration': '7200' }, 7200],
    [
      'from the pod before the service account',
      { 'service-account-token-expiration': '4000' },
      { 'service-account-token-expiration': '7200' },
      4000,
    ],
    [
      'from the service account when the pod has an empty one',
      { 'service-account-token-expiration': '' },
      { 'service-account-token-expiration': '+86400' },
      86_400,
    ],
  ])('has the expiration %s', (_, podAnnotations, accountAnnotations, expected) => {
    const made = pod('demo', ...Object.entries(podAnnotations).map(([key, value]) => withAnnotation(key, value)));
    expect(applied(made, { serviceAccount: serviceAccount(accountAnnotations) }).spec.volumes).toEqual([
      volume({ expirationSeconds: expected }),
    ]);
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['without client id', {}, ['AZURE_TENANT_ID=tenant-1']],
    ['with the tenant of the annotation', { 'client-id': 'c', 'tenant-id': 't' }, ['AZURE_CLIENT_ID=c', 'AZURE_TENANT_ID=t']],
    ['with no tenant when the annotation is empty', { 'client-id': 'c', 'tenant-id': '' }, ['AZURE_CLIENT_ID=c']],
  ])('%s', (_, annotations, expected) => {
    const env = applied(pod('demo'), { serviceAccount: serviceAccount(annotations) }).spec.containers?.[0]?.['env'] as typeof fullEnv;
    expect(env.map(({ name, value }) => `${name}=${value}`)).toEqual([
      ...expected,
      ...fullEnv.slice(2).map(({ name, value }) => `${name}=${value}`),
    ]);
  });

  it('keeps variables of its own: any entry of the name counts', () => {
    const own = [
      { name: 'AZURE_TENANT_ID', value: '' },
      { name: 'X', value: '1' },
      { name: 'AZURE_CLIENT_ID', valueFrom: { secretKeyRef: {} } },
    ];
    const made = pod('demo', withSpec({ containers: [{ name: 'app', env: own }] }));
    expect(applied(made).spec.containers?.[0]?.['env']).toEqual([...own, fullEnv[2], fullEnv[3]]);
    expect(patchOf(made).map((op) => op.path)).toEqual([
      '/spec/containers/0/env/-',
      '/spec/containers/0/env/-',
      '/spec/containers/0/volumeMounts',
      '/spec/volumes',
    ]);
  });

  it('treats init containers likewise, and ephemeral ones not at all', () => {
    const made = pod(
      'demo',
      withSpec({ initContainers: [{ name: 'init', restartPolicy: 'Always' }], ephemeralContainers: [{ name: 'debug' }] }),
    );
    const { spec } = applied(made);
    expect(spec.initContainers).toEqual([{ name: 'init', restartPolicy: 'Always', env: fullEnv, volumeMounts: [mount] }]);
    expect(spec['ephemeralContainers']).toEqual([{ name: 'debug' }]);
  });

  it.each(['one;two', ' one ; two ', 'one;two;', ';;two;one'])('leaves skipped containers alone (%j) but has the volume', (names) => {
    const containers = [{ name: 'one' }, { name: 'three' }];
    const made = pod('demo', withAnnotation('skip-containers', names), withSpec({ containers, initContainers: [{ name: 'two' }] }));
    const { spec } = applied(made);
    expect(spec.initContainers).toEqual([{ name: 'two' }]);
    expect(spec.containers?.map((container) => 'env' in container)).toEqual([false, true]);
    expect(spec.volumes).toEqual([volume()]);
  });

  it('has the volume without any container', () => {
    expect(patchOf(pod('demo', withSpec({ containers: [] })))).toEqual([{ op: 'add', path: '/spec/volumes', value: [volume()] }]);
  });

  it('appends to volumes and mounts of other names, whatever they project', () => {
    const other = { ...volume(), name: 'azure-identity-token' };
    const made = pod('demo', withSpec({ volumes: [other], containers: [{ name: 'app', volumeMounts: [{ name: 'x', mountPath: '/x' }] }] }));
    const { spec } = applied(made);
    expect(spec.volumes).toEqual([other, volume()]);
    expect(spec.containers?.[0]?.['volumeMounts']).toEqual([{ name: 'x', mountPath: '/x' }, mount]);
  });

  it('replaces a volume and a mount of its own name in place', () => {
    const volumes = [volume({ audience: 'mine', expirationSeconds: 10 }), { name: 'last' }];
    const volumeMounts = [
      { name: demoVolume, mountPath: '/elsewhere' },
      { name: 'last', mountPath: '/l' },
    ];
    const { spec } = applied(pod('demo', withSpec({ volumes, containers: [{ name: 'app', volumeMounts }] })));
    expect(spec.volumes).toEqual([volume(), { name: 'last' }]);
    expect(spec.containers?.[0]?.['volumeMounts']).toEqual([mount, { name: 'last', mountPath: '/l' }]);
  });

  it('needs nothing on reinvocation, even after the API server wrote the default mode', () => {
    const once = applied(pod('demo'));
    expect(patchOf(once)).toEqual([]);
    const [projected] = once.spec.volumes ?? [];
    const defaulted = { ...projected, projected: { ...Object(projected?.['projected']), defaultMode: 420 } };
    expect(patchOf({ ...once, spec: { ...once.spec, volumes: [defaulted] } })).toEqual([]);
  });

  it('takes null lists as absent', () => {
    const made = pod(
      'demo',
      withSpec({ volumes: null, initContainers: null, containers: [{ name: 'app', env: null, volumeMounts: null }] }),
    );
    expect(applied(made).spec).toMatchObject({ volumes: [volume()], containers: [{ env: fullEnv, volumeMounts: [mount] }] });
  });

  it('gets the namespace of the request', () => {
    expect(patchOf(pod('demo', withMetadata({ namespace: undefined })))[0]).toEqual({
      op: 'add',
      path: '/metadata/namespace',
      value: 'ns',
    });
    const { metadata: _, ...bare } = pod('demo');
    expect(patchOf(bare)[0]).toEqual({ op: 'add', path: '/metadata', value: { namespace: 'ns' } });
  });

  it('is not asked for its label again', () => {
    expect(patchOf(pod('demo', withMetadata({ labels: {} })))).not.toEqual([]);
  });

  it('follows the configured audience and authority', () => {
    const settings = config({ audience: 'api://other', azureEnvironment: 'AzureChinaCloud' });
    const { spec } = applied(pod('demo'), { config: settings });
    expect(spec.volumes).toEqual([volume({ audience: 'api://other' })]);
    expect(spec.containers?.[0]?.['env']).toContainEqual({ name: 'AZURE_AUTHORITY_HOST', value: 'https://login.chinacloudapi.cn/' });
  });
});

describe('the layout of v1.5', () => {
  const old = { config: config({ layout: 'v1.5' }) };
  const token = { serviceAccountToken: { audience: 'api://AzureADTokenExchange', expirationSeconds: 3600, path: 'azure-identity-token' } };

  it('has its own paths and a fixed volume name', () => {
    const { spec } = applied(pod('demo'), old);
    expect(spec.volumes).toEqual([{ name: 'azure-identity-token', projected: { sources: [token] } }]);
    expect(spec.containers?.[0]).toMatchObject({
      volumeMounts: [{ name: 'azure-identity-token', mountPath: '/var/run/secrets/azure/tokens', readOnly: true }],
    });
    expect(spec.containers?.[0]?.['env']).toContainEqual({
      name: 'AZURE_FEDERATED_TOKEN_FILE',
      value: '/var/run/secrets/azure/tokens/azure-identity-token',
    });
    expect(patchOf(applied(pod('demo'), old), old)).toEqual([]);
  });

  it('leaves volumes that project such a token, and mounts of the name, as they are', () => {
    const volumes = [
      { name: 'mine', projected: { sources: [{ serviceAccountToken: { path: 'azure-identity-token', audience: 'mine' } }] } },
    ];
    const volumeMounts = [{ name: 'azure-identity-token', mountPath: '/elsewhere' }];
    const { spec } = applied(pod('demo', withSpec({ volumes, containers: [{ name: 'app', volumeMounts }] })), old);
    expect(spec.volumes).toEqual(volumes);
    expect(spec.containers?.[0]?.['volumeMounts']).toEqual(volumeMounts);
  });
});
