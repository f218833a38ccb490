import fc from 'fast-check';
import { immutableJSONPatch, type JSONPatchDocument } from 'immutable-json-patch';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '@podpass/kernel';
import { CodecError } from '../errors.ts';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch } from './index.ts';

const codeOf = (run: () => unknown) => {
  try {
    run();
    return 'applied';
  } catch (thrown) {
    return thrown instanceof CodecError ? thrown.code : String(thrown);
  }
};
const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
};
const jsonObject = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

describe('applyJsonPatch', () => {
  it.each<[string, Json, string]>([
    ['an object', {}, 'patch-malformed'],
    ['an unknown operation', [{ op: 'merge', path: '/a' }], 'patch-malformed'],
    ['no path', [{ op: 'remove' }], 'patch-malformed'],
    ['no value', [{ op: 'add', path: '/a' }], 'patch-malformed'],
    ['a path without slash', [{ op: 'remove', path: 'a' }], 'patch-malformed'],
    ['a bad escape', [{ op: 'remove', path: '/~2' }], 'patch-malformed'],
    ['a missing member', [{ op: 'remove', path: '/nope' }], 'patch-failed'],
    ['replacing a missing member', [{ op: 'replace', path: '/nope', value: 1 }], 'patch-failed'],
    ['a missing parent', [{ op: 'add', path: '/nope/x', value: 1 }], 'patch-failed'],
    ['an index beyond the end', [{ op: 'add', path: '/list/3', value: 1 }], 'patch-failed'],
    ['an index with a leading zero', [{ op: 'add', path: '/list/00', value: 1 }], 'patch-failed'],
    ['a failing test', [{ op: 'test', path: '/a', value: 2 }], 'patch-failed'],
    ['moving into itself', [{ op: 'move', from: '/list', path: '/list/0' }], 'patch-failed'],
    ['removing everything', [{ op: 'remove', path: '' }], 'patch-failed'],
    ['a result that is no object', [{ op: 'replace', path: '', value: 1 }], 'patch-failed'],
    ['a member of the prototype', [{ op: 'add', path: '/constructor/prototype/x', value: 1 }], 'patch-failed'],
    ['too many operations', Array<Json>(10_001).fill({ op: 'test', path: '/a', value: 1 }), 'too-large'],
    ['copies that double', Array.from({ length: 40 }, () => ({ op: 'copy', from: '', path: '/list/-' })), 'too-large'],
  ])('refuses %s', (_, patch, code) => {
    expect(codeOf(() => applyJsonPatch({ a: 1, list: [1, 2] }, patch))).toBe(code);
  });

  it.each<[Json, JsonObject]>([
    [[{ op: 'add', path: '/b', value: null }], { a: 1, list: [1, 2], b: null }],
    [[{ op: 'add', path: '/list/-', value: 3 }], { a: 1, list: [1, 2, 3] }],
    [[{ op: 'add', path: '/list/0', value: 0 }], { a: 1, list: [0, 1, 2] }],
    [[{ op: 'remove', path: '/list/0' }], { a: 1, list: [2] }],
    [[{ op: 'move', from: '/a', path: '/list/1' }], { list: [1, 1, 2] }],
    [[{ op: 'copy', from: '/list', path: '/a~1b~0' }], { a: 1, list: [1, 2], 'a/b~': [1, 2] }],
    [
      [
        { op: 'test', path: '/list', value: [1, 2] },
        { op: 'replace', path: '/a', value: { x: 1 } },
      ],
      { a: { x: 1 }, list: [1, 2] },
    ],
  ])('applies %j', (patch, expected) => {
    expect(applyJsonPatch(frozen<JsonObject>({ a: 1, list: [1, 2] }), patch)).toEqual(expected);
  });

  it('agrees with another implementation on additions and removals', () => {
    const operation = fc.record({
      op: fc.constantFrom('add' as const, 'remove' as const),
      path: fc.constantFrom('/a', '/b', '/list/0', '/list/-', '/o/x'),
      value: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 8 }), (operations) => {
        const start: JsonObject = { a: 1, b: 2, list: [1, 2, 3], o: { x: 1 } };
        const outcome = codeOf(() => applyJsonPatch(start, operations as Json));
        if (outcome !== 'applied') return;
        expect(applyJsonPatch(start, operations as Json)).toEqual(immutableJSONPatch(start, operations as JSONPatchDocument));
      }),
    );
  });
});

