import type { Json, JsonObject } from '@podpass/kernel';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkSchema } from './check.ts';
import { holds, merged } from './pattern/characters.ts';
import { compilePattern, PatternError } from './pattern/index.ts';
import { pruneObject } from './prune.ts';
import { compileStructural } from './structural.ts';
import { validateValue } from './validate.ts';

/* Schemas and objects that were made to keep the server busy, or to get an answer that is far larger than the request. */

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more });
const tooMuch = 'Forbidden: the object takes too much work to be validated';
const messages = (value: Json, schema: JsonObject) => validateValue(value, compileStructural(schema)).map(({ message }) => message);
const length = (problems: readonly { field: string; message: string }[]) =>
  problems.reduce((sum, { field, message }) => sum + field.length + message.length, 0);

/** What a pattern says of the empty text, or why it is none. */
const outcomeOf = (source: string): string => {
  try {
    return String(compilePattern(source).test(''));
  } catch (thrown) {
    return thrown instanceof PatternError ? thrown.message.replace('error parsing regexp: ', '') : 'another error';
  }
};

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a pattern', () => {
  it.each(['((((){1000}){1000}){1000}){1000}', '((((a{0}){1000}){1000}){1000}){1000}', '((((^){1000}){1000}){1000}){1000}'])(
    'that repeats what takes no text is compiled or refused at once: %s',
    (source) => {
      expect(outcomeOf(source)).toMatch(/^(?:true|expression too large)$/);
    },
  );

  it('asks a set of many ranges a few times for each character', () => {
    let asked = 0;
    const many = merged(Array.from({ length: 4_000 }, (_value, index) => [2 * index, 2 * index] as const));
    const ranges = new Proxy(many, {
      get(target, member, receiver) {
        if (typeof member === 'string' && /^\d+$/.test(member)) asked += 1;
        return Reflect.get(target, member, receiver) as unknown;
      },
    });
    const set = { ranges, classes: [], negated: false, folded: false };
    expect([holds(set, 7_998), holds(set, 7_999), holds(set, 0)]).toEqual([true, false, true]);
    expect(asked).toBeLessThan(60);
  });

  it('holds the same characters after its ranges were merged', () => {
    const pattern = compilePattern('^[c-fa-bz0-9d-m]$');
    expect(
      Array.from('abcdefmzn/0:', (letter) => pattern.test(letter))
        .map(Number)
        .join(''),
    ).toBe('111111110010');
  });

  it('has few classes of Unicode, each of which is asked for each character', () => {
    expect(() => compilePattern(`[${String.raw`\p{Greek}`.repeat(400)}]`)).toThrow(PatternError);
    expect(compilePattern(String.raw`^[\p{Greek}\p{Lu}\d]+$`).test('αΑ1')).toBe(true);
  });

  it('takes its memory once, not for each of many values', () => {
    let taken = 0;
    const Original = Int32Array;
    vi.stubGlobal('Int32Array', function Counting(size: number) {
      taken += size;
      return new Original(size);
    });
    const schema = compileStructural({ type: 'array', items: { type: 'string', pattern: `^${'x'.repeat(4_000)}` } });
    expect(
      validateValue(
        Array.from({ length: 100 }, () => 'a'),
        schema,
      ),
    ).toHaveLength(100);
    expect(taken).toBeLessThan(5_000);
  });

  it('means the same for the second text as for the first', () => {
    const pattern = compilePattern('^(a|bc)*$');
    expect(['abca', 'abcb', '', 'abca'].map((text) => pattern.test(text))).toEqual([true, false, true, true]);
  });
});

describe('a schema', () => {
  const wide = Object.fromEntries(Array.from({ length: 100 }, (_value, index) => [`k${String(index)}`, 1]));

  it('whose enumeration holds many large objects ends the validation of many large objects', () => {
    const items = {
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      enum: Array.from({ length: 1_000 }, (_v, z) => ({ ...wide, z })),
    };
    const value = Array.from({ length: 200 }, () => ({ ...wide, z: -1 }));
    expect(messages(value, { type: 'array', items })).toContain(tooMuch);
    expect(messages([{ ...wide, z: 5 }], { type: 'array', items })).toEqual([]);
  });

  it('whose enumeration is long is not repeated with each value that is none of it', () => {
    const items = { type: 'string', enum: Array.from({ length: 1_000 }, (_value, index) => `${'x'.repeat(1_000)}${String(index)}`) };
    const problems = validateValue(
      Array.from({ length: 50 }, () => 'a'),
      compileStructural({ type: 'array', items }),
    );
    expect(problems).toHaveLength(50);
    expect(length(problems)).toBeLessThan(200_000);
  });

  it('names every value of an ordinary enumeration', () => {
    expect(messages('green', { type: 'string', enum: ['red', 'blue'] })).toEqual([
      'Unsupported value: "green": supported values: "red", "blue"',
    ]);
  });

  it('whose defaults take too much work to be checked, all of them together, is refused', () => {
    const heavy = { type: 'string', pattern: '(a?){900}b', default: `${'a'.repeat(6_000)}b` };
    const properties = Object.fromEntries(Array.from({ length: 50 }, (_value, index) => [`p${String(index)}`, heavy]));
    const problems = checkSchema(object({ spec: object(properties) }), 'x');
    expect(problems.length).toBeGreaterThan(30);
    expect(problems[1]?.message).toContain('takes too much work');
  });

  it('with names of a megabyte gets answers of a sensible size', () => {
    const name = 'n'.repeat(1_000_000);
    const bad = Object.fromEntries(Array.from({ length: 50 }, (_value, index) => [`p${String(index)}`, { type: 'nope' }]));
    const problems = checkSchema(object({ [name]: object(bad) }), 'x');
    expect(problems).toHaveLength(50);
    expect(length(problems)).toBeLessThan(300_000);
  });
});

describe('an object with a name of a megabyte', () => {
  const name = 'n'.repeat(1_000_000);
  const inner = Object.fromEntries(Array.from({ length: 50 }, (_value, index) => [`x${String(index)}`, 1]));
  const text = { type: 'string' };

  it('gets problems of a sensible size', () => {
    const properties = Object.fromEntries(Object.keys(inner).map((member) => [member, text]));
    const problems = validateValue({ [name]: inner }, compileStructural({ type: 'object', additionalProperties: object(properties) }));
    expect(problems).toHaveLength(50);
    expect(length(problems)).toBeLessThan(500_000);
  });

  it('gets paths of a sensible size', () => {
    const schema = compileStructural(object({ spec: { type: 'object', additionalProperties: object({ a: text }) } }));
    const { unknown } = pruneObject({ spec: { [name]: inner } }, schema);
    expect(unknown).toHaveLength(50);
    expect(unknown.join('').length).toBeLessThan(200_000);
  });
});
