import { createMemoryStore } from '@podpass/store';
import { describe, expect, it } from 'vitest';
import { eventually, world, type World } from '../../testing/harness.ts';
import type { Fields } from '../../object/types.ts';
import { definition, paths, widget, widgetSpec } from '../testing.ts';

const merge = { 'content-type': 'application/merge-patch+json' };
const name = `${paths.definitions}/widgets.example.com`;
const messageOf = async (at: World, body: Fields): Promise<string> => {
  const refused = await at.ask('POST', paths.definitions, { body });
  expect(refused.status, refused.text).toBe(422);
  return String(refused.body['message']);
};
const conditionsOf = (body: Fields): Record<string, string> =>
  Object.fromEntries(
    ((body['status'] as { conditions?: { type: string; status: string; reason: string }[] }).conditions ?? []).map((entry) => [
      entry.type,
      `${entry.status} ${entry.reason}`,
    ]),
  );
const withSchema = (schema: Fields): Fields => definition({ schema });
const version = (name: string, over: Fields = {}): Fields => ({
  name,
  served: true,
  storage: false,
  schema: { openAPIV3Schema: { type: 'object' } },
  ...over,
});
const root = 'spec.versions[0].schema.openAPIV3Schema';
const spec = `${root}.properties[spec]`;

describe('definitions are refused', () => {
  it.each<[string, Fields, string]>([
    [
      'under another name',
      definition({ metadata: { name: 'x.example.com' } }),
      'metadata.name: Invalid value: "x.example.com": must be spec.names.plural+"."+spec.group',
    ],
    [
      'in a group without a dot',
      definition({ spec: { group: 'example' } }),
      'spec.group: Invalid value: "example": should be a domain with at least one dot',
    ],
    [
      'in a group of the server',
      definition({
        spec: { group: 'rbac.authorization.k8s.io' },
        metadata: { annotations: { 'api-approved.kubernetes.io': 'unapproved' } },
      }),
      'spec.group: Forbidden: the group rbac.authorization.k8s.io is served by the API server itself',
    ],
    [
      'in a protected group without a word',
      definition({ spec: { group: 'x.k8s.io' } }),
      'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation',
    ],
    [
      'without a scope that there is',
      definition({ spec: { scope: 'Galaxy' } }),
      'spec.scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespaced"',
    ],
    ['without a version', definition({ spec: { versions: [] } }), 'spec.versions: Required value'],
    [
      'with two storage versions',
      definition({ spec: { versions: [version('v1', { storage: true }), version('v2', { storage: true })] } }),
      'must have exactly one version marked as storage version',
    ],
    [
      'with no storage version',
      definition({ spec: { versions: [version('v1')] } }),
      'must have exactly one version marked as storage version',
    ],
    [
      'with a version twice',
      definition({ spec: { versions: [version('v1', { storage: true }), version('v1')] } }),
      'must contain unique version names',
    ],
    [
      'without a schema',
      definition({ version: { schema: undefined } }),
      'spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required',
    ],
    [
      'that preserve unknown fields',
      definition({ spec: { preserveUnknownFields: true } }),
      'spec.preserveUnknownFields: Invalid value: true: must be false',
    ],
    [
      'with conversion webhooks',
      definition({ spec: { conversion: { strategy: 'Webhook' } } }),
      'spec.conversion.strategy: Forbidden: conversion webhooks are not supported',
    ],
    [
      'with a scale subresource',
      definition({ version: { subresources: { scale: { specReplicasPath: '.spec.a', statusReplicasPath: '.status.a' } } } }),
      'subresources.scale: Forbidden',
    ],
    ['with names that are none', definition({ names: { shortNames: ['W!'] } }), 'spec.names.shortNames[0]: Invalid value: "W!"'],
    [
      'with a kind that is its list',
      definition({ names: { listKind: 'Widget' } }),
      'spec.names.listKind: Invalid value: "Widget": kind and listKind may not be the same',
    ],
    [
      'with a column of no type',
      definition({ version: { additionalPrinterColumns: [{ name: 'A', type: 'text', jsonPath: '.a' }] } }),
      'additionalPrinterColumns[0].type: Unsupported value: "text"',
    ],
    [
      'with a column of no path',
      definition({ version: { additionalPrinterColumns: [{ name: 'A', type: 'string', jsonPath: '{range}' }] } }),
      'additionalPrinterColumns[0].jsonPath: Invalid value',
    ],
    [
      'with a selectable field of metadata',
      definition({ version: { selectableFields: [{ jsonPath: '.metadata.uid' }] } }),
      'must not point to fields in metadata',
    ],
  ])('%s', async (_what, body, message) => {
    await using at = await world();
    expect(await messageOf(at, body)).toContain(message);
  });

  it.each<[string, Fields, string]>([
    ['a field without a type', { properties: {} }, `${spec}.type: Required value: must not be empty for specified object fields`],
    [
      'items without a type',
      { type: 'array', items: {} },
      `${spec}.items.type: Required value: must not be empty for specified array items`,
    ],
    ['a list without items', { type: 'array' }, `${spec}.items: Required value: must be specified`],
    ['references', { type: 'object', $ref: '#/x' }, `${spec}.$ref: Forbidden: $ref is not supported`],
    [
      'unique items',
      { type: 'array', items: { type: 'string' }, uniqueItems: true },
      'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
    ],
    ['closed objects', { type: 'object', additionalProperties: false }, 'additionalProperties cannot be set to false'],
    [
      'both kinds of members',
      { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } },
      'additionalProperties and properties are mutual exclusive',
    ],
    [
      'CEL rules',
      { type: 'object', 'x-kubernetes-validations': [{ rule: 'true' }] },
      `${spec}.x-kubernetes-validations: Forbidden: CEL validation rules are not supported`,
    ],
    [
      'CEL rules below items',
      { type: 'array', items: { type: 'object', 'x-kubernetes-validations': [{ rule: 'true' }] } },
      `${spec}.items.x-kubernetes-validations: Forbidden`,
    ],
    [
      'CEL rules in alternatives',
      { type: 'object', anyOf: [{ 'x-kubernetes-validations': [{ rule: 'true' }] }] },
      'x-kubernetes-validations: Forbidden',
    ],
    [
      'a pattern that is none',
      { type: 'string', pattern: '(' },
      `must be a valid regular expression, but isn't: error parsing regexp: missing closing )`,
    ],
    ['look-ahead', { type: 'string', pattern: '(?=a)' }, 'invalid or unsupported Perl syntax'],
    ['back-references', { type: 'string', pattern: String.raw`(a)\1` }, 'invalid escape sequence'],
    ['a pattern that is too large', { type: 'string', pattern: '(a{1000}){1000}' }, 'expression too large'],
    [
      'patterns that are too large together',
      {
        type: 'object',
        properties: Object.fromEntries(
          Array.from({ length: 40 }, (_, index) => [`p${String(index)}`, { type: 'string', pattern: '(a{1000}){4}' }]),
        ),
      },
      'the patterns of this schema are too large',
    ],
    [
      'types in alternatives',
      { type: 'object', anyOf: [{ type: 'object' }] },
      `${spec}.anyOf[0].type: Forbidden: must be empty to be structural`,
    ],
    [
      'fields in alternatives only',
      { type: 'object', anyOf: [{ properties: { b: { minimum: 1 } } }] },
      'Required value: because it is defined in',
    ],
    [
      'a default that does not fit',
      { type: 'integer', default: 'a' },
      `${spec}.default: Invalid value: "string": ${spec}.default in body must be of type integer`,
    ],
    ['a default with unknown fields', { type: 'object', properties: {}, default: { a: 1 } }, 'must not have unknown fields: a'],
    [
      'map lists without keys',
      { type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'map' },
      'must not be empty if x-kubernetes-list-type is map',
    ],
    ['an unknown list type', { type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'bag' }, 'Unsupported value: "bag"'],
    [
      'a typed int-or-string',
      { type: 'string', 'x-kubernetes-int-or-string': true },
      'must be empty if x-kubernetes-int-or-string is true',
    ],
    ['members of the wrong type below items', { type: 'array', items: { type: 'object', required: 'a' } }, 'must be a list of strings'],
    ['members that no schema has below items', { type: 'array', items: { type: 'object', requires: ['a'] } }, 'unknown field of a schema'],
    ['a format that is not checked', { type: 'string', format: 'isbn' }, 'the format isbn is not supported'],
  ])('for schemas with %s', async (_what, schema, message) => {
    await using at = await world();
    expect(await messageOf(at, withSchema(schema))).toContain(message);
  });

  it('for schemas that are nested too deeply', async () => {
    await using at = await world();
    let schema: Fields = { type: 'object' };
    for (let depth = 0; depth < 50; depth += 1) schema = { type: 'object', properties: { a: schema } };
    const refused = await at.ask('POST', paths.definitions, { body: withSchema(schema) });
    expect([400, 422]).toContain(refused.status);
  });

  it('when they change what may not change', async () => {
    await using at = await world();
    await at.ask('POST', paths.definitions, { body: definition() });
    for (const change of [{ scope: 'Cluster' }, { names: { kind: 'Gadget' } }]) {
      const refused = await at.ask('PATCH', name, { body: { spec: change }, headers: merge });
      expect(refused.status).toBe(422);
      expect(refused.text).toContain('field is immutable');
    }
    const trimmed = await at.ask('PATCH', `${name}/status`, { body: { status: { storedVersions: ['v9'] } }, headers: merge });
    expect(trimmed.text).toContain('must appear in spec.versions');
  });
});

