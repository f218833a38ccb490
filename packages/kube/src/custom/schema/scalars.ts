import { isObject, type Json } from '@podpass/kernel';
import type { FieldProblem } from '../../codec/index.ts';
import { invalid, tooLong, unsupported } from '../../codec/validation/problems.ts';
import { sameJson } from '../../object/equal.ts';
import { numberFits, textFormats } from './formats.ts';
import type { ValueRules } from './structural.ts';

const tooMany = (field: string, actual: number, limit: number): FieldProblem => ({
  field,
  reason: 'FieldValueTooMany',
  message: `Too many: ${String(actual)}: must have at most ${String(limit)} items`,
});

/** Length in characters, as Kubernetes counts. */
const lengthOf = (text: string): number => {
  let length = 0;
  for (const _character of text) length += 1;
  return length;
};

interface Place {
  readonly path: string;
  /** States that patterns may still visit. */
  readonly effort: { left: number };
}

const inText = (value: string, rules: ValueRules, { path, effort }: Place): FieldProblem[] => {
  const { minLength, maxLength } = rules.numbers;
  const problems: FieldProblem[] = [];
  const length = minLength === undefined && maxLength === undefined ? 0 : lengthOf(value);
  if (maxLength !== undefined && length > maxLength) problems.push(tooLong(path, maxLength));
  if (minLength !== undefined && length < minLength)
    problems.push(invalid(path, value, `${path} in body should be at least ${String(minLength)} chars long`));
  // A text that is too long already is not worth a search.
  if (rules.pattern !== undefined && problems.length === 0) {
    const matches = rules.pattern.test(value, effort);
    if (matches === undefined)
      problems.push(invalid(path, value.slice(0, 64), 'the pattern takes too much work on a value of this length'));
    else if (!matches) problems.push(invalid(path, value, `${path} in body should match '${rules.pattern.source}'`));
  }
  const format = Object.hasOwn(textFormats, rules.format) ? textFormats[rules.format] : undefined;
  if (format !== undefined && !format(value))
    problems.push(invalid(path, value, `${path} in body must be of type ${rules.format}: ${JSON.stringify(value.slice(0, 256))}`));
  return problems;
};

const isMultiple = (value: number, factor: number): boolean => {
  const quotient = value / factor;
  return Math.abs(quotient - Math.round(quotient)) <= Math.abs(quotient) * Number.EPSILON * 4;
};

const inNumber = (value: number, rules: ValueRules, path: string): FieldProblem[] => {
  const { minimum, maximum, multipleOf } = rules.numbers;
  const said = (what: string) => invalid(path, value, `${path} in body ${what}`);
  const problems: FieldProblem[] = [];
  if (maximum !== undefined && (rules.exclusiveMaximum ? value >= maximum : value > maximum))
    problems.push(said(`should be less than ${rules.exclusiveMaximum ? '' : 'or equal to '}${String(maximum)}`));
  if (minimum !== undefined && (rules.exclusiveMinimum ? value <= minimum : value < minimum))
    problems.push(said(`should be greater than ${rules.exclusiveMinimum ? '' : 'or equal to '}${String(minimum)}`));
  if (multipleOf !== undefined && multipleOf > 0 && !isMultiple(value, multipleOf))
    problems.push(said(`should be a multiple of ${String(multipleOf)}`));
  if (!numberFits(rules.format, value)) problems.push(said(`must be of type ${rules.format}: "${String(value)}"`));
  return problems;
};

/** The problems of a value by itself: enumeration, text, number, and how many items or properties it has. */
export const ownProblems = (value: Json, rules: ValueRules, place: Place): FieldProblem[] => {
  const { path } = place;
  const problems: FieldProblem[] = [];
  if (rules.enum !== undefined && !rules.enum.some((entry) => sameJson(entry, value)))
    problems.push(unsupported(path, value, rules.enumShown));
  if (typeof value === 'string') return [...problems, ...inText(value, rules, place)];
  if (typeof value === 'number') return [...problems, ...inNumber(value, rules, path)];
  const { minItems, maxItems, minProperties, maxProperties } = rules.numbers;
  if (Array.isArray(value)) {
    if (maxItems !== undefined && value.length > maxItems) problems.push(tooMany(path, value.length, maxItems));
    if (minItems !== undefined && value.length < minItems)
      problems.push(invalid(path, value.length, `${path} in body should have at least ${String(minItems)} items`));
  } else if (isObject(value)) {
    const count = Object.keys(value).length;
    if (maxProperties !== undefined && count > maxProperties) problems.push(tooMany(path, count, maxProperties));
    if (minProperties !== undefined && count < minProperties)
      problems.push(invalid(path, count, `${path} in body should have at least ${String(minProperties)} properties`));
  }
  return problems;
};
