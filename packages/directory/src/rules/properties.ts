import { invalid } from './problems.ts';

/** What a property may hold. `check` throws KernelError `invalid`. */
export interface PropertyRule {
  /** Whether it may be absent. */
  readonly optional: boolean;
  readonly check: (value: unknown, property: string) => void;
}

/** One rule for each property that may be changed. */
export type PropertyRules = Readonly<Record<string, PropertyRule>>;

interface TextOptions {
  readonly min?: number;
  readonly max: number;
  readonly pattern?: RegExp;
}

/** Whether a value is a text within bounds (1 character at least, unless `min` says otherwise). */
export const isText = (value: unknown, { min = 1, max, pattern }: TextOptions): value is string =>
  typeof value === 'string' && value.length >= min && value.length <= max && (pattern === undefined || pattern.test(value));

export const text = (max: number, options: Omit<TextOptions, 'max'> = {}): PropertyRule => ({
  optional: false,
  check(value, property) {
    if (!isText(value, { ...options, max })) throw invalid(property, `The value of '${property}' is empty, too long or malformed.`);
  },
});

export const flag: PropertyRule = {
  optional: false,
  check(value, property) {
    if (typeof value !== 'boolean') throw invalid(property, `The value of '${property}' must be true or false.`);
  },
};

export const oneOf = (...values: readonly (string | number | null)[]): PropertyRule => ({
  optional: false,
  check(value, property) {
    if (!values.some((allowed) => allowed === value)) throw invalid(property, `The value of '${property}' is not among those allowed.`);
  },
});

/** A list of at most `most` texts, each once. */
export const texts = (most: number, max: number): PropertyRule => ({
  optional: false,
  check(value, property) {
    const good = Array.isArray(value) && value.length <= most && value.every((each) => isText(each, { max }));
    if (!good || new Set(value).size !== value.length)
      throw invalid(property, `'${property}' is no list of texts, too long or repeats itself.`);
  },
});

export const optional = (rule: PropertyRule): PropertyRule => ({ ...rule, optional: true });

/**
 * An object with its properties changed; an explicit undefined removes an optional one. Throws KernelError `invalid` for a property
 * without a rule, and for a value that breaks its rule.
 */
export const changeProperties = <T extends object>(present: T, changes: object, rules: PropertyRules): T => {
  const next = new Map<string, unknown>(Object.entries(present));
  for (const [property, value] of Object.entries(changes) as [string, unknown][]) {
    const rule = Object.hasOwn(rules, property) ? rules[property] : undefined;
    if (!rule) throw invalid(property, `The property '${property}' cannot be changed.`);
    if (value !== undefined) {
      rule.check(value, property);
      next.set(property, value);
    } else if (rule.optional) next.delete(property);
    else throw invalid(property, `The property '${property}' must have a value.`);
  }
  return Object.fromEntries(next) as T;
};
