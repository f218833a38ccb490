import { complement, merged, perlClass, posixClass, unicodeClass, type CharacterSet, type Range } from './characters.ts';

/** What a pattern means. */
export type Node =
  | { readonly is: 'empty' }
  | { readonly is: 'set'; readonly set: CharacterSet }
  | { readonly is: 'assert'; readonly what: Assertion }
  | { readonly is: 'all' | 'any'; readonly of: readonly Node[] }
  | { readonly is: 'repeat'; readonly node: Node; readonly min: number; readonly max: number };

export type Assertion = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word' | 'no-word';

/** A pattern that RE2 or this implementation does not take. The message names the piece. */
export class PatternError extends Error {}

const deepest = 100;
/** RE2's own limit on counts in braces. */
const mostRepeats = 1_000;
/** Each of them is asked for each character. */
const mostClasses = 8;

interface Flags {
  readonly fold: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
const fail = (what: string, piece: string): never => {
  throw new PatternError(`error parsing regexp: ${what}: \`${piece.slice(0, 64)}\``);
};

/** Parses a pattern in RE2's syntax. Throws PatternError; look-around and back-references are none of RE2's. */
export const parsePattern = (pattern: string): Node => {
  const characters = Array.from(pattern);
  let at = 0;
  const peek = () => characters[at];
  const rest = () => characters.slice(at, at + 64).join('');
  const take = (): string => {
    const character = characters[at] ?? fail('unexpected end of the pattern', pattern);
    at += 1;
    return character;
  };
  const accept = (text: string): boolean => {
    const size = text.length;
    if (characters.slice(at, at + size).join('') !== text) return false;
    at += size;
    return true;
  };
  const takeUntil = (end: string): string => {
    const start = at;
    while (at < characters.length) {
      if (accept(end)) return characters.slice(start, at - end.length).join('');
      at += 1;
    }
    return fail(`missing closing ${end}`, pattern);
  };

  /** The code point after a backslash; undefined for escapes that are no single character. */
  const escapedPoint = (character: string): number | undefined => {
    const control = Object.hasOwn(controls, character) ? controls[character] : undefined;
    if (control !== undefined) return control;
    if (character === 'x') {
      const digits = accept('{') ? takeUntil('}') : `${take()}${take()}`;
      const point = /^[0-9A-Fa-f]{1,6}$/u.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
      return point <= 0x10_ff_ff ? point : fail('invalid escape sequence', String.raw`\x${digits}`);
    }
    if (character === '0') {
      let value = 0;
      for (let digits = 0; digits < 2 && /^[0-7]$/u.test(peek() ?? ''); digits += 1) value = value * 8 + Number(take());
      return value;
    }
    return /^[A-Za-z0-9]$/u.test(character) ? undefined : character.codePointAt(0);
  };

  const unicodeOf = (letter: string) => {
    const name = accept('{') ? takeUntil('}') : take();
    const negated = name.startsWith('^') !== (letter === 'P');
    const found = unicodeClass(name.replace(/^\^/u, ''), negated);
    return found ?? fail('invalid character class range', String.raw`\${letter}{${name}}`);
  };

  const parseClass = (flags: Flags): Node => {
    const ranges: Range[] = [];
    const classes: ((character: string) => boolean)[] = [];
    const negated = accept('^');
    const bound = (): number | undefined => {
      const character = take();
      if (character !== '\\') return character.codePointAt(0);
      const letter = take();
      const perl = perlClass(letter);
      if (perl !== undefined) ranges.push(...perl);
      else if (letter === 'p' || letter === 'P') classes.push(unicodeOf(letter));
      else return escapedPoint(letter) ?? fail('invalid escape sequence', `\\${letter}`);
      return undefined;
    };
    for (let first = true; first || peek() !== ']'; first = false) {
      if (at >= characters.length) fail('missing closing ]', pattern);
      if (accept('[:')) {
        const name = takeUntil(':]');
        ranges.push(...(posixClass(name) ?? fail('invalid character class range', `[:${name}:]`)));
        continue;
      }
      const low = bound();
      if (low === undefined) continue;
      if (peek() === '-' && characters[at + 1] !== ']' && characters[at + 1] !== undefined) {
        at += 1;
        const high = bound();
        if (high === undefined || high < low) fail('invalid character class range', rest());
        else ranges.push([low, high]);
      } else ranges.push([low, low]);
    }
    at += 1;
    if (classes.length > mostClasses) fail('too many Unicode classes', rest());
    return { is: 'set', set: { ranges: merged(ranges), classes, negated, folded: flags.fold } };
  };

  const setOf = (ranges: readonly Range[], folded = false): Node => ({
    is: 'set',
    set: { ranges: merged(ranges), classes: [], negated: false, folded },
  });

  const parseEscape = (flags: Flags): Node => {
    const letter = take();
    const perl = perlClass(letter);
    if (perl !== undefined) return setOf(perl);
    switch (letter) {
      case 'A':
        return { is: 'assert', what: 'text-start' };
      case 'z':
        return { is: 'assert', what: 'text-end' };
      case 'b':
        return { is: 'assert', what: 'word' };
      case 'B':
        return { is: 'assert', what: 'no-word' };
      case 'p':
      case 'P':
        return { is: 'set', set: { ranges: [], classes: [unicodeOf(letter)], negated: false, folded: false } };
      case 'Q': {
        const end = pattern.includes('\\E') ? '\\E' : undefined;
        const literal = end === undefined ? characters.splice(at).join('') : takeUntil(end);
        return { is: 'all', of: Array.from(literal, (character) => literalOf(character, flags)) };
      }
      default: {
        const point = escapedPoint(letter) ?? fail('invalid escape sequence', `\\${letter}`);
        return setOf([[point, point]], flags.fold);
      }
    }
  };

  const literalOf = (character: string, flags: Flags): Node => {
    const point = character.codePointAt(0) ?? 0;
    return setOf([[point, point]], flags.fold);
  };

  const withFlags = (text: string, flags: Flags): Flags => {
    const parsed = /^([imsU]*)(?:-([imsU]+))?$/u.exec(text);
    if (parsed === null || text === '') return fail('invalid or unsupported Perl syntax', `(?${text}`);
    const on = parsed[1] ?? '';
    const off = parsed[2] ?? '';
    const flag = (letter: string, before: boolean) => (on.includes(letter) || before) && !off.includes(letter);
    return { fold: flag('i', flags.fold), multiline: flag('m', flags.multiline), dotAll: flag('s', flags.dotAll) };
  };

  /** A group after its parenthesis; flags without a colon hold for what follows in the same group. */
  const parseGroup = (flags: Flags, depth: number): { readonly node: Node } | { readonly flags: Flags } => {
    if (!accept('?')) return { node: closing(parseAny(flags, depth)) };
    if (accept('P<') || (peek() === '<' && characters[at + 1] !== '=' && characters[at + 1] !== '!' && accept('<'))) {
      const name = takeUntil('>');
      if (!/^\w{1,64}$/u.test(name)) fail('invalid named capture', `(?P<${name}>`);
      return { node: closing(parseAny(flags, depth)) };
    }
    let text = '';
    while (peek() !== ':' && peek() !== ')') text += take();
    const colon = take() === ':';
    const inner = colon && text === '' ? flags : withFlags(text, flags);
    return colon ? { node: closing(parseAny(inner, depth)) } : { flags: inner };
  };

  const closing = (node: Node): Node => {
    if (!accept(')')) fail('missing closing )', pattern);
    return node;
  };

  const parseAtom = (character: string, flags: Flags): Node => {
    switch (character) {
      case '[':
        return parseClass(flags);
      case '\\':
        return parseEscape(flags);
      case '.':
        return setOf(flags.dotAll ? [[0, 0x10_ff_ff]] : complement([[10, 10]]));
      case '^':
        return { is: 'assert', what: flags.multiline ? 'line-start' : 'text-start' };
      case '$':
        return { is: 'assert', what: flags.multiline ? 'line-end' : 'text-end' };
      case '*':
      case '+':
      case '?':
        return fail('missing argument to repetition operator', character);
      default:
        return literalOf(character, flags);
    }
  };

  /** The repetition after an atom, if there is one. */
  const parseCount = (): { readonly min: number; readonly max: number } | undefined => {
    if (accept('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (accept('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (accept('?')) return { min: 0, max: 1 };
    const braces = /^\{(\d{1,6})(,(\d{0,6}))?\}/u.exec(characters.slice(at, at + 16).join(''));
    if (braces === null) return undefined;
    at += braces[0].length;
    const min = Number(braces[1]);
    const max = braces[2] === undefined ? min : braces[3] === '' ? Number.POSITIVE_INFINITY : Number(braces[3]);
    if (min > mostRepeats || (max !== Number.POSITIVE_INFINITY && max > mostRepeats) || max < min) fail('invalid repeat count', braces[0]);
    return { min, max };
  };

  const repeated = (atom: Node): Node => {
    const count = parseCount();
    if (count === undefined) return atom;
    // Laziness changes what is captured, never whether something matches.
    accept('?');
    if (parseCount() !== undefined) fail('invalid nested repetition operator', pattern);
    return { is: 'repeat', node: atom, ...count };
  };

  const parseAll = (start: Flags, depth: number): { node: Node; flags: Flags } => {
    const parts: Node[] = [];
    let flags = start;
    while (at < characters.length && peek() !== '|' && peek() !== ')') {
      const character = take();
      if (character !== '(') {
        parts.push(repeated(parseAtom(character, flags)));
        continue;
      }
      const group = parseGroup(flags, depth + 1);
      if ('flags' in group) flags = group.flags;
      else parts.push(repeated(group.node));
    }
    return { node: parts.length === 1 ? (parts[0] ?? { is: 'empty' }) : { is: 'all', of: parts }, flags };
  };

  const parseAny = (start: Flags, depth: number): Node => {
    if (depth > deepest) fail('expression nests too deeply', pattern);
    const branches: Node[] = [];
    let flags = start;
    do {
      const branch = parseAll(flags, depth);
      branches.push(branch.node);
      flags = branch.flags;
    } while (accept('|'));
    return branches.length === 1 ? (branches[0] ?? { is: 'empty' }) : { is: 'any', of: branches };
  };

  const node = parseAny({ fold: false, multiline: false, dotAll: false }, 0);
  if (at < characters.length) fail('unexpected )', pattern);
  return node;
};
