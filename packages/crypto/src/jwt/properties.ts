import fc from 'fast-check';
import { parseJwt } from './parse.ts';
import { parseStrictJsonObject } from './strict-json.ts';
import { verifyJwtTimes } from './times.ts';

/**
 * What must hold of the JWT parser for every input: the unit tests try thousands of cases, `bench/src/fuzz.ts` millions.
 * `run` throws with the seed and the smallest counterexample found.
 */
export interface Property {
  readonly name: string;
  run(runs: number): void;
}

const property = <Input>(name: string, inputs: fc.Arbitrary<Input>, holds: (input: Input) => boolean): Property => ({
  name,
  run: (runs) => fc.assert(fc.property(inputs, holds), { numRuns: runs }),
});

const maxDepth = 16;
const encode = (text: string): string => Buffer.from(text).toString('base64url');

/** JSON written with arbitrary white space, and names with arbitrary escapes: every spelling that a reader must take for the same. */
interface Spelling {
  readonly space: string;
  readonly escape: boolean;
}
const spellings = fc.record<Spelling>({ space: fc.constantFrom('', ' ', '\n\t', '\r\n '), escape: fc.boolean() });
const escapeAll = (text: string): string =>
  `"${Array.from({ length: text.length }, (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`).join('')}"`;
const writeName = (name: string, spelling: Spelling): string => (spelling.escape ? escapeAll(name) : JSON.stringify(name));

/** Writes JSON; where `twice` meets zero at an object with members, its first member's name is written a second time, spelled the other way. */
const write = (value: unknown, spelling: Spelling, twice: { left: number }): string => {
  const { space } = spelling;
  if (Array.isArray(value)) return `[${space}${value.map((item) => write(item, spelling, twice)).join(`${space},${space}`)}${space}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${writeName(name, spelling)}${space}:${space}${write(member, spelling, twice)}`,
  );
  const [first] = Object.keys(value);
  if (first !== undefined && twice.left-- === 0) members.push(`${writeName(first, { ...spelling, escape: !spelling.escape })}:null`);
  return `{${space}${members.join(`${space},${space}`)}${space}}`;
};

const names = fc.oneof(fc.constantFrom('alg', 'aud', 'sub', '__proto__', 'constructor', ''), fc.string({ unit: 'binary', maxLength: 6 }));
const { tree } = fc.letrec<{ tree: unknown; object: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.jsonValue({ maxDepth: 0 }),
    fc.array(tie('tree'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(names, tie('tree'), { maxKeys: 4 }),
}));
const objects = fc.dictionary(names, tree, { minKeys: 1, maxKeys: 4 });

const countObjects = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countObjects(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const within: number = Object.values(value).reduce<number>((sum, item) => sum + countObjects(item), 0);
  return within + (Object.keys(value).length > 0 ? 1 : 0);
};

/** A second reader of duplicates and depth for text that is JSON, written differently on purpose: tokens by pattern, names with their whole path. */
const acceptedByReference = (text: string): boolean => {
  const path: (string | number)[] = [];
  const seen = new Set<string>();
  let wantsName = false;
  let serial = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/g)) {
    if (token === '{' || token === '[') {
      path.push(token === '{' ? (serial += 1) : '[');
      if (path.length > maxDepth) return false;
      wantsName = token === '{';
    } else if (token === '}' || token === ']') {
      path.pop();
      wantsName = false;
    } else if (token === ',') {
      wantsName = path.at(-1) !== '[';
    } else if (wantsName) {
      const entry = `${path.at(-1)} ${JSON.parse(token) as string}`;
      if (seen.has(entry)) return false;
      seen.add(entry);
      wantsName = false;
    }
  }
  return true;
};

