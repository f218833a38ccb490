import { isObject } from '@podpass/kernel';

const text = { type: 'string' };

/** Schema of a label selector, as definitions show it. */
export const labelSelectorSchema = {
  type: 'object',
  description: 'Selects Kubernetes objects by their labels. All conditions must hold; an empty selector selects every object.',
  properties: {
    matchLabels: {
      type: 'object',
      description: 'Labels and the values that they must have.',
      additionalProperties: text,
      minProperties: 1,
    },
    matchExpressions: {
      type: 'array',
      description: 'Conditions on labels.',
      items: {
        type: 'object',
        properties: {
          key: { ...text, description: 'The label.' },
          operator: { ...text, description: 'How the label relates to the values.', enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'] },
          values: { type: 'array', description: 'Needed for In and NotIn, and must be absent or empty for the others.', items: text },
        },
        required: ['key', 'operator'],
        additionalProperties: false,
      },
      minItems: 1,
    },
  },
  additionalProperties: false,
} as const;

const isTextList = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((each) => typeof each === 'string');

const expressionProblem = (row: unknown): string | undefined => {
  if (!isObject(row)) return 'a match expression must be an object';
  const { key, operator, values = [], ...rest } = row;
  if (Object.keys(rest).length > 0) return 'a match expression has a member that is not known';
  if (typeof key !== 'string' || key === '') return 'a match expression needs a key';
  if (!isTextList(values)) return 'the values of a match expression must be strings';
  if (operator === 'In' || operator === 'NotIn') return values.length === 0 ? `the operator ${operator} needs values` : undefined;
  if (operator !== 'Exists' && operator !== 'DoesNotExist')
    return 'the operator of a match expression must be In, NotIn, Exists or DoesNotExist';
  return values.length > 0 ? `the operator ${operator} takes no values` : undefined;
};

/** What is wrong with a label selector; undefined when nothing is. */
export const labelSelectorProblem = (value: unknown): string | undefined => {
  if (!isObject(value)) return 'a label selector must be an object';
  const { matchLabels, matchExpressions, ...rest } = value;
  if (Object.keys(rest).length > 0) return 'a label selector has matchLabels and matchExpressions only';
  if (matchLabels !== undefined) {
    if (!isObject(matchLabels) || Object.keys(matchLabels).length === 0) return 'matchLabels must be an object with at least one label';
    if (!Object.values(matchLabels).every((each) => typeof each === 'string')) return 'the values of matchLabels must be strings';
  }
  if (matchExpressions === undefined) return undefined;
  if (!Array.isArray(matchExpressions) || matchExpressions.length === 0)
    return 'matchExpressions must be a list with at least one expression';
  return matchExpressions.map(expressionProblem).find((problem) => problem !== undefined);
};
