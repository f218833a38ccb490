import type { Json, JsonObject } from '@podpass/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duplicateMembers } from '../serving/duplicates.ts';
import { firstAt, parseJsonPath } from '../serving/jsonpath.ts';
import { checkSchema } from './check.ts';
import { fillObject } from './defaults.ts';
import { textFormats } from './formats.ts';
import { compilePattern, PatternError } from './pattern/index.ts';
import { pruneObject } from './prune.ts';
import { compileStructural } from './structural.ts';
import { validateValue } from './validate.ts';

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more });
const fieldsOf = (value: Json, schema: JsonObject) => validateValue(value, compileStructural(schema)).map((problem) => problem.message);

/** Whether this succeeds or fails as patterns do. */
const problemOf = (work: () => unknown): boolean => {
  try {
    work();
    return true;
  } catch (thrown) {
    return thrown instanceof PatternError;
  }
};

describe('patterns', () => {
  it.each([
    '(',
    ')',
    '[a',
    '*',
    'a**',
    'a{2,1}',
    'a{1001}',
    '(?<=a)b',
    '(?!a)',
    String.raw`\k<a>`,
    String.raw`\8`,
    '[z-a]',
    '[[:nope:]]',
    String.raw`\p{Nope}`,
    '(?P<>a)',
    '((a{1000}){1000}){1000}',
    `${'('.repeat(200)}a${')'.repeat(200)}`,
    'a'.repeat(5_000),
  ])('refuses %s', (source) => {
    expect(() => compilePattern(source)).toThrow(PatternError);
  });

  it.each<[string, string, boolean]>([
    ['^a+$', 'aaa', true],
    ['^a+$', 'aab', false],
    ['b', 'abc', true],
    ['^(a|bc)*$', 'abcbca', true],
    ['^(a|bc)*$', 'abcb', false],
    ['^[^a-c]{2,3}$', 'xyz', true],
    ['^[^a-c]{2,3}$', 'xyzw', false],
    ['^a{0,2}$', '', true],
    ['(?i)^HeLLo$', 'hEllO', true],
    ['^(?i:a)b$', 'Ab', true],
    ['^(?i:a)b$', 'AB', false],
    ['^a.c$', 'a\nc', false],
    ['(?s)^a.c$', 'a\nc', true],
    ['(?m)^b$', 'a\nb\nc', true],
    ['^b$', 'a\nb\nc', false],
    [String.raw`\bcat\b`, 'a cat.', true],
    [String.raw`\bcat\b`, 'concat', false],
    [String.raw`^\d+\.\w\S$`, '12.a!', true],
    [String.raw`^[\d_]+$`, '1_2', true],
    ['^[[:alpha:]-]+$', 'a-b', true],
    ['^[]a]+$', ']a', true],
    [String.raw`^\pL+$`, 'äß', true],
    [String.raw`^\x41\x{1F600}$`, 'A😀', true],
    ['^.$', '😀', true],
    [String.raw`^\Qa.b\E$`, 'a.b', true],
    ['^(?P<n>a)$', 'a', true],
    ['', 'anything', true],
    ['^(a*)*$', 'aaab', false],
  ])('%s on %j is %s', (source, text, wanted) => {
    expect(compilePattern(source).test(text)).toBe(wanted);
  });

  it('take linear time on what backtracks elsewhere, and give up beyond their budget', () => {
    expect(compilePattern('^(a+)+$').test(`${'a'.repeat(20_000)}b`)).toBe(false);
    expect(compilePattern('(x+x+)+y').test('x'.repeat(5_000))).toBe(false);
    expect(compilePattern(`(${'a?'.repeat(500)}){4}b`).test('a'.repeat(60_000))).toBeUndefined();
  });

  it('agree with the language where both have the same syntax', () => {
    const source = fc.array(fc.constantFrom('a', 'b', '.', 'a*', '(a|b)', '(ab)+', '[ab]?', '[^a]', 'b{1,2}'), { maxLength: 6 });
    fc.assert(
      fc.property(source, fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 }), fc.boolean(), (parts, text, whole) => {
        const pattern = whole ? `^${parts.join('')}$` : parts.join('');
        expect(compilePattern(pattern).test(text)).toBe(new RegExp(pattern, 'u').test(text));
      }),
      { numRuns: 300 },
    );
  });

  it('never throw anything but their own error', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('ab()[]{}*+?|\\^$.,-:dpQ10i<>=')), maxLength: 20 }), (source) => {
        expect(problemOf(() => compilePattern(source).test('ab'))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('validation', () => {
  it.each<[string, Json, JsonObject, string]>([
    [
      'anyOf',
      { a: 1 },
      object({ a: { type: 'integer', anyOf: [{ minimum: 5 }, { maximum: 0 }] } }),
      'Invalid value: "": "a" must validate at least one schema (anyOf)',
    ],
    [
      'oneOf with none',
      { a: 1 },
      object({ a: { type: 'integer', oneOf: [{ minimum: 5 }] } }),
      'Invalid value: "": "a" must validate one and only one schema (oneOf). Found none valid',
    ],
    [
      'oneOf with two',
      { a: 9 },
      object({ a: { type: 'integer', oneOf: [{ minimum: 5 }, { minimum: 6 }] } }),
      'Invalid value: "": "a" must validate one and only one schema (oneOf). Found 2 valid alternatives',
    ],
    [
      'allOf',
      { a: 1 },
      object({ a: { type: 'integer', allOf: [{ minimum: 5 }] } }),
      'Invalid value: "": "a" must validate all the schemas (allOf)',
    ],
    ['not', { a: 1 }, object({ a: { type: 'integer', not: { minimum: 0 } } }), 'Invalid value: "": "a" must not validate the schema (not)'],
    [
      'exclusive bounds',
      { a: 5 },
      object({ a: { type: 'integer', minimum: 5, exclusiveMinimum: true } }),
      'Invalid value: 5: a in body should be greater than 5',
    ],
    ['multiples', { a: 5 }, object({ a: { type: 'integer', multipleOf: 2 } }), 'Invalid value: 5: a in body should be a multiple of 2'],
    [
      'items',
      { a: [1, 2] },
      object({ a: { type: 'array', items: { type: 'integer' }, maxItems: 1 } }),
      'Too many: 2: must have at most 1 items',
    ],
    [
      'short texts',
      { a: '' },
      object({ a: { type: 'string', minLength: 1 } }),
      'Invalid value: "": a in body should be at least 1 chars long',
    ],
    [
      'map lists',
      { a: [{ k: 1 }, { k: 1 }] },
      object({
        a: {
          type: 'array',
          items: object({ k: { type: 'integer' } }),
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['k'],
        },
      }),
      'Duplicate value: {"k":1}',
    ],
    ['fractions', { a: 1.5 }, object({ a: { type: 'integer' } }), 'Invalid value: "number": a in body must be of type integer: "number"'],
    [
      'int32',
      { a: 2 ** 31 },
      object({ a: { type: 'integer', format: 'int32' } }),
      'Invalid value: 2147483648: a in body must be of type int32: "2147483648"',
    ],
    [
      'date-time',
      { a: 'now' },
      object({ a: { type: 'string', format: 'date-time' } }),
      'Invalid value: "now": a in body must be of type date-time: "now"',
    ],
    [
      'embedded resources',
      { a: {} },
      object({ a: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true } }),
      'Required value: must not be empty',
    ],
    [
      'extra members',
      { a: { b: 1 } },
      object({ a: { type: 'object', additionalProperties: { type: 'string' } } }),
      'Invalid value: "integer": a.b in body must be of type string: "integer"',
    ],
  ])('refuses %s', (_what, value, schema, message) => {
    expect(fieldsOf(value, schema)).toContain(message);
  });

  it.each<[string, string, boolean]>([
    ['byte', 'YQ==', true],
    ['byte', 'Y', false],
    ['date', '2026-02-29', false],
    ['ipv4', '1.2.3.4', true],
    ['ipv6', '1.2.3.4', false],
    ['cidr', '10.0.0.0/33', false],
    ['uuid', '11111111-1111-1111-1111-111111111111', true],
    ['duration', '1h30m', true],
    ['duration', 'soon', false],
    ['hostname', 'a..b', false],
    ['email', 'a@b.c', true],
    ['mac', '00:11:22:33:44:55', true],
    ['uri', 'https://a/b', true],
  ])('takes %s %s: %s', (format, text, wanted) => {
    expect(textFormats[format]?.(text)).toBe(wanted);
  });

  it('ends when patterns make too much work, over all values together', () => {
    const schema = object({ a: { type: 'array', items: { type: 'string', pattern: '(a?){900}b' } } });
    const problems = validateValue({ a: Array.from({ length: 1_000 }, () => 'a'.repeat(100)) }, compileStructural(schema));
    expect(problems.some(({ message }) => message.includes('the pattern takes too much work'))).toBe(true);
  });

  it('ends when a schema makes too much work', () => {
    const branches = Array.from({ length: 2_000 }, (_, index) => ({ minimum: 10 + index }));
    const schema = object({ a: { type: 'array', items: { type: 'integer', anyOf: branches } } });
    const problems = validateValue({ a: Array.from({ length: 20_000 }, () => 1) }, compileStructural(schema));
    expect(problems[0]?.message).toBe('Forbidden: the object takes too much work to be validated');
    expect(problems.length).toBeLessThan(110);
  });
});

describe('pruning and defaulting', () => {
  it('keep what a member named __proto__ holds where any member may stand, and nothing else', () => {
    const value = JSON.parse('{"spec":{"__proto__":{"a":1},"constructor":2}}') as JsonObject;
    expect(pruneObject(value, compileStructural(object({ spec: object({}) }))).unknown).toEqual(['spec.__proto__', 'spec.constructor']);
    const open = pruneObject(value, compileStructural(object({ spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } })));
    expect(JSON.stringify(open.object)).toBe(JSON.stringify(value));
  });

  it('prune below members that are preserved, where their schema is known', () => {
    const schema = compileStructural(object({ a: { ...object({ b: object({}) }), 'x-kubernetes-preserve-unknown-fields': true } }));
    expect(pruneObject({ a: { b: { c: 1 }, d: 2 } }, schema)).toEqual({ object: { a: { b: {}, d: 2 } }, unknown: ['a.b.c'] });
  });

  it('prune the metadata of embedded resources', () => {
    const schema = compileStructural(object({ a: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: {} } }));
    expect(pruneObject({ a: { apiVersion: 'v1', kind: 'X', metadata: { name: 'n', odd: 1 }, spec: {} } }, schema).unknown).toEqual([
      'a.metadata.odd',
      'a.spec',
    ]);
  });

  it('give up on defaults that blow an object up', () => {
    const large = { type: 'string', default: 'x'.repeat(10_000) };
    const schema = compileStructural(object({ a: { type: 'array', items: object({ b: large }) } }));
    expect(fillObject({ a: Array.from({ length: 1_000 }, () => ({})) }, schema)).toBeUndefined();
  });

  it('fill in nested defaults, and nulls that may not stand', () => {
    const schema = compileStructural(
      object({
        a: object({ b: { type: 'integer', default: 1 }, n: { type: 'string', nullable: true, default: 'x' } }, { default: {} }),
        c: { type: 'array', items: object({ d: { type: 'string', default: 'e' } }) },
      }),
    );
    expect(fillObject({ c: [{}] }, schema)).toEqual({ a: { b: 1, n: 'x' }, c: [{ d: 'e' }] });
    expect(fillObject({ a: { b: null, n: null } }, schema)).toEqual({ a: { b: 1, n: null } });
  });
});

