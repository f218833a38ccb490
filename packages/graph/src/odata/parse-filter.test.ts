import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphError } from '../errors.ts';
import { parseFilter } from './parse-filter.ts';

const outcome = (filter: string) => {
  try {
    return parseFilter(filter).kind;
  } catch (thrown) {
    return thrown instanceof GraphError ? 'refused' : 'broken';
  }
};

describe('parseFilter', () => {
  it.each([
    '',
    ' ',
    'displayName',
    'displayName eq',
    'displayName eq ada',
    'displayName eq "ada"',
    "displayName eq 'ada",
    "displayName eq 'a'b'",
    "displayName is 'ada'",
    "'ada' eq displayName",
    "displayName eq 'a' or true",
    "displayName eq 'a' and",
    "displayName eq 'a' or or displayName eq 'b'",
    "(displayName eq 'a'",
    "displayName eq 'a')",
    "displayName/ eq 'a'",
    'displayName in ()',
    "displayName in ('a',)",
    "displayName in 'a'",
    'startswith(displayName)',
    "startswith('a',displayName)",
    'length(displayName) eq 3',
    'names/any(c: c)',
    "names/any(c c eq 'x')",
    "names/all(c:c eq 'x')",
    "names/any(c:c eq 'x'",
    "any(c:c eq 'x')",
    'not',
    "displayName eq 'a';",
    "displayName eq 'a' --",
    `displayName eq '${'x'.repeat(5000)}'`,
    `${'('.repeat(40)}accountEnabled eq true${')'.repeat(40)}`,
    `${'not '.repeat(40)}accountEnabled eq true`,
    Array.from({ length: 16 }, () => 'accountEnabled eq true').join(' or '),
    `id in (${Array.from({ length: 16 }, () => "'a'").join(',')})`,
  ])('refuses %j', (filter) => {
    expect(() => parseFilter(filter)).toThrow(GraphError);
  });

  it("gives the OData library's complaint with the position", () => {
    expect(() => parseFilter("a eq 'x")).toThrow(
      expect.objectContaining({ sentence: expect.stringContaining('unterminated string literal') }),
    );
    expect(() => parseFilter('a eq ]')).toThrow(
      expect.objectContaining({ sentence: expect.stringContaining("character ']' is not valid at position 5") }),
    );
  });

  it.each([
    ["displayName eq 'o''hara'", { kind: 'compare', operator: 'eq', path: ['displayName'], literal: { type: 'string', text: "o'hara" } }],
    ['accountEnabled NE true', { kind: 'compare', operator: 'ne', literal: { type: 'boolean', value: true } }],
    ['a/b eq null', { kind: 'compare', path: ['a', 'b'], literal: { type: 'null' } }],
    ['id eq 8A1B2C3D-0000-4000-8000-000000000000', { literal: { type: 'guid', text: '8a1b2c3d-0000-4000-8000-000000000000' } }],
    ['createdDateTime ge 2026-01-02T03:04:05Z', { operator: 'ge', literal: { type: 'dateTime', text: '2026-01-02T03:04:05Z' } }],
    ['createdDateTime lt 2026-01-02', { operator: 'lt', literal: { type: 'dateTime' } }],
    ['n eq 3', { literal: { type: 'number', value: 3 } }],
    ["id in ('a', 'b')", { kind: 'in', literals: [{ text: 'a' }, { text: 'b' }] }],
    ["startsWith(displayName,'a')", { kind: 'call', name: 'startswith', path: ['displayName'] }],
    ["names/any(x:x eq 'y')", { kind: 'any', path: ['names'], variable: 'x', condition: { kind: 'compare', path: ['x'] } }],
    ["keys/any(k:k/id eq 'y' and k/n eq 'z')", { kind: 'any', condition: { kind: 'and' } }],
    ['names/any()', { kind: 'any', condition: undefined }],
    ["a eq 'x' or b eq 'y' and c eq 'z'", { kind: 'or', operands: [{ kind: 'compare' }, { kind: 'and' }] }],
    ["(a eq 'x' or b eq 'y') and c eq 'z'", { kind: 'and', operands: [{ kind: 'or' }, { kind: 'compare' }] }],
    ["not startswith(a,'x') and b eq 'y'", { kind: 'and', operands: [{ kind: 'not' }, { kind: 'compare' }] }],
    ["not (a eq 'x')", { kind: 'not', operand: { kind: 'compare' } }],
  ])('reads %j', (filter, expected) => {
    expect(parseFilter(filter)).toMatchObject(expected);
  });

  it('gives back every text that was quoted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (value) => {
        const quoted = `'${value.replaceAll("'", "''")}'`;
        expect(parseFilter(`appId eq ${quoted}`)).toMatchObject({ literal: { text: value } });
        expect(parseFilter(`names/any(c:c eq ${quoted})`)).toMatchObject({ condition: { literal: { text: value } } });
      }),
    );
  });

  it('throws nothing but its own error', () => {
    const piece = fc.constantFrom(
      "'a'",
      "''",
      'a',
      'b/c',
      ' ',
      'eq',
      'ne',
      'and',
      'or',
      'not',
      'in',
      '(',
      ')',
      ',',
      ':',
      '/any(',
      'null',
      'true',
      '1',
      "'",
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 2500 }), (filter) => {
        expect(outcome(filter)).not.toBe('broken');
      }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        expect(outcome(pieces.join(' '))).not.toBe('broken');
      }),
    );
  });

  it('takes linear time for quotes that never end', () => {
    expect(outcome(`a eq '${"''".repeat(1900)}`)).toBe('refused');
    expect(outcome(' '.repeat(3999))).toBe('refused');
  });
});
