import type { Directory } from '@podpass/directory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphError } from '../errors.ts';
import { compileFilter } from './compile-filter.ts';
import { parseFilter } from './parse-filter.ts';
import type { EntityKind, FilterOperator } from './types.ts';

interface Thing {
  readonly id: string;
  readonly name: string | null;
  readonly on: boolean;
  readonly made: string;
  readonly size: number;
  readonly names: readonly string[];
  readonly keys: readonly { readonly id: string }[];
  readonly web: { readonly uris: readonly string[]; readonly home: string };
}

const thing = (changes: Partial<Thing> = {}): Thing => ({
  id: '1',
  name: 'Ada',
  on: true,
  made: '2026-01-02T00:00:00Z',
  size: 3,
  names: ['one', 'Two'],
  keys: [{ id: 'k' }],
  web: { uris: ['https://x'], home: 'https://home' },
  ...changes,
});

const all: readonly FilterOperator[] = ['eq', 'ne', 'not', 'ge', 'in', 'startswith', 'endswith'];
const things = [thing(), thing({ id: '2', name: 'Bob', on: false }), thing({ id: '3', name: null })];

const kind: EntityKind<Thing> = {
  type: 'thing',
  resource: 'Thing',
  set: 'things',
  properties: [
    { name: 'id', type: 'string', filter: ['eq', 'in'], read: ({ id }) => id, lookUp: (_, id) => things.find((one) => one.id === id) },
    { name: 'displayName', type: 'string', filter: all, read: ({ name }) => name },
    { name: 'on', type: 'boolean', filter: ['eq', 'ne'], read: ({ on }) => on },
    { name: 'made', type: 'dateTime', filter: ['eq', 'ge'], read: ({ made }) => made },
    { name: 'size', type: 'number', filter: ['eq', 'ge'], read: ({ size }) => size },
    {
      name: 'names',
      type: 'string',
      collection: true,
      filter: ['eq', 'startswith'],
      read: ({ names }) => names,
      lookUp: (_, name) => things.find(({ names }) => names.includes(name)),
    },
    {
      name: 'keys',
      type: 'complex',
      collection: true,
      members: [{ name: 'id', type: 'string', filter: ['eq'] }],
      read: ({ keys }) => keys,
    },
    {
      name: 'web',
      type: 'complex',
      members: [
        { name: 'uris', type: 'string', collection: true, filter: ['eq'] },
        { name: 'home', type: 'string', filter: ['eq'] },
      ],
      read: ({ web }) => web,
    },
    { name: 'hidden', type: 'string', read: () => 'x' },
  ],
};

// No property of these reads the directory.
const scope = { directory: {} as Directory, tenantId: 't', sees: () => true };
const compile = (filter: string, advanced = false) => compileFilter(parseFilter(filter), { kind, scope, advanced });
const refusal = (filter: string, advanced = false) => {
  try {
    compile(filter, advanced);
    return undefined;
  } catch (thrown) {
    return thrown instanceof GraphError ? thrown.reason : thrown;
  }
};

