import { describe, expect, it } from 'vitest';
import type { JsonObject } from '@podpass/kernel';
import {
  applyDefaults,
  canonicalise,
  checkTypes,
  encodeSwagger,
  openApiDocument,
  openApiIndex,
  swaggerDocument,
  toTable,
  validateFields,
  validateObject,
} from './index.ts';
import { messages } from './generated/schema.ts';
import { isScalar, messageNamed } from './schema.ts';
import { humanDuration } from './table/age.ts';
import type { OpenApiResource } from './types.ts';

const pod = { group: '', version: 'v1', kind: 'Pod' };
const gvk = (group: string, kind: string) => ({ group, version: 'v1', kind });
const podOf = (container: JsonObject = {}, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'c', image: 'i', ...container }], ...spec },
});

describe('the generated schema', () => {
  it('is closed: every message that a field names is there', () => {
    const named = Object.keys(messages).flatMap((name) =>
      messageNamed(name).fields.flatMap((field) => (isScalar(field.type) ? [] : [field.type])),
    );
    expect(named.filter((name) => !Object.hasOwn(messages, name))).toEqual([]);
  });
});

describe('validateFields', () => {
  it('names unknown fields with their paths, inline members and kinds aside', () => {
    const object = podOf(
      { bar: 1, livenessProbe: { httpGet: { port: 1, nope: 1 } } },
      { foo: 1, volumes: [{ name: 'v', emptyDir: {}, volumeSource: {} }] },
    );
    expect(validateFields(pod, { ...object, Spec: {} })).toEqual([
      'spec.containers[0].bar',
      'spec.containers[0].livenessProbe.httpGet.nope',
      'spec.foo',
      'spec.volumes[0].volumeSource',
      'Spec',
    ]);
    expect(validateFields(pod, podOf())).toEqual([]);
    expect(validateFields(gvk('example.com', 'Widget'), { x: 1 })).toEqual([]);
  });
});

describe('checkTypes', () => {
  it.each<[JsonObject, string]>([
    [{ spec: [] }, 'json: cannot unmarshal array into Go struct field Pod.spec of type v1.PodSpec'],
    [{ metadata: { name: 1 } }, 'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string'],
    [{ spec: { containers: {} } }, 'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container'],
    [
      { spec: { terminationGracePeriodSeconds: 1.5 } },
      'json: cannot unmarshal number into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64',
    ],
    [{ metadata: { labels: { a: true } } }, 'json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string'],
  ])('%j', (object, problem) => {
    expect(checkTypes(pod, object)).toBe(`Pod in version "v1" cannot be handled as a Pod: ${problem}`);
  });

  it('accepts null, int-or-string and quantities, and refuses nonsense quantities and base64', () => {
    expect(checkTypes(pod, podOf({ resources: { limits: { cpu: 1, memory: '1Gi' } } }, { nodeName: null }))).toBeUndefined();
    expect(checkTypes(pod, podOf({ resources: { limits: { cpu: 'lots' } } }))).toContain('quantities must match');
    expect(checkTypes(gvk('', 'Secret'), { data: { a: '%' } })).toContain('illegal base64');
  });
});

