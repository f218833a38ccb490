import { describe, expect, it } from 'vitest';
import { eventually, world, type World } from '../../testing/harness.ts';
import type { Fields } from '../../object/types.ts';
import { definition, paths, widget } from '../testing.ts';

const withWidgets = async (over: Parameters<typeof definition>[0] = {}): Promise<World> => {
  const at = await world();
  const created = await at.ask('POST', paths.definitions, { body: definition(over) });
  expect(created.status, created.text).toBe(201);
  return at;
};

const merge = { 'content-type': 'application/merge-patch+json' };
const statusVersion = { version: { subresources: { status: {} } } };

describe('custom resources', () => {
  it('are not there before their definition', async () => {
    await using at = await world();
    expect((await at.ask('GET', paths.widgets)).status).toBe(404);
    expect((await at.ask('GET', '/apis/example.com')).status).toBe(404);
    expect((await at.ask('GET', '/openapi/v3/apis/example.com/v1')).status).toBe(404);
  });

  it.each([
    ['a missing field', { color: 'red' }, 'spec.size: Required value', 'FieldValueRequired'],
    [
      'a wrong type',
      { size: 'one' },
      'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
      'FieldValueTypeInvalid',
    ],
    [
      'an unknown choice',
      { size: 1, color: 'green' },
      'spec.color: Unsupported value: "green": supported values: "red", "blue"',
      'FieldValueNotSupported',
    ],
    [
      'a number that is too small',
      { size: 0 },
      'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1',
      'FieldValueInvalid',
    ],
    [
      'a text off its pattern',
      { size: 1, code: 'A1' },
      `spec.code: Invalid value: "A1": spec.code in body should match '^[a-z]+$'`,
      'FieldValueInvalid',
    ],
    ['a text that is too long', { size: 1, code: 'abcdefghi' }, 'spec.code: Too long: may not be more than 8 bytes', 'FieldValueTooLong'],
    ['a repeated item', { size: 1, tags: ['a', 'a'] }, 'spec.tags[1]: Duplicate value: "a"', 'FieldValueDuplicate'],
    [
      'a null',
      { size: null },
      'spec.size: Invalid value: "null": spec.size in body must be of type integer: "null"',
      'FieldValueTypeInvalid',
    ],
    [
      'neither number nor text',
      { size: 1, port: true },
      'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
      'FieldValueTypeInvalid',
    ],
  ])('are refused with %s', async (_what, spec, message, reason) => {
    await using at = await withWidgets();
    const refused = await at.ask('POST', paths.widgets, { body: widget('a', spec) });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      reason: 'Invalid',
      message: `Widget.example.com "a" is invalid: ${message}`,
      details: { name: 'a', group: 'example.com', kind: 'Widget', causes: [{ reason }] },
    });
  });

  it('refuse unknown and duplicate fields when asked to, name them in warnings by default, and drop them always', async () => {
    await using at = await withWidgets();
    const raw = '{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a","odd":1},"spec":{"size":1,"size":2,"typo":true}}';
    const strict = await at.ask('POST', `${paths.widgets}?fieldValidation=Strict`, { raw });
    expect(strict.status).toBe(400);
    expect(strict.body['message']).toBe(
      'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "metadata.odd", unknown field "spec.typo", duplicate field "spec.size"',
    );
    const warned = await at.ask('POST', paths.widgets, { raw });
    expect(warned.status).toBe(201);
    expect(warned.headers['Warning']).toContain('unknown field \\"spec.typo\\"');
    expect(warned.headers['Warning']).toContain('duplicate field \\"spec.size\\"');
    expect(warned.body['spec']).toEqual({ size: 2, color: 'red' });
    const ignored = await at.ask('POST', `${paths.widgets}?fieldValidation=Ignore`, { raw: raw.replace('"a"', '"b"') });
    expect(ignored.headers['Warning']).toBeUndefined();
    expect(ignored.body['spec']).toEqual({ size: 2, color: 'red' });
  });

  it('take no protobuf and no strategic merge', async () => {
    await using at = await withWidgets();
    const protobuf = await at.ask('POST', paths.widgets, {
      raw: 'k8s\0',
      headers: { 'content-type': 'application/vnd.kubernetes.protobuf' },
    });
    expect(protobuf.status).toBe(415);
    await at.ask('POST', paths.widgets, { body: widget('a') });
    const strategic = { 'content-type': 'application/strategic-merge-patch+json' };
    expect((await at.ask('PATCH', `${paths.widgets}/a`, { body: { spec: { size: 2 } }, headers: strategic })).status).toBe(415);
    const apply = { 'content-type': 'application/apply-patch+yaml' };
    expect((await at.ask('PATCH', `${paths.widgets}/a?fieldManager=x`, { body: widget('a'), headers: apply })).status).toBe(415);
  });

  it('are created, read, patched, replaced, listed and deleted', async () => {
    await using at = await withWidgets();
    const created = await at.ask('POST', paths.widgets, {
      body: widget('a', { size: 1, note: null, free: { any: [1] }, labels: { 'a.b/c': 'd' } }),
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'a', namespace: 'default', generation: 1 },
      spec: { size: 1, color: 'red', note: null, free: { any: [1] }, labels: { 'a.b/c': 'd' } },
    });
    const patched = await at.ask('PATCH', `${paths.widgets}/a`, { body: { spec: { size: 3 } }, headers: merge });
    expect(patched.body).toMatchObject({ spec: { size: 3, color: 'red' }, metadata: { generation: 2 } });
    const json = { 'content-type': 'application/json-patch+json' };
    const replaced = await at.ask('PATCH', `${paths.widgets}/a`, {
      body: [{ op: 'replace', path: '/spec/color', value: 'blue' }],
      headers: json,
    });
    expect(replaced.body).toMatchObject({ spec: { color: 'blue' }, metadata: { generation: 3 } });
    const same = await at.ask('PUT', `${paths.widgets}/a`, { body: replaced.body });
    expect(same.body['metadata']).toEqual(replaced.body['metadata']);
    const stale = await at.ask('PUT', `${paths.widgets}/a`, { body: { ...created.body, spec: { size: 9 } } });
    expect(stale.status).toBe(409);
    const list = await at.ask('GET', `${paths.widgets}?fieldSelector=metadata.name=a`);
    expect(list.body).toMatchObject({
      kind: 'WidgetList',
      apiVersion: 'example.com/v1',
      items: [{ kind: 'Widget', apiVersion: 'example.com/v1' }],
    });
    expect((await at.ask('GET', `${paths.widgets}?fieldSelector=spec.size=3`)).status).toBe(400);
    const dry = await at.ask('DELETE', `${paths.widgets}/a?dryRun=All`);
    expect(dry.status).toBe(200);
    expect((await at.ask('DELETE', `${paths.widgets}/a`)).body).toMatchObject({ kind: 'Status', status: 'Success' });
    expect((await at.ask('GET', `${paths.widgets}/a`)).status).toBe(404);
    expect((await at.ask('DELETE', paths.widgets)).status).toBe(200);
  });

  it('keep status and the rest apart where there is a status subresource', async () => {
    await using at = await withWidgets(statusVersion);
    const created = await at.ask('POST', paths.widgets, { body: widget('a', { size: 1 }, { status: { phase: 'made up' } }) });
    expect(created.body['status']).toBeUndefined();
    const put = await at.ask('PUT', `${paths.widgets}/a/status`, {
      body: {
        ...created.body,
        metadata: { ...(created.body['metadata'] as Fields), labels: { x: 'y' } },
        spec: { size: 9 },
        status: { phase: 'Ready' },
      },
    });
    expect(put.body).toMatchObject({ spec: { size: 1 }, status: { phase: 'Ready' }, metadata: { generation: 1 } });
    expect((put.body['metadata'] as Fields)['labels']).toBeUndefined();
    const patched = await at.ask('PATCH', `${paths.widgets}/a`, { body: { spec: { size: 2 }, status: { phase: 'Bad' } }, headers: merge });
    expect(patched.body).toMatchObject({ spec: { size: 2 }, status: { phase: 'Ready' }, metadata: { generation: 2 } });
  });

  it('have a status like any other field where there is none', async () => {
    await using at = await withWidgets();
    await at.ask('POST', paths.widgets, { body: widget('a', { size: 1 }, { status: { phase: 'x' } }) });
    expect((await at.ask('GET', `${paths.widgets}/a/status`)).status).toBe(404);
    const patched = await at.ask('PATCH', `${paths.widgets}/a`, { body: { status: { phase: 'y' } }, headers: merge });
    expect(patched.body).toMatchObject({ status: { phase: 'y' }, metadata: { generation: 2 } });
  });

  it('are watched with bookmarks, until their definition changes', async () => {
    await using at = await withWidgets();
    const watch = await at.watch(
      `${paths.widgets}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );
    await at.ask('POST', paths.widgets, { body: widget('a') });
    const frames = await watch.wait(2);
    expect(frames).toMatchObject([
      { type: 'BOOKMARK', object: { kind: 'Widget', apiVersion: 'example.com/v1' } },
      { type: 'ADDED', object: { kind: 'Widget', metadata: { name: 'a' } } },
    ]);
    const changed = await at.ask('PATCH', `${paths.definitions}/widgets.example.com`, {
      body: { spec: { names: { shortNames: ['wi'] } } },
      headers: merge,
    });
    expect(changed.status).toBe(200);
    await watch.ended;
  });

  it('are in discovery and OpenAPI, whose hash changes with the definition', async () => {
    await using at = await withWidgets(statusVersion);
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const aggregated = await at.ask('GET', '/apis', { headers: { accept } });
    expect(aggregated.text).toContain('"shortNames":["wd"]');
    expect((await at.ask('GET', '/apis')).text).toContain('"groupVersion":"example.com/v1"');
    expect((await at.ask('GET', '/apis/example.com/v1')).body).toMatchObject({
      resources: [{ name: 'widgets', kind: 'Widget', namespaced: true }, { name: 'widgets/status' }],
    });
    const index = async () =>
      ((await at.ask('GET', '/openapi/v3')).body['paths'] as Record<string, Fields>)['apis/example.com/v1']?.['serverRelativeURL'];
    const before = await index();
    const document = await at.ask('GET', '/openapi/v3/apis/example.com/v1');
    expect(document.body).toMatchObject({
      components: {
        schemas: {
          'com.example.v1.Widget': {
            properties: { spec: { required: ['size'], properties: { size: { type: 'integer', minimum: 1 } } } },
            'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Widget' }],
          },
          'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': {},
        },
      },
    });
    expect(document.text).not.toContain('strategic');
    expect((await at.ask('GET', '/openapi/v2')).text).toContain('com.example.v1.Widget');
    await at.ask('PATCH', `${paths.definitions}/widgets.example.com`, {
      body: [{ op: 'add', path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/extra', value: { type: 'string' } }],
      headers: { 'content-type': 'application/json-patch+json' },
    });
    expect(await index()).not.toBe(before);
  });

  it('are shown in the columns of their definition, or with their age', async () => {
    await using at = await withWidgets({
      version: {
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
          { name: 'Note', type: 'string', jsonPath: '.spec.note', priority: 1 },
          { name: 'Since', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
      },
    });
    await at.ask('POST', paths.widgets, {
      body: widget(
        'a',
        { size: 4 },
        {
          status: {
            conditions: [
              { type: 'Other', status: 'False' },
              { type: 'Ready', status: 'True' },
            ],
          },
        },
      ),
    });
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const table = await at.ask('GET', paths.widgets, { headers: { accept } });
    expect(table.body).toMatchObject({
      kind: 'Table',
      columnDefinitions: [
        { name: 'Name' },
        { name: 'Size', type: 'integer' },
        { name: 'Ready' },
        { name: 'Note', priority: 1 },
        { name: 'Since', type: 'date' },
      ],
      rows: [{ cells: ['a', 4, 'True', null, '0s'] }],
    });
    await at.ask('POST', paths.definitions, {
      body: definition({ names: { plural: 'gears', singular: 'gear', kind: 'Gear', shortNames: [] } }),
    });
    const plain = await at.ask('GET', '/apis/example.com/v1/gears', { headers: { accept } });
    expect(plain.body).toMatchObject({ columnDefinitions: [{ name: 'Name' }, { name: 'Age', type: 'date' }], rows: [] });
  });

  it('are served in several versions, stored in one', async () => {
    const version = (name: string, storage: boolean, extra: Fields = {}): Fields => ({
      name,
      served: true,
      storage,
      schema: {
        openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' }, ...extra } } } },
      },
    });
    await using at = await withWidgets({
      spec: { versions: [version('v1beta1', false), version('v1', true, { level: { type: 'integer', default: 5 } })] },
      version: {},
    });
    const older = '/apis/example.com/v1beta1/namespaces/default/widgets';
    const created = await at.ask('POST', older, { body: { ...widget('a'), apiVersion: 'example.com/v1beta1' } });
    expect(created.body).toMatchObject({ apiVersion: 'example.com/v1beta1', spec: { size: 1 } });
    expect((await at.ask('GET', `${paths.widgets}/a`)).body).toMatchObject({ apiVersion: 'example.com/v1', spec: { size: 1, level: 5 } });
    expect((await at.ask('GET', '/apis/example.com')).body).toMatchObject({
      preferredVersion: { version: 'v1' },
      versions: [{ version: 'v1' }, { version: 'v1beta1' }],
    });
    const wrong = await at.ask('POST', older, { body: widget('b') });
    expect(wrong.status).toBe(400);
  });

  it('follow RBAC, and a namespace in the path gives nothing of a cluster-wide resource', async () => {
    await using at = await withWidgets();
    await at.ask('POST', paths.definitions, {
      body: definition({ names: { plural: 'namespaces', singular: 'nsx', kind: 'Other', shortNames: [] }, spec: { scope: 'Cluster' } }),
    });
    await at.ask('POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles', {
      body: { metadata: { name: 'r' }, rules: [{ apiGroups: ['example.com'], resources: ['*'], verbs: ['*'] }] },
    });
    await at.ask('POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings', {
      body: {
        metadata: { name: 'r' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
        subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'mia' }],
      },
    });
    const headers = { 'impersonate-user': 'mia' };
    expect((await at.ask('GET', paths.widgets, { headers })).status).toBe(200);
    expect((await at.ask('GET', '/apis/example.com/v1/widgets', { headers })).status).toBe(403);
    expect((await at.ask('GET', '/apis/example.com/v1/namespaces/default/namespaces', { headers })).status).not.toBe(200);
    expect((await at.ask('GET', '/apis/example.com/v1/namespaces/default/namespaces/x', { headers })).status).toBeGreaterThanOrEqual(403);
  });

  it('go with their namespace and with their owner', async () => {
    await using at = await withWidgets();
    await at.ask('POST', '/api/v1/namespaces', { body: { metadata: { name: 'n' } } });
    await at.ask('POST', '/apis/example.com/v1/namespaces/n/widgets', { body: widget('a') });
    await at.ask('DELETE', '/api/v1/namespaces/n');
    await eventually(async () => ((await at.ask('GET', '/api/v1/namespaces/n')).status === 404 ? true : undefined));
    expect((await at.ask('GET', '/apis/example.com/v1/widgets')).body['items']).toEqual([]);
    const owner = await at.ask('POST', paths.widgets, { body: widget('owner') });
    const { uid } = owner.body['metadata'] as { uid: string };
    const references = [{ apiVersion: 'example.com/v1', kind: 'Widget', name: 'owner', uid }];
    await at.ask('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { name: 'c', ownerReferences: references } } });
    await at.ask('DELETE', `${paths.widgets}/owner`);
    await eventually(async () => ((await at.ask('GET', '/api/v1/namespaces/default/configmaps/c')).status === 404 ? true : undefined));
  });
});