describe('compileFilter', () => {
  it.each([
    ['an unknown property', "planet eq 'x'", 'unknownFilterProperty'],
    ['a property of objects', "__proto__ eq 'x'", 'unknownFilterProperty'],
    ['an unknown member', "web/logo eq 'x'", 'unknownFilterProperty'],
    ['a member of a text', "displayName/length eq 'x'", 'unknownFilterProperty'],
    ['a variable that is none', "names/any(x:y eq 'a')", 'unknownFilterProperty'],
    ['a property outside of the lambda', "names/any(x:displayName eq 'a')", 'unknownFilterProperty'],
    ['a property that cannot be filtered', "hidden eq 'x'", 'unsupportedFilter'],
    ['an operator that the property does not have', "startswith(id,'x')", 'unsupportedFilter'],
    ['contains', "contains(displayName,'x')", 'unsupportedFilter'],
    ['a plain filter on a collection', "names eq 'x'", 'unsupportedFilter'],
    ['any on a plain property', "displayName/any(x:x eq 'a')", 'unsupportedFilter'],
    ['an empty text', "displayName eq ''", 'unsupportedFilter'],
    ['an empty beginning', "startswith(displayName,'')", 'unsupportedFilter'],
    ['an empty text within any', "names/any(x:x eq '')", 'unsupportedFilter'],
    ['lt on a number', 'size lt 3', 'unsupportedFilter'],
    ['gt on a text', "displayName gt 'a'", 'unsupportedFilter'],
    ['a text for a boolean', "on eq 'true'", 'badFilter'],
    ['a boolean for a text', 'displayName eq true', 'badFilter'],
    ['a text for a time', "made ge '2026-01-01'", 'badFilter'],
    ['a time that is none', 'made ge 2026-99-99', 'badFilter'],
    ['null with ge', 'displayName ge null', 'needsAdvancedQuery'],
    ['ne', "displayName ne 'x'", 'needsAdvancedQuery'],
    ['not', "not startswith(displayName,'x')", 'needsAdvancedQuery'],
    ['endswith', "endswith(displayName,'x')", 'needsAdvancedQuery'],
    ['eq null', 'displayName eq null', 'needsAdvancedQuery'],
    ['any without condition', 'names/any()', 'needsAdvancedQuery'],
    ['a bad operand after a good one', "displayName eq 'x' or hidden eq 'y'", 'unsupportedFilter'],
  ])('refuses %s: %s', (_what, filter, reason) => {
    expect(refusal(filter)).toBe(reason);
  });

  it('refuses everything on a kind for advanced queries only', () => {
    expect(() => compileFilter(parseFilter("id eq '1'"), { kind: { ...kind, advancedOnly: true }, scope, advanced: false })).toThrow(
      GraphError,
    );
  });

  it.each([
    ["displayName eq 'ADA'", true],
    ["DISPLAYNAME eq 'ada'", true],
    ["displayName eq 'ad'", false],
    ["displayName ne 'ada'", false],
    ["displayName ne 'bob'", true],
    ["not (displayName eq 'bob')", true],
    ["startswith(displayName,'aD')", true],
    ["endswith(displayName,'DA')", true],
    ["displayName in ('x','ada')", true],
    ["displayName ge 'ad' and displayName le 'ae'", true],
    ['displayName eq null', false],
    ['displayName ne null', true],
    ['on eq true', true],
    ['on eq false', false],
    ['made ge 2026-01-01', true],
    ['made gt 2026-01-02T00:00:00Z', false],
    ['made le 2026-01-02T01:00:00+01:00', true],
    ['made lt 2026-01-02T00:00:00Z', false],
    ['size ge 3', true],
    ["names/any(x:x eq 'two')", true],
    ["names/any(x:startswith(x,'tw'))", true],
    ["names/any(x:x eq 'three')", false],
    ['names/any()', true],
    ["keys/any(k:k/id eq 'k')", true],
    ["keys/any(k:k/id eq 'l')", false],
    ["web/uris/any(u:u eq 'https://x')", true],
    ["web/home eq 'https://home'", true],
    ["displayName eq 'x' or (on eq true and displayName eq 'ada')", true],
  ])('%s', (filter, expected) => {
    expect(compile(filter, true).matches(thing())).toBe(expected);
  });

  it('null equals nothing but null', () => {
    const nameless = thing({ name: null });
    expect(compile("displayName eq 'null'", true).matches(nameless)).toBe(false);
    expect(compile("displayName ne 'ada'", true).matches(nameless)).toBe(true);
    expect(compile('displayName eq null', true).matches(nameless)).toBe(true);
    expect(compile("startswith(displayName,'n')", true).matches(nameless)).toBe(false);
  });

  it.each([
    ["id eq '2'", ['2']],
    ["id in ('3','1','1')", ['1', '3']],
    ["id eq '1' and displayName eq 'bob'", ['1']],
    ["id eq '1' or id eq '2'", ['1', '2']],
    ["names/any(n:n eq 'one')", ['1']],
    ["id eq '1' or displayName eq 'bob'", undefined],
    ["displayName eq 'bob'", undefined],
    ["not (id eq '1')", undefined],
  ])('looks up what can be looked up: %s', (filter, expected) => {
    const filterKind = { ...kind, properties: kind.properties.map((one) => (one.name === 'id' ? { ...one, filter: all } : one)) };
    const found = compileFilter(parseFilter(filter), { kind: filterKind, scope, advanced: true });
    expect(found.candidates?.map(({ id }) => id)).toEqual(expected);
  });

  it('agrees with a plain reading of and, or and not', () => {
    type Tree = { readonly text: string; readonly holds: (value: Thing) => boolean };
    const leaf = fc.constantFrom<Tree>(
      { text: "displayName eq 'ada'", holds: ({ name }) => name === 'Ada' },
      { text: "startswith(displayName,'b')", holds: ({ name }) => name?.startsWith('B') === true },
      { text: 'on eq true', holds: ({ on }) => on },
      { text: 'displayName eq null', holds: ({ name }) => name === null },
    );
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc
          .tuple(tie('tree'), tie('tree'))
          .map(([a, b]) => ({ text: `(${a.text} and ${b.text})`, holds: (v: Thing) => a.holds(v) && b.holds(v) })),
        fc
          .tuple(tie('tree'), tie('tree'))
          .map(([a, b]) => ({ text: `(${a.text} or ${b.text})`, holds: (v: Thing) => a.holds(v) || b.holds(v) })),
        tie('tree').map((a) => ({ text: `not (${a.text})`, holds: (v: Thing) => !a.holds(v) })),
      ),
    }));
    fc.assert(
      fc.property(tree, ({ text, holds }) => {
        fc.pre(text.length < 3500);
        const { matches } = compile(text, true);
        for (const value of things) expect(matches(value)).toBe(holds(value));
      }),
      { numRuns: 200 },
    );
  });
});