describe('applyDefaults', () => {
  it("makes JSON and protobuf clients' objects alike", () => {
    const loose = podOf({ resources: {}, stdin: false, env: [], ports: null }, { nodeName: '', hostNetwork: false });
    expect(applyDefaults(pod, { ...loose, status: {}, extra: 1 })).toEqual(applyDefaults(pod, podOf()));
  });

  it('fills what clients need of a pod, and is idempotent', () => {
    const once = applyDefaults(
      pod,
      podOf(
        {
          image: 'r.io:5000/i:latest',
          ports: [{ containerPort: 1 }],
          readinessProbe: { httpGet: { port: 1 } },
          resources: { limits: { cpu: 1 } },
        },
        {
          serviceAccountName: 'w',
          volumes: [{ name: 'e' }, { name: 't', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }],
        },
      ),
    );
    expect(once['spec']).toMatchObject({
      restartPolicy: 'Always',
      serviceAccount: 'w',
      containers: [
        {
          imagePullPolicy: 'Always',
          ports: [{ protocol: 'TCP' }],
          readinessProbe: { failureThreshold: 3, httpGet: { path: '/', scheme: 'HTTP' } },
          resources: { limits: { cpu: '1' }, requests: { cpu: '1' } },
        },
      ],
      volumes: [{ emptyDir: {} }, { projected: { defaultMode: 420, sources: [{ serviceAccountToken: { expirationSeconds: 3600 } }] } }],
    });
    expect(once['status']).toEqual({ phase: 'Pending', qosClass: 'Burstable' });
    expect(applyDefaults(pod, once)).toEqual(once);
  });

  it.each<[ReturnType<typeof gvk>, JsonObject, JsonObject]>([
    [gvk('', 'Secret'), { data: { a: 'eA==', b: 'eA==' }, stringData: { a: 'y' } }, { type: 'Opaque', data: { a: 'eQ==', b: 'eA==' } }],
    [gvk('authentication.k8s.io', 'TokenRequest'), { spec: {} }, { spec: { expirationSeconds: 3600 } }],
    [
      gvk('', 'Namespace'),
      { metadata: { name: 'n' } },
      {
        metadata: { name: 'n', labels: { 'kubernetes.io/metadata.name': 'n' } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      },
    ],
    [
      gvk('rbac.authorization.k8s.io', 'RoleBinding'),
      {
        roleRef: { kind: 'Role', name: 'r' },
        subjects: [
          { kind: 'User', name: 'u' },
          { kind: 'ServiceAccount', name: 's', namespace: 'n' },
        ],
      },
      {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
        subjects: [
          { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'u' },
          { kind: 'ServiceAccount', name: 's', namespace: 'n' },
        ],
      },
    ],
    [
      gvk('admissionregistration.k8s.io', 'MutatingWebhookConfiguration'),
      { webhooks: [{ name: 'w', rules: [{}], clientConfig: { service: { name: 's', namespace: 'n' } } }] },
      {
        webhooks: [
          {
            name: 'w',
            rules: [{ scope: '*' }],
            clientConfig: { service: { name: 's', namespace: 'n', port: 443 } },
            failurePolicy: 'Fail',
            matchPolicy: 'Equivalent',
            namespaceSelector: {},
            objectSelector: {},
            timeoutSeconds: 10,
            reinvocationPolicy: 'Never',
          },
        ],
      },
    ],
  ])('%j', (kind, before, after) => {
    const once = applyDefaults(kind, before);
    expect(once).toEqual(after);
    expect(applyDefaults(kind, once)).toEqual(once);
  });

  it('keeps pointers that are zero', () => {
    expect(canonicalise(gvk('apps', 'Deployment'), { spec: { replicas: 0, paused: false, minReadySeconds: 0 } })).toEqual({
      spec: { replicas: 0 },
    });
  });
});

const problems = (kind: ReturnType<typeof gvk>, object: JsonObject) =>
  validateObject(kind, object).map(({ field, message }) => `${field}: ${message}`);

describe('validateObject', () => {
  it.each<[string, JsonObject, string]>([
    ['no name', { ...podOf(), metadata: {} }, 'metadata.name: Required value: name or generateName is required'],
    ['no containers', { ...podOf(), spec: {} }, 'spec.containers: Required value'],
    ['no container name', podOf({ name: '' }), 'spec.containers[0].name: Required value'],
    ['no image', podOf({ image: '' }), 'spec.containers[0].image: Required value'],
    [
      'a restart policy of its own',
      podOf({}, { restartPolicy: 'Sometimes' }),
      'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
    ],
    [
      'a mount without volume',
      podOf({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
      'spec.containers[0].volumeMounts[0].name: Not found: "v"',
    ],
    [
      'two containers of one name',
      podOf({}, { initContainers: [{ name: 'c', image: 'i' }] }),
      'spec.containers[0].name: Duplicate value: "c"',
    ],
    [
      'a token of too short a life',
      podOf({}, { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 599 } }] } }] }),
      'spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
    ],
    [
      'a path that climbs',
      podOf({}, { volumes: [{ name: 'v', configMap: { name: 'm', items: [{ key: 'k', path: '../x' }] } }] }),
      'spec.volumes[0].configMap.items[0].path: Invalid value: "../x": must not contain \'..\'',
    ],
  ])('refuses a pod with %s', (_, object, problem) => {
    expect(problems(pod, object)).toContain(problem);
  });

  it.each<[ReturnType<typeof gvk>, JsonObject, string]>([
    [
      gvk('', 'ServiceAccount'),
      { metadata: { name: 'Not_Good' } },
      'metadata.name: Invalid value: "Not_Good": a lowercase RFC 1123 subdomain must consist of',
    ],
    [
      gvk('', 'Namespace'),
      { metadata: { name: 'a.b' } },
      'metadata.name: Invalid value: "a.b": a lowercase RFC 1123 label must consist of',
    ],
    [
      gvk('', 'ConfigMap'),
      { metadata: { name: 'm', labels: { 'a b': 'c' } } },
      'metadata.labels: Invalid value: "a b": name part must consist of',
    ],
    [gvk('', 'ConfigMap'), { metadata: { name: 'm', labels: { a: '-' } } }, 'metadata.labels: Invalid value: "-": a valid label must be'],
    [
      gvk('', 'ConfigMap'),
      { metadata: { name: 'm' }, data: { 'a/b': 'c' } },
      'data[a/b]: Invalid value: "a/b": a valid config key must consist of',
    ],
    [gvk('', 'Secret'), { metadata: { name: 'm' }, data: { '..': '' } }, 'data[..]: Invalid value: "..": must not be \'..\''],
    [gvk('rbac.authorization.k8s.io', 'Role'), { metadata: { name: 'r' }, rules: [{ verbs: [] }] }, 'rules[0].verbs: Required value'],
    [
      gvk('authentication.k8s.io', 'TokenRequest'),
      { spec: { expirationSeconds: 60 } },
      'spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
    ],
    [gvk('', 'ConfigMap'), { metadata: { name: 'm' }, data: 1 }, ': ConfigMap in version "v1" cannot be handled as a ConfigMap'],
  ])('refuses %j %j', (kind, object, problem) => {
    expect(problems(kind, object).join('\n')).toContain(problem);
  });

  it('accepts good objects, and names with a generated end', () => {
    expect(
      problems(
        pod,
        applyDefaults(pod, { ...podOf(), metadata: { generateName: 'web-', labels: { 'azure.workload.identity/use': 'true' } } }),
      ),
    ).toEqual([]);
    expect(problems(gvk('rbac.authorization.k8s.io', 'ClusterRole'), { metadata: { name: 'system:node' }, rules: [] })).toEqual([]);
  });
});

