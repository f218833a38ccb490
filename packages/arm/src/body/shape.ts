import { isObject } from '@podpass/kernel';

/** One thing that is wrong with a body, with the path of where. */
export interface Problem {
  /** For example `properties.sku.name`; empty for the body itself. */
  readonly path: string;
  /** Completes the sentence "`path` …". */
  readonly message: string;
}

/**
 * Reads one value out of parsed JSON. It reports every problem and goes on, so that a client learns all of them at
 * once; what it returns after a problem is never used.
 */
export interface Shape<T> {
  read(value: unknown, path: string, problems: Problem[]): T | undefined;
}

const wrong = (problems: Problem[], path: string, message: string): undefined => {
  problems.push({ path, message });
  return undefined;
};

export interface TextRules {
  readonly max?: number;
  readonly pattern?: RegExp;
  /** What the pattern asks for, for people. */
  readonly rule?: string;
}

/** A string; its length is bounded even when no rule is given. */
export const text = (rules: TextRules = {}): Shape<string> => ({
  read(value, path, problems) {
    if (typeof value !== 'string') return wrong(problems, path, 'must be a string');
    const max = rules.max ?? 4096;
    if (value.length > max) return wrong(problems, path, `must not be longer than ${max} characters`);
    if (rules.pattern?.test(value) === false) return wrong(problems, path, rules.rule ?? `must match ${rules.pattern.source}`);
    return value;
  },
});

/** One of a few words, in any case; the listed form is returned. */
export const word = <const W extends readonly string[]>(words: W): Shape<W[number]> => ({
  read(value, path, problems) {
    const found = typeof value === 'string' ? words.find((each) => each.toLowerCase() === value.toLowerCase()) : undefined;
    return found ?? wrong(problems, path, `must be one of ${words.join(', ')}`);
  },
});

export const flag = (): Shape<boolean> => ({
  read: (value, path, problems) => (typeof value === 'boolean' ? value : wrong(problems, path, 'must be true or false')),
});

export const whole = (range: { readonly min: number; readonly max: number }): Shape<number> => ({
  read(value, path, problems) {
    const fits = typeof value === 'number' && Number.isSafeInteger(value) && value >= range.min && value <= range.max;
    return fits ? value : wrong(problems, path, `must be a whole number from ${range.min} to ${range.max}`);
  },
});

export const list = <T>(item: Shape<T>, max = 1000): Shape<readonly T[]> => ({
  read(value, path, problems) {
    if (!Array.isArray(value)) return wrong(problems, path, 'must be an array');
    if (value.length > max) return wrong(problems, path, `must not hold more than ${max} items`);
    return value.flatMap((each: unknown, index) => {
      const read = item.read(each, `${path}[${index}]`, problems);
      return read === undefined ? [] : [read];
    });
  },
});

/** An object with free keys. */
export const dictionary = <T>(item: Shape<T>, max = 1000): Shape<Readonly<Record<string, T>>> => ({
  read(value, path, problems) {
    if (!isObject(value)) return wrong(problems, path, 'must be an object');
    const entries = Object.entries(value);
    if (entries.length > max) return wrong(problems, path, `must not hold more than ${max} members`);
    return Object.fromEntries(
      entries.flatMap(([key, each]) => {
        const read = item.read(each, path === '' ? key : `${path}.${key}`, problems);
        return read === undefined ? [] : [[key, read] as const];
      }),
    );
  },
});

/** A value whose inside does not matter here. */
export const anything = (): Shape<unknown> => ({ read: (value) => value });

/** Absent and null are both "not given"; so is the empty string when `emptyToo` is set. */
export const optional = <T>(shape: Shape<T>, options: { readonly emptyToo?: boolean } = {}): Shape<T | undefined> => ({
  read(value, path, problems) {
    if (value === undefined || value === null) return undefined;
    if (options.emptyToo === true && value === '') return undefined;
    return shape.read(value, path, problems);
  },
});

/** A value that Podpass does not support: refused when it is given and not one of the harmless values. */
export const unsupported = (why: string, harmless: (value: unknown) => boolean = () => false): Shape<undefined> => ({
  read: (value, path, problems) => (value === undefined || value === null || harmless(value) ? undefined : wrong(problems, path, why)),
});

type Fields = Readonly<Record<string, Shape<unknown>>>;
type Read<F extends Fields> = { readonly [K in keyof F]: F[K] extends Shape<infer T> ? T : never };

const isAbsent = (value: unknown) => value === undefined || value === null;

/**
 * An object with known members. Members are found whatever their case, as Azure finds them. Unknown members are passed
 * over by default, because every api-version adds some; with `closed` they are problems.
 */
export const record = <const F extends Fields>(fields: F, options: { readonly closed?: boolean } = {}): Shape<Read<F>> => {
  const names = new Map(Object.keys(fields).map((name) => [name.toLowerCase(), name]));
  return {
    read(value, path, problems) {
      if (!isObject(value)) return wrong(problems, path, isAbsent(value) ? 'is required' : 'must be an object');
      const given = new Map<string, unknown>();
      for (const [key, each] of Object.entries(value)) {
        const name = names.get(key.toLowerCase());
        if (name !== undefined) given.set(name, each);
        else if (options.closed === true) wrong(problems, path === '' ? key : `${path}.${key}`, 'is not known');
      }
      const read: Record<string, unknown> = {};
      for (const [name, shape] of Object.entries(fields)) {
        const at = path === '' ? name : `${path}.${name}`;
        const present = given.get(name);
        const before = problems.length;
        read[name] = shape.read(present, at, problems);
        if (isAbsent(present) && problems.length > before) {
          problems.splice(before, problems.length - before, { path: at, message: 'is required' });
        }
      }
      const whole: unknown = read;
      return whole as Read<F>;
    },
  };
};

/** What a shape yields. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;