describe('definitions', () => {
  it('are filled in, established at once and served at once', async () => {
    await using at = await world();
    const created = await at.ask('POST', paths.definitions, { body: definition({ names: { singular: undefined } }) });
    expect(created.status, created.text).toBe(201);
    expect(created.body).toMatchObject({
      metadata: { generation: 1 },
      spec: { names: { singular: 'widget', listKind: 'WidgetList' }, conversion: { strategy: 'None' } },
      status: { storedVersions: ['v1'], acceptedNames: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] } },
    });
    expect(conditionsOf(created.body)).toEqual({ NamesAccepted: 'True NoConflicts', Established: 'True InitialNamesAccepted' });
    expect((await at.ask('POST', paths.widgets, { body: widget('a') })).status).toBe(201);
  });

  it('are not served by a dry run', async () => {
    await using at = await world();
    expect((await at.ask('POST', `${paths.definitions}?dryRun=All`, { body: definition() })).status).toBe(201);
    expect((await at.ask('GET', paths.widgets)).status).toBe(404);
  });

  it('are shown with the time of their creation and can be waited for', async () => {
    await using at = await world();
    await at.ask('POST', paths.definitions, { body: definition() });
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const table = await at.ask('GET', paths.definitions, { headers: { accept } });
    expect(table.body).toMatchObject({ columnDefinitions: [{ name: 'Name' }, { name: 'Created At' }] });
    const watch = await at.watch(`${paths.definitions}?watch=true&fieldSelector=metadata.name=widgets.example.com`);
    const [first] = await watch.wait(1);
    expect(conditionsOf((first?.['object'] ?? {}) as Fields)['Established']).toBe('True InitialNamesAccepted');
    watch.stop();
  });

  it('wait for names that another one has, and get them when it goes', async () => {
    await using at = await world();
    await at.ask('POST', paths.definitions, { body: definition() });
    const second = definition({
      names: { plural: 'gadgets', singular: 'gadget', kind: 'Widget', listKind: 'GadgetList', shortNames: ['wd'] },
    });
    const created = await at.ask('POST', paths.definitions, { body: second });
    expect(created.status).toBe(201);
    expect(conditionsOf(created.body)).toEqual({ NamesAccepted: 'False ShortNamesConflict', Established: 'False NotAccepted' });
    expect((await at.ask('GET', '/apis/example.com/v1/gadgets')).status).toBe(404);
    await at.ask('DELETE', name);
    await eventually(async () => ((await at.ask('GET', '/apis/example.com/v1/gadgets')).status === 200 ? true : undefined));
  });

  it('of two that come at the same time under one kind, one is served', async () => {
    await using at = await world();
    const bodies = ['gears', 'wheels'].map((plural) =>
      definition({ names: { plural, singular: plural.slice(0, -1), kind: 'Part', shortNames: [] } }),
    );
    await Promise.all(bodies.map((body) => at.ask('POST', paths.definitions, { body })));
    const settled = await eventually(async () => {
      const list = (await at.ask('GET', paths.definitions)).body['items'] as Fields[];
      const established = list.map((item) => conditionsOf(item)['Established'] ?? '');
      return established.toSorted((left, right) => (left < right ? -1 : 1)).join() === 'False NotAccepted,True InitialNamesAccepted'
        ? established
        : undefined;
    });
    const answers = await Promise.all(['gears', 'wheels'].map((plural) => at.ask('GET', `/apis/example.com/v1/${plural}`)));
    expect(answers.map((answer) => answer.status)).toEqual(settled.map((text) => (text.startsWith('True') ? 200 : 404)));
  });

  it('take all their objects with them', async () => {
    await using at = await world();
    await at.ask('POST', paths.definitions, { body: definition() });
    await at.ask('POST', paths.widgets, { body: widget('free') });
    await at.ask('POST', paths.widgets, {
      body: widget('held', { size: 1 }, { metadata: { name: 'held', finalizers: ['example.com/hold'] } }),
    });
    const deleted = await at.ask('DELETE', name);
    expect(deleted.body).toMatchObject({ metadata: { finalizers: ['customresourcecleanup.apiextensions.k8s.io'] } });
    await eventually(async () => ((await at.ask('GET', `${paths.widgets}/free`)).status === 404 ? true : undefined));
    const refused = await at.ask('POST', paths.widgets, { body: widget('late') });
    expect(refused.status).toBe(405);
    expect(refused.body['message']).toBe('create not allowed while custom resource definition is terminating');
    expect(conditionsOf((await at.ask('GET', name)).body)['Terminating']).toBe('True InstanceDeletionInProgress');
    await at.ask('PATCH', `${paths.widgets}/held`, { body: { metadata: { finalizers: null } }, headers: merge });
    await eventually(async () => ((await at.ask('GET', name)).status === 404 ? true : undefined));
    expect((await at.ask('GET', paths.widgets)).status).toBe(404);
    await at.ask('POST', paths.definitions, { body: definition() });
    expect((await at.ask('GET', paths.widgets)).body['items']).toEqual([]);
  });

  it('are there again after a restart, with their objects', async () => {
    const store = createMemoryStore();
    {
      await using at = await world({ store });
      await at.ask('POST', paths.definitions, { body: definition() });
      await at.ask('POST', paths.widgets, { body: widget('a') });
    }
    await using again = await world({ store });
    expect((await again.ask('GET', `${paths.widgets}/a`)).body).toMatchObject({ spec: { size: 1, color: 'red' } });
  });

  it('show objects as their present schema has them', async () => {
    await using at = await world();
    await at.ask('POST', paths.definitions, { body: definition() });
    await at.ask('POST', paths.widgets, { body: widget('a', { size: 2, code: 'abc' }) });
    const { code: _code, ...properties } = widgetSpec['properties'] as Fields;
    const next = definition({ schema: { type: 'object', properties: { ...properties, fresh: { type: 'string', default: 'yes' } } } });
    const current = await at.ask('GET', name);
    const { resourceVersion } = current.body['metadata'] as { resourceVersion: string };
    const changed = await at.ask('PUT', name, { body: { ...next, metadata: { name: 'widgets.example.com', resourceVersion } } });
    expect(changed.body).toMatchObject({ metadata: { generation: 2 } });
    expect((await at.ask('GET', `${paths.widgets}/a`)).body['spec']).toEqual({ size: 2, color: 'red', fresh: 'yes' });
  });

  it('note every version in which objects were stored', async () => {
    await using at = await world();
    await at.ask('POST', paths.definitions, { body: definition() });
    const schema = { openAPIV3Schema: { type: 'object' } };
    const versions = [version('v1', { schema }), version('v2', { schema, storage: true, deprecated: true })];
    const changed = await at.ask('PATCH', name, { body: { spec: { versions } }, headers: merge });
    expect(changed.body).toMatchObject({ status: { storedVersions: ['v1', 'v2'] } });
    const used = await at.ask('GET', '/apis/example.com/v2/namespaces/default/widgets');
    expect(used.headers['Warning']).toContain('example.com/v2 Widget is deprecated');
  });

  it('are served by the selectable fields that they name', async () => {
    await using at = await world();
    await at.ask('POST', paths.definitions, { body: definition({ version: { selectableFields: [{ jsonPath: '.spec.color' }] } }) });
    await at.ask('POST', paths.widgets, { body: widget('a') });
    await at.ask('POST', paths.widgets, { body: widget('b', { size: 1, color: 'blue' }) });
    const found = await at.ask('GET', `${paths.widgets}?fieldSelector=spec.color=blue`);
    expect(found.body['items']).toMatchObject([{ metadata: { name: 'b' } }]);
  });
});

describe('leases', () => {
  const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
  const lease = (holder: string): Fields => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'leader' },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    },
  });

  it('elect one leader: a create and an update succeed once', async () => {
    await using at = await world();
    const created = await at.ask('POST', leases, { body: lease('a') });
    expect(created.status).toBe(201);
    expect((await at.ask('POST', leases, { body: lease('b') })).status).toBe(409);
    const answers = await Promise.all(
      ['b', 'c'].map((holder) => at.ask('PUT', `${leases}/leader`, { body: { ...created.body, spec: lease(holder)['spec'] } })),
    );
    expect(answers.map((answer) => answer.status).toSorted((left, right) => left - right)).toEqual([200, 409]);
    expect(answers.find((answer) => answer.status === 409)?.body).toMatchObject({ reason: 'Conflict' });
    const renewed = answers.find((answer) => answer.status === 200);
    expect((await at.ask('PUT', `${leases}/leader`, { body: renewed?.body })).status).toBe(200);
  });
});
