import type { FieldProblem } from '../types.ts';

const shownLength = 256;
const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
};

/** Problems in the words of k8s.io/apimachinery/pkg/util/validation/field. */
export const required = (field: string, detail = ''): FieldProblem => ({
  field,
  reason: 'FieldValueRequired',
  message: detail === '' ? 'Required value' : `Required value: ${detail}`,
});

export const invalid = (field: string, value: unknown, detail: string): FieldProblem => ({
  field,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${shown(value)}: ${detail}`,
});

export const unsupported = (field: string, value: unknown, supported: readonly string[]): FieldProblem => ({
  field,
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${shown(value)}: supported values: ${supported.map((item) => JSON.stringify(item)).join(', ')}`,
});

export const duplicate = (field: string, value: unknown): FieldProblem => ({
  field,
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${shown(value)}`,
});

export const notFound = (field: string, value: unknown): FieldProblem => ({
  field,
  reason: 'FieldValueNotFound',
  message: `Not found: ${shown(value)}`,
});

export const forbidden = (field: string, detail: string): FieldProblem => ({
  field,
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${detail}`,
});

export const tooLong = (field: string, limit: number): FieldProblem => ({
  field,
  reason: 'FieldValueTooLong',
  message: `Too long: may not be more than ${String(limit)} bytes`,
});