const status = (more: JsonObject): JsonObject => ({ name: 'c', ready: false, restartCount: 0, ...more });
const shown = (podStatus: JsonObject, spec: JsonObject = {}, metadata: JsonObject = {}) => {
  const object: JsonObject = { metadata: { name: 'p', ...metadata }, spec: { containers: [{ name: 'c' }], ...spec }, status: podStatus };
  const [row] = toTable({ group: '', version: 'v1', resource: 'pods' }, [object], { now: Date.parse('2026-01-01T00:10:00Z') })[
    'rows'
  ] as JsonObject[];
  return ((row as JsonObject)['cells'] as unknown[]).slice(1, 4);
};
const terminated = (exitCode: number, more: JsonObject = {}) => ({ state: { terminated: { exitCode, ...more } } });

describe('toTable', () => {
  it.each<[string, unknown[], JsonObject, JsonObject?, JsonObject?]>([
    ['pending', ['0/1', 'Pending', '0'], { phase: 'Pending' }],
    [
      'creating',
      ['0/1', 'ContainerCreating', '0'],
      { phase: 'Pending', containerStatuses: [status({ state: { waiting: { reason: 'ContainerCreating' } } })] },
    ],
    ['running', ['1/1', 'Running', '0'], { phase: 'Running', containerStatuses: [status({ ready: true, state: { running: {} } })] }],
    ['done', ['0/1', 'Completed', '0'], { phase: 'Succeeded', containerStatuses: [status(terminated(0, { reason: 'Completed' }))] }],
    ['failed without reason', ['0/1', 'ExitCode:7', '0'], { phase: 'Failed', containerStatuses: [status(terminated(7))] }],
    [
      'crashing',
      ['0/1', 'CrashLoopBackOff', '3 (5m ago)'],
      {
        phase: 'Running',
        containerStatuses: [
          status({
            restartCount: 3,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { finishedAt: '2026-01-01T00:05:00Z' } },
          }),
        ],
      },
    ],
    [
      'initialising',
      ['0/1', 'Init:1/2', '0'],
      {
        phase: 'Pending',
        initContainerStatuses: [
          { name: 'a', ...terminated(0) },
          { name: 'b', state: { running: {} } },
        ],
      },
      { initContainers: [{ name: 'a' }, { name: 'b' }] },
    ],
    [
      'failing to initialise',
      ['0/1', 'Init:ExitCode:1', '0'],
      { phase: 'Pending', initContainerStatuses: [{ name: 'a', ...terminated(1) }] },
      { initContainers: [{ name: 'a' }] },
    ],
    [
      'with a sidecar',
      ['2/2', 'Running', '0'],
      {
        phase: 'Running',
        initContainerStatuses: [{ name: 's', ready: true, started: true, state: { running: {} } }],
        containerStatuses: [status({ ready: true, state: { running: {} } })],
      },
      { initContainers: [{ name: 's', restartPolicy: 'Always' }] },
    ],
    ['going', ['0/1', 'Terminating', '0'], { phase: 'Running' }, {}, { deletionTimestamp: '2026-01-01T00:00:00Z' }],
    ['evicted', ['0/1', 'Evicted', '0'], { phase: 'Failed', reason: 'Evicted' }],
  ])('shows a pod that is %s', (_, expected, ...parts) => {
    expect(shown(...parts)).toEqual(expected);
  });

  it('shows NAME and AGE of kinds without columns, and metadata unless asked otherwise', () => {
    const object = { metadata: { name: 'x', creationTimestamp: '2026-01-01T00:00:00Z' }, spec: {} };
    const gvr = { group: 'example.com', version: 'v1', resource: 'constructor' };
    const table = toTable(gvr, [object], { now: Date.parse('2026-01-01T00:00:05Z') });
    expect(table).toMatchObject({
      columnDefinitions: [{ name: 'Name', format: 'name' }, { name: 'Age' }],
      rows: [{ cells: ['x', '5s'], object: { kind: 'PartialObjectMetadata' } }],
    });
    expect(toTable(gvr, [object], { now: 0, includeObject: 'Object' })['rows']).toMatchObject([{ object }]);
    expect(toTable(gvr, [object], { now: 0, includeObject: 'None' })['rows']).toEqual([{ cells: ['x', '<invalid>'] }]);
  });

  it.each([
    [-5, '<invalid>'],
    [0, '0s'],
    [119, '119s'],
    [120, '2m'],
    [125, '2m5s'],
    [3600, '60m'],
    [3 * 3600 + 60, '3h1m'],
    [47 * 3600, '47h'],
    [49 * 3600, '2d1h'],
    [10 * 86_400, '10d'],
    [800 * 86_400, '2y70d'],
    [4000 * 86_400, '10y'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(humanDuration(seconds)).toBe(text);
  });
});