describe('applyMergePatch', () => {
  it('refuses what is no object, and bottomless patches', () => {
    expect(codeOf(() => applyMergePatch({}, [1]))).toBe('patch-malformed');
    const deep = JSON.parse(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`) as Json;
    expect(codeOf(() => applyMergePatch({}, deep))).toBe('patch-malformed');
  });

  it.each<[JsonObject, Json, JsonObject]>([
    [{ a: 'b' }, { a: null }, {}],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    [{ a: 'foo' }, { a: { b: 1 } }, { a: { b: 1 } }],
  ])('RFC 7396: %j with %j', (object, patch, expected) => {
    expect(applyMergePatch(frozen(object), patch)).toEqual(expected);
  });

  it('is idempotent and never touches the prototype', () => {
    fc.assert(
      fc.property(jsonObject, jsonObject, (object, patch) => {
        const once = applyMergePatch(object, patch);
        expect(applyMergePatch(once, patch)).toEqual(once);
      }),
    );
    applyMergePatch({}, JSON.parse('{"__proto__":{"polluted":true}}') as Json);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

const pod = (spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({ apiVersion: 'v1', kind: 'Pod', metadata, spec });
const patchPod = (before: JsonObject, patch: Json) => applyStrategicMergePatch(frozen(before), frozen(patch), 'Pod');
const two = pod({
  containers: [
    { name: 'a', image: 'a:1', args: ['x'] },
    { name: 'b', image: 'b:1' },
  ],
});

describe('applyStrategicMergePatch', () => {
  it.each<[string, Json, string]>([
    ['a list', [], 'patch-malformed'],
    ['an unknown directive', { spec: { $patch: 'explode' } }, 'patch-malformed'],
    ['an element without its merge key', { spec: { containers: [{ image: 'x' }] } }, 'patch-malformed'],
    ['an element that is no object', { spec: { containers: ['x'] } }, 'patch-malformed'],
    [
      'an order that misses an element',
      { spec: { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'b' }] } },
      'patch-malformed',
    ],
    ['retained keys that miss a member', { spec: { $retainKeys: ['volumes'], containers: [{ name: 'a' }] } }, 'patch-malformed'],
  ])('refuses %s', (_, patch, code) => {
    expect(codeOf(() => patchPod(two, patch))).toBe(code);
  });

  it('refuses kinds that are not built in', () => {
    expect(codeOf(() => applyStrategicMergePatch({ apiVersion: 'example.com/v1' }, {}, 'Widget'))).toBe('unknown-kind');
  });

  it.each<[string, JsonObject, Json, JsonObject]>([
    [
      'merges containers by name, keeps order, replaces other lists',
      two,
      {
        spec: {
          containers: [
            { name: 'a', args: ['y'] },
            { name: 'c', image: 'c:1' },
          ],
        },
      },
      pod({
        containers: [
          { name: 'a', image: 'a:1', args: ['y'] },
          { name: 'b', image: 'b:1' },
          { name: 'c', image: 'c:1' },
        ],
      }),
    ],
    [
      'deletes an element',
      two,
      { spec: { containers: [{ name: 'a', $patch: 'delete' }] } },
      pod({ containers: [{ name: 'b', image: 'b:1' }] }),
    ],
    [
      'replaces a list',
      two,
      { spec: { containers: [{ $patch: 'replace' }, { name: 'z', image: 'z' }] } },
      pod({ containers: [{ name: 'z', image: 'z' }] }),
    ],
    ['replaces a map', two, { spec: { $patch: 'replace', nodeName: 'n' } }, pod({ nodeName: 'n' })],
    ['empties a map', pod({ nodeSelector: { a: 'b' } }), { spec: { nodeSelector: { $patch: 'delete' } } }, pod({ nodeSelector: {} })],
    ['deletes with null', pod({ nodeName: 'n', hostNetwork: true }), { spec: { nodeName: null } }, pod({ hostNetwork: true })],
    [
      'orders as asked, others by their place',
      two,
      { spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } },
      pod({
        containers: [
          { name: 'b', image: 'b:1' },
          { name: 'a', image: 'a:1', args: ['x'] },
        ],
      }),
    ],
    ['merges sets', pod({}, { finalizers: ['a', 'b'] }), { metadata: { finalizers: ['c'] } }, pod({}, { finalizers: ['a', 'b', 'c'] })],
    [
      'takes from sets',
      pod({}, { finalizers: ['a', 'b'] }),
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } },
      pod({}, { finalizers: ['b'] }),
    ],
    [
      'retains keys of volumes',
      pod({ volumes: [{ name: 'v', emptyDir: {} }] }),
      { spec: { volumes: [{ name: 'v', $retainKeys: ['name', 'secret'], secret: { secretName: 's' } }] } },
      pod({ volumes: [{ name: 'v', secret: { secretName: 's' } }] }),
    ],
    [
      'keys ports by containerPort and mounts by path',
      pod({ containers: [{ name: 'a', ports: [{ containerPort: 1, name: 'x' }], volumeMounts: [{ name: 'v', mountPath: '/a' }] }] }),
      { spec: { containers: [{ name: 'a', ports: [{ containerPort: 1, name: 'y' }], volumeMounts: [{ name: 'w', mountPath: '/b' }] }] } },
      pod({
        containers: [
          {
            name: 'a',
            ports: [{ containerPort: 1, name: 'y' }],
            volumeMounts: [
              { name: 'v', mountPath: '/a' },
              { name: 'w', mountPath: '/b' },
            ],
          },
        ],
      }),
    ],
    [
      'replaces tolerations',
      pod({ tolerations: [{ key: 'a' }] }),
      { spec: { tolerations: [{ key: 'b' }] } },
      pod({ tolerations: [{ key: 'b' }] }),
    ],
    [
      'keeps no directives in new members',
      pod({}),
      { spec: { containers: [{ name: 'a', $patch: 'merge', env: null }] } },
      pod({ containers: [{ name: 'a' }] }),
    ],
  ])('%s', (_, before, patch, expected) => {
    expect(patchPod(before, patch)).toEqual(expected);
  });

  it('keys service ports by port and ignores $setElementOrder of an absent list', () => {
    const service: JsonObject = { apiVersion: 'v1', spec: { ports: [{ port: 80, name: 'a' }] } };
    const patch = {
      spec: { ports: [{ port: 80, name: 'b' }], '$setElementOrder/ports': [{ port: 80 }] },
      metadata: { '$setElementOrder/ownerReferences': [{ uid: 'u' }] },
    };
    expect(applyStrategicMergePatch(service, patch, 'Service')).toEqual({
      apiVersion: 'v1',
      spec: { ports: [{ port: 80, name: 'b' }] },
      metadata: {},
    });
  });

  it('applied twice is applied once; the own containers of the server survive', () => {
    const names = fc.uniqueArray(fc.constantFrom<string[]>('a', 'b', 'c', 'd', 'e'), { minLength: 1 });
    fc.assert(
      fc.property(names, names, (have, want) => {
        const before = pod({ containers: have.map((name) => ({ name, image: 'old' })) });
        const patch = { spec: { containers: want.map((name) => ({ name, image: 'new' })) } };
        const once = patchPod(before, patch);
        const list = ((once['spec'] as JsonObject)['containers'] as JsonObject[]).map(
          (item) => [item['name'] as string, item['image']] as const,
        );
        expect(new Set(list.map(([name]) => name))).toEqual(new Set([...have, ...want]));
        expect(list.every(([name, image]) => (image === 'new') === want.includes(name))).toBe(true);
        expect(patchPod(once, patch)).toEqual(once);
      }),
    );
  });
});
