import { errors } from '../errors.ts';
import { objects, strings, text, textMap } from '../object/read.ts';
import { shown } from './shown.ts';

export type LabelOperator = 'in' | 'notin' | 'exists' | 'missing' | 'gt' | 'lt';

export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

const keyPattern = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const valuePattern = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

const bad = (selector: string, why: string) =>
  errors.badRequest(`unable to parse requirement: ${why} in label selector "${shown(selector)}"`);

const splitRequirements = (selector: string): string[] => {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < selector.length; index += 1) {
    const character = selector[index];
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === ',' && depth === 0) {
      parts.push(selector.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(selector.slice(start));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
};

const setPattern = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/;
const comparePattern = /^([^=!<>\s]+)\s*(==|=|!=|<|>)\s*(\S*)$/;

const parseOne = (part: string, selector: string): LabelRequirement => {
  const set = setPattern.exec(part);
  const compare = comparePattern.exec(part);
  const found = ((): LabelRequirement => {
    if (set !== null) {
      return {
        key: set[1] ?? '',
        operator: set[2] === 'in' ? 'in' : 'notin',
        values: (set[3] ?? '').split(',').map((value) => value.trim()),
      };
    }
    if (compare !== null) {
      const operators: Readonly<Record<string, LabelOperator>> = { '=': 'in', '==': 'in', '!=': 'notin', '<': 'lt', '>': 'gt' };
      return { key: compare[1] ?? '', operator: operators[compare[2] ?? ''] ?? 'in', values: [compare[3] ?? ''] };
    }
    return part.startsWith('!')
      ? { key: part.slice(1).trim(), operator: 'missing', values: [] }
      : { key: part, operator: 'exists', values: [] };
  })();
  if (!keyPattern.test(found.key)) throw bad(selector, `"${shown(found.key)}" is not a label key`);
  const wrong = found.values.find((value) => !valuePattern.test(value));
  if (wrong !== undefined) throw bad(selector, `"${shown(wrong)}" is not a label value`);
  if ((found.operator === 'gt' || found.operator === 'lt') && !/^-?\d+$/.test(found.values[0] ?? '')) {
    throw bad(selector, 'for "Gt", "Lt" operators, the value must be an integer');
  }
  return found;
};

/** Parses `a=b,c!=d,e in (x,y),!f`. Throws BadRequest. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
export const parseLabelSelector = (selector: string): readonly LabelRequirement[] =>
  splitRequirements(selector).map((part) => parseOne(part, selector));

const holds = (requirement: LabelRequirement, labels: Labels): boolean => {
  const value = Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined;
  switch (requirement.operator) {
    case 'in':
      return value !== undefined && requirement.values.includes(value);
    case 'notin':
      return value === undefined || !requirement.values.includes(value);
    case 'exists':
      return value !== undefined;
    case 'missing':
      return value === undefined;
    case 'gt':
    case 'lt': {
      if (value === undefined || !/^-?\d+$/.test(value)) return false;
      const bound = Number(requirement.values[0]);
      return requirement.operator === 'gt' ? Number(value) > bound : Number(value) < bound;
    }
  }
};

export const matchesLabels = (requirements: readonly LabelRequirement[], labels: Labels): boolean =>
  requirements.every((requirement) => holds(requirement, labels));

const expressionOperators: Readonly<Record<string, LabelOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: 'missing',
};

/** Reads a `LabelSelector` object; an unknown operator matches nothing. An empty selector matches everything. */
export const compileLabelSelector = (selector: unknown): readonly LabelRequirement[] => {
  const source = typeof selector === 'object' && selector !== null ? (selector as Record<string, unknown>) : {};
  const equal = Object.entries(textMap(source['matchLabels'])).map(([key, value]): LabelRequirement => ({
    key,
    operator: 'in',
    values: [value],
  }));
  const expressions = objects(source['matchExpressions']).map((entry): LabelRequirement => ({
    key: text(entry['key']),
    operator: expressionOperators[text(entry['operator'])] ?? 'in',
    values: strings(entry['values']),
  }));
  return [...equal, ...expressions];
};