const resources: OpenApiResource[] = [
  {
    group: '',
    version: 'v1',
    resource: 'pods',
    kind: 'Pod',
    namespaced: true,
    verbs: ['get', 'patch', 'create'],
    subresources: [{ name: 'status' }],
  },
  { group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment', namespaced: true, verbs: ['get', 'patch'] },
];

describe('OpenAPI', () => {
  it('is absent for unknown groups', () => {
    expect(openApiDocument('example.com', 'v1', resources)).toBeUndefined();
  });

  it('tells kubectl what it needs, with every reference resolved', () => {
    expect(Object.keys(openApiIndex(resources)['paths'] as JsonObject)).toEqual(['api/v1', 'apis/apps/v1']);
    const document = openApiDocument('', 'v1', resources) ?? {};
    expect(document).toMatchObject({
      paths: {
        '/api/v1/namespaces/{namespace}/pods/{name}': {
          patch: {
            'x-kubernetes-group-version-kind': { group: '', version: 'v1', kind: 'Pod' },
            parameters: expect.arrayContaining([expect.objectContaining({ name: 'fieldValidation', in: 'query' })]),
          },
        },
      },
      components: { schemas: { 'io.k8s.api.core.v1.Pod': { 'x-kubernetes-group-version-kind': [{ kind: 'Pod' }] } } },
    });
    const text = JSON.stringify(document);
    const schemas = (document['components'] as JsonObject)['schemas'] as JsonObject;
    for (const [, name = ''] of text.matchAll(/#\/components\/schemas\/([^"]+)"/gu)) expect(schemas).toHaveProperty([name]);
  });

  const propertiesOf = (message: string): Record<string, JsonObject> => {
    const document = openApiDocument('', 'v1', resources) ?? {};
    const schemas = (document['components'] as JsonObject)['schemas'] as Record<string, JsonObject>;
    return schemas[`io.k8s.api.core.v1.${message}`]?.['properties'] as Record<string, JsonObject>;
  };

  const tags = (strategy: string, mergeKey: string, keys: readonly string[] | undefined): JsonObject => ({
    'x-kubernetes-patch-strategy': strategy,
    'x-kubernetes-patch-merge-key': mergeKey,
    'x-kubernetes-list-type': keys === undefined ? 'atomic' : 'map',
    ...(keys === undefined ? {} : { 'x-kubernetes-list-map-keys': keys }),
  });

  it.each<[string, string, JsonObject]>([
    ['PodSpec', 'volumes', tags('merge,retainKeys', 'name', ['name'])],
    ['PodSpec', 'containers', tags('merge', 'name', ['name'])],
    ['PodSpec', 'topologySpreadConstraints', tags('merge', 'topologyKey', ['topologyKey', 'whenUnsatisfiable'])],
    ['PodSpec', 'resourceClaims', tags('merge,retainKeys', 'name', ['name'])],
    ['PodSpec', 'tolerations', {}],
    ['PodStatus', 'resourceClaimStatuses', tags('merge,retainKeys', 'name', ['name'])],
    ['PodStatus', 'hostIPs', tags('merge', 'ip', undefined)],
    ['PodStatus', 'conditions', tags('merge', 'type', ['type'])],
    ['Container', 'ports', tags('merge', 'containerPort', ['containerPort', 'protocol'])],
  ])('tells how %s.%s is patched, or kubectl would replace what the server merges', (message, field, expected) => {
    const told = Object.entries(propertiesOf(message)[field] ?? {}).filter(([name]) => name.startsWith('x-'));
    expect(Object.fromEntries(told)).toEqual(expected);
  });

  it('tells that sets are merged without a key', () => {
    const document = openApiDocument('', 'v1', resources) ?? {};
    expect(document).toHaveProperty(
      ['components', 'schemas', 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', 'properties', 'finalizers'],
      { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set', 'x-kubernetes-patch-strategy': 'merge' },
    );
  });

  it('has a Swagger 2.0 form without anything that version does not have, with every reference resolved', () => {
    const document = swaggerDocument(resources);
    const text = JSON.stringify(document);
    expect(text).not.toMatch(/oneOf|allOf|#\/components/u);
    for (const [, name = ''] of text.matchAll(/#\/definitions\/([^"]+)"/gu)) expect(document['definitions']).toHaveProperty([name]);
    expect(document).toHaveProperty(['definitions', 'io.k8s.api.core.v1.Pod', 'x-kubernetes-group-version-kind'], [pod]);
  });

  it('has a protobuf form of that, field by field', () => {
    const bytes = (hex: string) => Buffer.from(hex, 'hex');
    const encoded = encodeSwagger({
      swagger: '2.0',
      info: { title: 'K', version: 'u' },
      definitions: { A: { type: 'object', 'x-a': [1] } },
    });
    expect(encoded).toEqual(
      Buffer.concat([
        bytes('0a03'),
        Buffer.from('2.0'),
        bytes('1206 0a014b 120175'.replaceAll(' ', '')),
        bytes('4200'),
        // definitions { A { type { object } extension { name x-a, value { yaml [1] } } } }
        bytes('4a21 0a1f 0a0141 121a'.replaceAll(' ', '')),
        bytes('b20108 0a06'.replaceAll(' ', '')),
        Buffer.from('object'),
        bytes('fa010c 0a03'.replaceAll(' ', '')),
        Buffer.from('x-a'),
        bytes('1205 1203'.replaceAll(' ', '')),
        Buffer.from('[1]'),
      ]),
    );
  });
});
