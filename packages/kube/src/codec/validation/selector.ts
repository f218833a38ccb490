import type { JsonObject } from '@podpass/kernel';
import type { FieldProblem } from '../types.ts';
import { labelProblems } from './metadata.ts';
import { qualifiedName } from './names.ts';
import { forbidden, invalid, required } from './problems.ts';
import { itemsOf, objectOf, textOf } from './walk.ts';

const withValues = ['In', 'NotIn'];
const withoutValues = ['Exists', 'DoesNotExist'];

/** A LabelSelector: its labels, and expressions whose operators agree with their values. */
export const selectorProblems = (selector: JsonObject, path: string): FieldProblem[] => [
  ...labelProblems(objectOf(selector, 'matchLabels') ?? {}, `${path}.matchLabels`),
  ...itemsOf(selector, 'matchExpressions', path).flatMap(({ value, path: at }) => {
    const operator = textOf(value, 'operator');
    const count = Array.isArray(value['values']) ? value['values'].length : 0;
    const key = textOf(value, 'key');
    const operatorProblems = withValues.includes(operator)
      ? count === 0
        ? [required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'")]
        : []
      : withoutValues.includes(operator)
        ? count > 0
          ? [forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
          : []
        : [invalid(`${at}.operator`, operator, 'not a valid selector operator')];
    return [...operatorProblems, ...qualifiedName(key).map((text) => invalid(`${at}.key`, key, text))];
  }),
];

const expressionHolds = (expression: JsonObject, labels: JsonObject): boolean => {
  const key = textOf(expression, 'key');
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  const values = Array.isArray(expression['values']) ? expression['values'] : [];
  switch (textOf(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
};

/** Whether the selector selects these labels. */
export const selects = (selector: JsonObject, labels: JsonObject): boolean =>
  Object.entries(objectOf(selector, 'matchLabels') ?? {}).every(([name, value]) => labels[name] === value) &&
  itemsOf(selector, 'matchExpressions', '').every(({ value }) => expressionHolds(value, labels));
