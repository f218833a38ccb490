/** A set of code points: ranges in order that do not touch, and classes of Unicode that are asked one by one. */
export interface CharacterSet {
  readonly ranges: readonly (readonly [low: number, high: number])[];
  readonly classes: readonly ((character: string) => boolean)[];
  readonly negated: boolean;
  /** Whether the case of letters does not matter. */
  readonly folded: boolean;
}

export type Range = readonly [low: number, high: number];

const last = 0x10_ff_ff;

/** All code points that none of the ranges holds. */
export const complement = (ranges: readonly Range[]): Range[] => {
  const result: Range[] = [];
  let next = 0;
  for (const [low, high] of ranges.toSorted((left, right) => left[0] - right[0])) {
    if (low > next) result.push([next, low - 1]);
    next = Math.max(next, high + 1);
  }
  if (next <= last) result.push([next, last]);
  return result;
};

/** The same code points in ranges in order that do not touch, so that a search can halve them. */
export const merged = (ranges: readonly Range[]): readonly Range[] => (ranges.length < 2 ? ranges : complement(complement(ranges)));

/** Whether one of the ranges, merged ones, holds the code point. */
const within = (ranges: readonly Range[], point: number): boolean => {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range === undefined) return false;
    if (point < range[0]) high = middle;
    else if (point > range[1]) low = middle + 1;
    else return true;
  }
  return false;
};

const code = (character: string) => character.codePointAt(0) ?? 0;
const span = (low: string, high: string): Range => [code(low), code(high)];

const digit: readonly Range[] = [span('0', '9')];
const space: readonly Range[] = [
  [9, 10],
  [12, 13],
  [32, 32],
];
const word: readonly Range[] = [span('0', '9'), span('A', 'Z'), [95, 95], span('a', 'z')];

/** `\d`, `\s`, `\w` and their opposites: ASCII only, as in RE2. */
export const perlClass = (letter: string): readonly Range[] | undefined => {
  const base = { d: digit, s: space, w: word }[letter.toLowerCase()];
  if (base === undefined) return undefined;
  return letter === letter.toLowerCase() ? base : complement(base);
};

const posix: Readonly<Record<string, readonly Range[]>> = {
  alnum: [span('0', '9'), span('A', 'Z'), span('a', 'z')],
  alpha: [span('A', 'Z'), span('a', 'z')],
  ascii: [[0, 127]],
  blank: [
    [9, 9],
    [32, 32],
  ],
  cntrl: [
    [0, 31],
    [127, 127],
  ],
  digit,
  graph: [span('!', '~')],
  lower: [span('a', 'z')],
  print: [span(' ', '~')],
  punct: [span('!', '/'), span(':', '@'), span('[', '`'), span('{', '~')],
  space: [
    [9, 13],
    [32, 32],
  ],
  upper: [span('A', 'Z')],
  word,
  xdigit: [span('0', '9'), span('A', 'F'), span('a', 'f')],
};

/** `[:name:]` and `[:^name:]` inside of a class. */
export const posixClass = (name: string): readonly Range[] | undefined => {
  const negated = name.startsWith('^');
  const bare = negated ? name.slice(1) : name;
  const ranges = Object.hasOwn(posix, bare) ? posix[bare] : undefined;
  return ranges !== undefined && negated ? complement(ranges) : ranges;
};

/** A category or script of Unicode (`L`, `Lu`, `Greek`); undefined when there is none of this name. */
export const unicodeClass = (name: string, negated: boolean): ((character: string) => boolean) | undefined => {
  if (!/^[A-Za-z_]{1,32}$/u.test(name)) return undefined;
  for (const property of [name, `Script=${name}`]) {
    try {
      const tester = new RegExp(String.raw`^\p{${property}}$`, 'u');
      return (character) => tester.test(character) !== negated;
    } catch {
      continue;
    }
  }
  return undefined;
};

/** Whether the set holds the character. */
export const holds = (set: CharacterSet, point: number): boolean => {
  const base = (value: number): boolean => {
    if (within(set.ranges, value)) return true;
    return set.classes.length > 0 && set.classes.some((test) => test(String.fromCodePoint(value)));
  };
  let found = base(point);
  if (!found && set.folded) {
    const character = String.fromCodePoint(point);
    found = [character.toLowerCase(), character.toUpperCase()].some((variant) => base(code(variant)));
  }
  return found !== set.negated;
};