const isJsonObject = (text: string): boolean => {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

const edits = fc.array(
  fc.record({
    at: fc.nat(),
    drop: fc.nat({ max: 3 }),
    put: fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', '"a":1,', '\u0000', ' '),
  }),
  { maxLength: 3 },
);
const edited = (text: string, changes: readonly { at: number; drop: number; put: string }[]): string =>
  changes.reduce((present, { at, drop, put }) => {
    const index = at % (present.length + 1);
    return present.slice(0, index) + put + present.slice(index + drop);
  }, text);

const segment = fc.uint8Array({ maxLength: 24 }).map((octets) => Buffer.from(octets).toString('base64url'));
const compact = fc.tuple(objects, objects, segment).map(([header, claims, signature]) => {
  return `${encode(JSON.stringify(header))}.${encode(JSON.stringify(claims))}.${signature}`;
});
const alphabet = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. \n\u00e4');
const mutated = fc.tuple(compact, fc.nat(), fc.constantFrom(...alphabet), fc.boolean()).map(([text, at, character, insert]) => {
  const index = at % text.length;
  return text.slice(0, index) + character + text.slice(index + (insert ? 0 : 1));
});
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(fc.oneof(segment, fc.base64String({ maxLength: 20 })), { maxLength: 5 }).map((parts) => parts.join('.')),
  compact,
  mutated,
  fc.tuple(compact, segment).map((parts) => parts.join('.')),
);
const times = fc.oneof(fc.integer({ min: -10, max: 10 }), fc.double(), fc.constantFrom('5', null, true, undefined));

export const properties: readonly Property[] = [
  property('a JWT that is accepted has one spelling: its parts encode to the very text', anything, (text) => {
    const parsed = parseJwt(text);
    if ('failure' in parsed) return parsed.failure.reason === 'malformed';
    return `${parsed.signed.toString('latin1')}.${parsed.signature.toString('base64url')}` === text.trim();
  }),
  property('a JWT gives back the objects that were written', fc.tuple(objects, objects, spellings), ([header, claims, spelling]) => {
    const text = [header, claims].map((value) => encode(write(value, spelling, { left: -1 }))).join('.');
    const parsed = parseJwt(`${text}.AA`, { maxBytes: 1 << 20 });
    return 'header' in parsed && JSON.stringify([parsed.header, parsed.claims]) === JSON.stringify([header, claims]);
  }),
  property(
    'a member named twice is refused at any depth and in any spelling',
    fc.tuple(objects, fc.nat(), spellings),
    ([value, which, spelling]) => {
      const text = write(value, spelling, { left: which % countObjects(value) });
      return 'problem' in parseStrictJsonObject(Buffer.from(text), 64);
    },
  ),
  property('strict JSON agrees with a second reader on edited text', fc.tuple(objects, spellings, edits), ([value, spelling, changes]) => {
    const text = edited(write(value, spelling, { left: -1 }), changes);
    const octets = Buffer.from(text);
    const expected = isJsonObject(octets.toString()) && acceptedByReference(octets.toString());
    return 'value' in parseStrictJsonObject(octets, maxDepth) === expected;
  }),
  property('strict JSON refuses octets that are no UTF-8', fc.uint8Array({ maxLength: 12 }), (octets) => {
    const text = Buffer.concat([Buffer.from('{"a":"'), octets, Buffer.from('"}')]);
    const read = parseStrictJsonObject(text, maxDepth);
    return 'problem' in read || Buffer.from(text.toString()).equals(text);
  }),
  property('nesting is bounded at its bound', fc.tuple(fc.integer({ min: 1, max: 64 }), fc.boolean()), ([levels, arrays]) => {
    const [open, close] = arrays ? ['[', ']'] : ['{"a":', '}'];
    const text = `{"a":${open.repeat(levels - 1)}1${close.repeat(levels - 1)}}`;
    return 'value' in parseStrictJsonObject(Buffer.from(text), maxDepth) === levels <= maxDepth;
  }),
  property('a JWT longer than the bound is refused', fc.tuple(compact, fc.nat({ max: 400 })), ([text, maxBytes]) => {
    return text.length <= maxBytes || 'failure' in parseJwt(text, { maxBytes });
  }),
  property('times are numbers within their window, or refused', fc.tuple(times, times, times), ([exp, nbf, iat]) => {
    const skew = 2;
    const good =
      Number.isFinite(exp) &&
      [nbf, iat].every((value) => value === undefined || (typeof value === 'number' && Number.isFinite(value) && value <= skew)) &&
      Number(exp) + skew > 0;
    return (verifyJwtTimes({ exp, nbf, iat }, { now: 0, skew }) === undefined) === good;
  }),
];
