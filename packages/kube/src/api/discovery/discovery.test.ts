import { describe, expect, it } from 'vitest';
import { findOperation } from '../operations.ts';
import { resources } from '../../resources/table.ts';
import type { Fields } from '../../object/types.ts';
import { world } from '../../testing/harness.ts';

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const older = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList';

describe('discovery', () => {
  it.each([undefined, older, 'application/json', '*/*'])('gives the older lists for Accept %s', async (accept) => {
    await using at = await world();
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    expect((await at.ask('GET', '/api', { headers })).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    const groups = await at.ask('GET', '/apis', { headers });
    expect(groups.body).toMatchObject({
      kind: 'APIGroupList',
      groups: expect.arrayContaining([expect.objectContaining({ name: 'rbac.authorization.k8s.io' })]) as unknown[],
    });
    expect(groups.text).not.toContain('"batch"');
  });

  it('is aggregated for those who ask for it, under exactly that type', async () => {
    await using at = await world();
    const accept = `${aggregated},${older},application/json`;
    const core = await at.ask('GET', '/api', { headers: { accept } });
    expect(core.headers['Content-Type']).toBe(aggregated);
    expect(core.body).toMatchObject({
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
      items: [{ metadata: {}, versions: [{ version: 'v1', freshness: 'Current' }] }],
    });
    const [item] = core.body['items'] as { versions: { resources: Fields[] }[] }[];
    expect(item?.versions[0]?.resources.find((entry) => entry['resource'] === 'pods')).toMatchObject({
      responseKind: { group: '', version: 'v1', kind: 'Pod' },
      scope: 'Namespaced',
      singularResource: 'pod',
      shortNames: ['po'],
      categories: ['all'],
      subresources: expect.arrayContaining([
        { subresource: 'eviction', responseKind: { group: 'policy', version: 'v1', kind: 'Eviction' }, verbs: ['create'] },
      ]) as unknown[],
    });
    const again = await at.ask('GET', '/api', { headers: { accept, 'if-none-match': core.headers['ETag'] ?? '' } });
    expect(again.status).toBe(304);
  });

  it('lists the resources of each group version, subresources included', async () => {
    await using at = await world();
    const list = await at.ask('GET', '/api/v1');
    expect(list.body).toMatchObject({
      kind: 'APIResourceList',
      groupVersion: 'v1',
      resources: expect.arrayContaining([
        { name: 'pods/eviction', singularName: '', namespaced: true, group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
        {
          name: 'serviceaccounts/token',
          singularName: '',
          namespaced: true,
          group: 'authentication.k8s.io',
          version: 'v1',
          kind: 'TokenRequest',
          verbs: ['create'],
        },
      ]) as unknown[],
    });
    expect((await at.ask('GET', '/apis/batch/v1')).status).toBe(404);
    expect((await at.ask('GET', '/apis/coordination.k8s.io')).body).toMatchObject({
      kind: 'APIGroup',
      preferredVersion: { version: 'v1' },
    });
  });

  it('offers OpenAPI v3 with URLs that may be kept for ever', async () => {
    await using at = await world();
    const index = await at.ask('GET', '/openapi/v3');
    const paths = index.body['paths'] as Record<string, { serverRelativeURL: string }>;
    const url = paths['api/v1']?.serverRelativeURL ?? '';
    expect(url).toMatch(/^\/openapi\/v3\/api\/v1\?hash=\w+$/);
    const document = await at.ask('GET', url);
    expect(document.headers['Cache-Control']).toBe('public, immutable, max-age=31536000');
    expect(document.body).toMatchObject({ openapi: '3.0.0' });
    for (const missing of ['/openapi/v2/x', '/openapi/v3/apis/batch/v1', '/openapi/v3/api/v1/x'])
      expect((await at.ask('GET', missing)).status).toBe(404);
  });

  it('offers OpenAPI v2 as JSON and as protobuf, which `kubectl apply` of a List asks for', async () => {
    await using at = await world();
    const json = await at.ask('GET', '/openapi/v2', { headers: { accept: 'application/json' } });
    expect(json.body).toMatchObject({ swagger: '2.0', paths: {}, definitions: { 'io.k8s.api.core.v1.Pod': { type: 'object' } } });
    const asked = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
    const protobuf = await at.ask('GET', '/openapi/v2', { headers: { accept: asked } });
    expect(protobuf.headers['Content-Type']).toBe('application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
    expect(Buffer.from(protobuf.text).subarray(0, 5)).toEqual(Buffer.from('\n\u00032.0'));
    expect((await at.ask('GET', '/openapi/v2', { headers: { accept: 'text/html' } })).status).toBe(406);
  });

  it('tells version and health', async () => {
    await using at = await world();
    expect((await at.ask('GET', '/version')).body).toMatchObject({ major: '1', minor: '35', gitVersion: 'v1.35.2' });
    for (const path of ['/healthz', '/livez', '/readyz']) expect((await at.ask('GET', path)).text).toBe('ok');
  });
});

describe('the resource table', () => {
  it.each(resources.flatMap((row) => row.verbs.map((verb) => [`${row.resource} ${verb}`, row, verb] as const)))(
    'has an operation for %s',
    (_name, row, verb) => {
      expect(findOperation(row, '', verb)).toBeTypeOf('function');
    },
  );

  it.each(
    resources.flatMap((row) =>
      row.subresources.flatMap((sub) => sub.verbs.map((verb) => [`${row.resource}/${sub.name} ${verb}`, row, sub.name, verb] as const)),
    ),
  )('has an operation for %s', (_name, row, sub, verb) => {
    expect(findOperation(row, sub, verb)).toBeTypeOf('function');
  });
});