const scalarSchema = fc.constantFrom<JsonObject>(
  { type: 'string', default: 'd' },
  { type: 'integer', minimum: 0 },
  { type: 'boolean', nullable: true },
  { 'x-kubernetes-int-or-string': true },
  { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
);
const names = fc.constantFrom('a', 'b', 'c', 'metadata', 'constructor');
const { schema: anySchema } = fc.letrec<{ schema: JsonObject }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    scalarSchema,
    fc.dictionary(names, tie('schema')).map((properties): JsonObject => ({ type: 'object', properties })),
    tie('schema').map((items): JsonObject => ({ type: 'array', items })),
    tie('schema').map((additionalProperties): JsonObject => ({ type: 'object', additionalProperties })),
  ),
}));
const anyObject = fc.dictionary(names, fc.jsonValue({ maxDepth: 4 })) as fc.Arbitrary<JsonObject>;

describe('for every schema and object', () => {
  it('pruning and defaulting are idempotent and change nothing in place, validation never throws', () => {
    fc.assert(
      fc.property(fc.dictionary(names, anySchema), anyObject, (properties, value) => {
        const schema = compileStructural({ type: 'object', properties });
        const before = JSON.stringify(value);
        const pruned = pruneObject(value, schema);
        expect(pruneObject(pruned.object, schema)).toEqual({ object: pruned.object, unknown: [] });
        const filled = fillObject(pruned.object, schema);
        expect(filled === undefined ? undefined : fillObject(filled, schema)).toBe(filled);
        expect(pruneObject(filled ?? {}, schema).unknown).toEqual([]);
        validateValue(filled, schema);
        expect(JSON.stringify(value)).toBe(before);
      }),
      { numRuns: 300 },
    );
  });

  it('whatever is checked never throws, and what is accepted compiles', () => {
    const members = fc.dictionary(
      fc.constantFrom(
        'type',
        'properties',
        'items',
        'anyOf',
        'not',
        'default',
        'pattern',
        'required',
        'enum',
        'additionalProperties',
        'x-kubernetes-list-type',
        'nullable',
      ),
      fc.oneof(fc.jsonValue({ maxDepth: 3 }), anySchema),
    );
    fc.assert(
      fc.property(members, (schema) => {
        const accepted = checkSchema(schema as JsonObject, 'x').length === 0;
        expect(accepted ? compileStructural(schema as JsonObject).type : 'object').toBe('object');
      }),
      { numRuns: 300 },
    );
  });

  it('the text of JSON without repetition has no duplicates', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(duplicateMembers(JSON.stringify(value))).toEqual([]);
      }),
      { numRuns: 200 },
    );
    expect(duplicateMembers('{"a":[{"b":1,"b":{"}":2},"b":3}],"a":"\\"a\\":"}')).toEqual(['a[0].b', 'a']);
  });
});

describe('paths of columns', () => {
  it.each(['', 'a', '.', '..a', '{.a}', '.a[', '.a[?(@.b=~"x")]', '.a[0', '.a b', '.a[1:2]'])('refuses %s', (source) => {
    expect(parseJsonPath(source)).toBeUndefined();
  });

  it.each<[string, Json]>([
    ['.a.b', 1],
    ['.c[0].d', 'x'],
    ['.c[-1].d', 'y'],
    ['.c[*].d', 'x'],
    ['.c[?(@.t=="2")].d', 'y'],
    [".a['b']", 1],
    [String.raw`.e\.f`, true],
    ['.missing.deep', undefined],
    ['.constructor', undefined],
  ])('finds %s', (source, wanted) => {
    const value = {
      a: { b: 1 },
      c: [
        { t: '1', d: 'x' },
        { t: '2', d: 'y' },
      ],
      'e.f': true,
    };
    expect(firstAt(value, parseJsonPath(source) ?? [])).toEqual(wanted);
  });
});
