import type { JsonObject } from '@podpass/kernel';
import { describe, expect, it } from 'vitest';
import { pod } from '../codec.fixture.ts';
import { encodeSwagger, openApiDocument, openApiIndex, swaggerDocument } from '../index.ts';
import type { OpenApiResource } from '../types.ts';

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
