import { GraphError } from '../errors.ts';
import type { Literal } from './types.ts';

export type Token =
  | { readonly kind: 'literal'; readonly literal: Literal; readonly at: number }
  /** Names and keywords, as written. */
  | { readonly kind: 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'mark'; readonly text: string; readonly at: number };

const string = /'((?:[^']|'')*)'/y;
const guid = /[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![\w-])/y;
const dateTime = /\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d))?(?![\w-])/iy;
const number = /-?\d{1,15}(?:\.\d{1,15})?(?![\w.-])/y;
const word = /[A-Za-z_][\w.]*/y;
const mark = /[(),:/]/y;
const space = /\s*/y;

const match = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

/** Splits a filter into tokens, in linear time. Throws the 400 that names the position of what is none. */
export const tokensOf = (filter: string): readonly Token[] => {
  const tokens: Token[] = [];
  let at = match(space, filter, 0)?.[0].length ?? 0;
  while (at < filter.length) {
    const found = tokenAt(filter, at);
    if (!found) throw new GraphError('badFilter', { reason: complaint(filter, at) });
    tokens.push(found.token);
    at += found.length;
    at += match(space, filter, at)?.[0].length ?? 0;
  }
  return tokens;
};

// The sentences are those of the OData library that Graph uses.
const complaint = (filter: string, at: number): string =>
  filter[at] === "'"
    ? `There is an unterminated string literal at position ${filter.length} in '${filter}'.`
    : `Syntax error: character '${filter.charAt(at)}' is not valid at position ${at} in '${filter}'.`;

const tokenAt = (filter: string, at: number): { readonly token: Token; readonly length: number } | undefined => {
  const literal = literalAt(filter, at);
  if (literal) return { token: { kind: 'literal', literal: literal.literal, at }, length: literal.length };
  const name = match(word, filter, at)?.[0];
  if (name !== undefined) return { token: wordToken(name, at), length: name.length };
  const sign = match(mark, filter, at)?.[0];
  return sign === undefined ? undefined : { token: { kind: 'mark', text: sign, at }, length: sign.length };
};

const wordToken = (text: string, at: number): Token => {
  if (text === 'null') return { kind: 'literal', literal: { type: 'null', text }, at };
  if (text === 'true' || text === 'false') return { kind: 'literal', literal: { type: 'boolean', text, value: text === 'true' }, at };
  return { kind: 'word', text, at };
};

const literalAt = (filter: string, at: number): { readonly literal: Literal; readonly length: number } | undefined => {
  const quoted = match(string, filter, at);
  if (quoted) return { literal: { type: 'string', text: (quoted[1] ?? '').replaceAll("''", "'") }, length: quoted[0].length };
  const id = match(guid, filter, at)?.[0];
  if (id !== undefined) return { literal: { type: 'guid', text: id.toLowerCase() }, length: id.length };
  const time = match(dateTime, filter, at)?.[0];
  if (time !== undefined) return { literal: { type: 'dateTime', text: time }, length: time.length };
  const digits = match(number, filter, at)?.[0];
  return digits === undefined ? undefined : { literal: { type: 'number', text: digits, value: Number(digits) }, length: digits.length };
};
