import { CelSyntaxError } from './errors.ts';
import { celLimits } from './limits.ts';

export type Token =
  | { readonly kind: 'ident' | 'punctuation'; readonly text: string; readonly at: number }
  | { readonly kind: 'literal'; readonly value: bigint | number | string; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly text: ''; readonly at: number };

const space = /(?:[\t\n\f\r ]|\/\/[^\n]*)*/y;
const number = /0x[\da-fA-F]+[uU]?|(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)|\d+[uU]?/y;
const word = /[A-Za-z_]\w*/y;
const punctuation = /\|\||&&|==|!=|<=|>=|\.\?|\[\?|[<>+\-*/%!?:.,()[\]{}]/y;
const opening = /([rRbB]{0,2})("""|'''|"|')/y;

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '?': '?',
  '"': '"',
  "'": "'",
  '`': '`',
};
const coded = /(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-3][0-7]{2}))/y;

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

const unescape = (body: string, at: number): string => {
  let out = '';
  for (let index = 0; index < body.length; index += 1) {
    const character = body[index] ?? '';
    if (character !== '\\') {
      out += character;
      continue;
    }
    index += 1;
    const simple = escapes[body[index] ?? ''];
    if (simple !== undefined) {
      out += simple;
      continue;
    }
    const code = matchAt(coded, body, index);
    const point =
      code === null ? Number.NaN : Number.parseInt(code[1] ?? code[2] ?? code[3] ?? code[4] ?? '', code[4] === undefined ? 16 : 8);
    if (code === null || point > 0x10_ff_ff || (point >= 0xd8_00 && point <= 0xdf_ff))
      throw new CelSyntaxError('a string has an invalid escape', at);
    out += String.fromCodePoint(point);
    index += code[0].length - 1;
  }
  return out;
};

/** A string literal from its opening quote on; returns its value and where it ends. */
const readString = (source: string, start: RegExpExecArray, at: number): { value: string; end: number } => {
  const [all, prefix = '', quote = ''] = start;
  if (/b/i.test(prefix)) throw new CelSyntaxError('bytes literals are not supported', at);
  if (prefix.length > 1) throw new CelSyntaxError('a string has an invalid prefix', at);
  const from = at + all.length;
  const raw = prefix !== '';
  let end = from;
  while (!source.startsWith(quote, end)) {
    if (end >= source.length || (quote.length === 1 && (source[end] === '\n' || source[end] === '\r')))
      throw new CelSyntaxError('a string is not closed', at);
    end += !raw && source[end] === '\\' ? 2 : 1;
  }
  const body = source.slice(from, end);
  return { value: raw ? body : unescape(body, at), end: end + quote.length };
};

const readNumber = (text: string, at: number): bigint | number => {
  if (/u$/i.test(text)) throw new CelSyntaxError('unsigned literals are not supported', at);
  if (/^(?:0x|\d+$)/.test(text)) return BigInt(text);
  return Number(text);
};

/** The tokens of an expression. Throws CelSyntaxError. */
export const tokenize = (source: string): readonly Token[] => {
  if (source.length > celLimits.source) throw new CelSyntaxError(`it is longer than ${celLimits.source} characters`, celLimits.source);
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += matchAt(space, source, at)?.[0].length ?? 0;
    if (at >= source.length) break;
    const start = matchAt(opening, source, at);
    if (start !== null) {
      const { value, end } = readString(source, start, at);
      tokens.push({ kind: 'literal', value, text: 'string', at });
      at = end;
      continue;
    }
    const ident = matchAt(word, source, at)?.[0];
    const digits = ident === undefined ? matchAt(number, source, at)?.[0] : undefined;
    const mark = ident === undefined && digits === undefined ? matchAt(punctuation, source, at)?.[0] : undefined;
    const text = ident ?? digits ?? mark;
    if (text === undefined) throw new CelSyntaxError(`the character ${JSON.stringify(source[at])} is not expected`, at);
    if (digits === undefined) tokens.push({ kind: ident === undefined ? 'punctuation' : 'ident', text, at });
    else tokens.push({ kind: 'literal', value: readNumber(digits, at), text: digits, at });
    at += text.length;
  }
  tokens.push({ kind: 'end', text: '', at: source.length });
  return tokens;
};
