import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExpectedResult } from './article.ts';
import { jsonSimilarity } from './compare-json.ts';
import { compareResult } from './compare.ts';
import { jaro, jaroWinkler } from './similarity.ts';

describe('similarity', () => {
  // The textbook pairs of Winkler's paper.
  test.each([
    ['', '', 1, 1],
    ['', 'a', 0, 0],
    ['abc', 'xyz', 0, 0],
    ['same', 'same', 1, 1],
    ['MARTHA', 'MARHTA', 0.9444, 0.9611],
    ['DIXON', 'DICKSONX', 0.7667, 0.8133],
    ['DWAYNE', 'DUANE', 0.8222, 0.84],
    ['CRATE', 'TRACE', 0.7333, 0.7333],
  ])('of %j and %j', (a, b, plain, boosted) => {
    expect(jaro(a, b)).toBeCloseTo(plain, 3);
    expect(jaroWinkler(a, b)).toBeCloseTo(boosted, 3);
  });

  test('lies between 0 and 1, is 1 for equal texts, and the boost never lowers it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(jaro(a, b)).toBeGreaterThanOrEqual(0);
        expect(jaroWinkler(a, b)).toBeGreaterThanOrEqual(jaro(a, b));
        expect(jaroWinkler(a, b)).toBeLessThanOrEqual(1);
        expect(jaro(a, a)).toBe(1);
      }),
    );
  });
});

describe('jsonSimilarity', () => {
  test('a lost member, another type, a shorter list count against it', () => {
    expect(jsonSimilarity({ a: 1, b: 2 }, { a: 1 })).toBeLessThan(0.7);
    expect(jsonSimilarity({ a: '1' }, { a: 1 })).toBeLessThanOrEqual(0.5);
    expect(jsonSimilarity([1, 2, 3], [1])).toBeLessThanOrEqual(0.5);
    expect(jsonSimilarity({ a: null }, { a: {} })).toBeLessThanOrEqual(0.5);
    expect(jsonSimilarity({ a: 1 }, [])).toBe(0);
  });

  test('the order of members and what is added do not', () => {
    expect(jsonSimilarity({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toBe(1);
    expect(jsonSimilarity({ name: 'long enough' }, { name: 'long enough', new: 1 })).toBeGreaterThan(0.8);
  });

  test('a value is like itself', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(jsonSimilarity(value, structuredClone(value))).toBe(1);
      }),
    );
  });
});

describe('compareResult', () => {
  const text = (content: string, similarity: number): ExpectedResult => ({
    line: 1,
    language: 'output',
    content,
    expectation: { similarity },
  });
  const json = (content: string, similarity: number): ExpectedResult => ({ ...text(content, similarity), language: 'json' });
  const pattern = (source: RegExp): ExpectedResult => ({ ...text('', 0), expectation: { pattern: source, source: source.source } });

  test.each([
    ['other text', text('deployment created', 0.9), 'Error: forbidden'],
    ['an empty output', text('something', 0.1), ''],
    ['text where JSON is expected', json('{"a":1}', 0), 'a: 1'],
    ['an expected result that is no JSON', json('{"a":…}', 0), '{"a":1}'],
    ['JSON without its members', json('{"clientId":"x","principalId":"y"}', 0.9), '{"code":"Forbidden"}'],
    ['what an expression does not match', pattern(/^Ready$/), 'NotReady'],
  ])('%s does not match, and a reason is given', (_, expected, output) => {
    expect(compareResult(expected, output)).toMatchObject({ matches: false, reason: expect.any(String) as string });
  });

  test.each([
    ['similar text', text('pod/web-abc created', 0.9), 'pod/web-xyz created\n'],
    ['equal text but for line ends and colours', text('a\nb', 1), '\u001b[32ma\u001b[0m\r\nb\n\n'],
    ['anything at 0', text('a', 0), 'zzz'],
    ['similar JSON', json('{"id":"/subscriptions/0000","n":1}', 0.8), '{ "n": 2, "id": "/subscriptions/0012" }'],
    ['an expression, the last line break not counted', pattern(/^https:.*\/$/), 'https://x/\n'],
  ])('%s matches', (_, expected, output) => {
    expect(compareResult(expected, output)).toMatchObject({ matches: true });
  });
});
