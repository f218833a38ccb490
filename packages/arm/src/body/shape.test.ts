import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dictionary, flag, list, optional, record, text, unsupported, whole, word, type Problem, type Shape } from './shape.ts';
import { tags } from './tags.ts';

const read = <T>(shape: Shape<T>, value: unknown) => {
  const problems: Problem[] = [];
  const result = shape.read(value, '', problems);
  return { result, problems: problems.map((problem) => `${problem.path} ${problem.message}`.trim()) };
};

const thing = record({
  name: text({ max: 3 }),
  on: optional(flag()),
  count: optional(whole({ min: 1, max: 9 })),
  kind: optional(word(['One', 'Two'])),
  inner: optional(list(record({ x: text() }))),
  more: optional(dictionary(flag())),
  gone: unsupported('is not supported', (value) => value === false),
});

describe('shapes', () => {
  it('name every problem with its path', () => {
    const { problems } = read(thing, {
      name: 'long',
      on: 1,
      count: 10,
      kind: 'three',
      inner: [{}, { x: 1 }],
      more: { a: 'b' },
      gone: true,
    });
    expect(problems).toEqual([
      'name must not be longer than 3 characters',
      'on must be true or false',
      'count must be a whole number from 1 to 9',
      'kind must be one of One, Two',
      'inner[0].x is required',
      'inner[1].x must be a string',
      'more.a must be true or false',
      'gone is not supported',
    ]);
  });

  it('find members whatever their case, and pass over the unknown', () => {
    expect(read(thing, { NAME: 'a', Kind: 'two', other: 1, gone: false })).toMatchObject({
      result: { name: 'a', kind: 'Two' },
      problems: [],
    });
  });

  it('take null for absent', () => {
    expect(read(thing, { name: 'a', on: null }).problems).toEqual([]);
    expect(read(thing, { name: null }).problems).toEqual(['name is required']);
  });

  it('never crash and never accept a wrong type', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { result, problems } = read(thing, value);
        const name = problems.length === 0 ? (result as { name: unknown }).name : 'refused';
        expect(typeof name).toBe('string');
      }),
    );
  });

  it('do not let a body reach the prototype', () => {
    const { result } = read(dictionary(text()), JSON.parse('{"__proto__":"x"}'));
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });
});

describe('tags', () => {
  it.each([
    [Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, ''])), 'must not hold more than 50 tags'],
    [{ ['x'.repeat(513)]: '' }, 'must have a name of 1 to 512 characters'],
    [{ a: 'x'.repeat(257) }, 'must not be longer than 256 characters'],
    [{ a: '', A: '' }, 'must not be given twice'],
    [{ 'a/b': '' }, 'must not have any of'],
    [[], 'must be an object of strings'],
  ])('refuse %o', (value, expected) => {
    expect(read(tags(), value).problems.join()).toContain(expected);
  });

  it('take what is within the limits', () => {
    expect(read(tags(), { team: 'a', 'cost:centre': '' })).toEqual({ result: { team: 'a', 'cost:centre': '' }, problems: [] });
  });
});
