import { isObject } from '@podpass/kernel';
import { PolicyError } from '../template/problem.ts';

export type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

const all: LabelTest = () => true;
const valueOf = (labels: Readonly<Record<string, string>>, key: string) => (Object.hasOwn(labels, key) ? labels[key] : undefined);

const readExpression = (row: unknown, place: string): LabelTest => {
  const fault = (message: string) => new PolicyError('invalid_constraint', message, place);
  if (!isObject(row)) throw fault('must be an object');
  const { key, operator, values = [] } = row;
  if (typeof key !== 'string' || key === '') throw fault('a key is required');
  if (!Array.isArray(values) || !values.every((each): each is string => typeof each === 'string')) throw fault('values must be strings');
  if ((operator === 'In' || operator === 'NotIn') === (values.length === 0))
    throw fault(`values do not fit the operator ${String(operator).slice(0, 32)}`);
  switch (operator) {
    case 'In':
      return (labels) => values.includes(valueOf(labels, key) ?? '') && valueOf(labels, key) !== undefined;
    case 'NotIn':
      return (labels) => valueOf(labels, key) === undefined || !values.includes(valueOf(labels, key) ?? '');
    case 'Exists':
      return (labels) => valueOf(labels, key) !== undefined;
    case 'DoesNotExist':
      return (labels) => valueOf(labels, key) === undefined;
    default:
      throw fault('the operator must be In, NotIn, Exists or DoesNotExist');
  }
};

/** A label selector as Kubernetes defines it; an absent or empty one selects everything. Throws PolicyError. */
export const compileSelector = (selector: unknown, place: string): LabelTest => {
  if (selector === undefined || selector === null) return all;
  const fault = (message: string, field = '') => new PolicyError('invalid_constraint', message, `${place}${field}`);
  if (!isObject(selector)) throw fault('must be an object');
  const { matchLabels = {}, matchExpressions = [], ...rest } = selector;
  const [stranger] = Object.keys(rest);
  if (stranger !== undefined) throw fault('is not a field of label selectors', `.${stranger.slice(0, 64)}`);
  if (!isObject(matchLabels)) throw fault('must be an object', '.matchLabels');
  if (!Array.isArray(matchExpressions)) throw fault('must be a list', '.matchExpressions');
  const tests: LabelTest[] = Object.entries(matchLabels).map(([key, value]) => {
    if (typeof value !== 'string') throw fault('must be a string', `.matchLabels.${key.slice(0, 64)}`);
    return (labels) => valueOf(labels, key) === value;
  });
  for (const [index, row] of matchExpressions.entries()) tests.push(readExpression(row, `${place}.matchExpressions[${index}]`));
  return (labels) => tests.every((test) => test(labels));
};
