import type { JsonObject } from '@podpass/kernel';
import { applyDefaults, pruneFields, validateObject } from '../codec/index.ts';
import { errors } from '../errors.ts';
import { nameOf } from '../object/read.ts';
import type { Fields, KubeObject } from '../object/types.ts';
import { kindOf } from '../resources/lookup.ts';
import type { ResourceRow } from '../resources/types.ts';

/** The object with the API server's defaults. */
export const withDefaults = (row: ResourceRow, object: KubeObject): KubeObject => {
  const source = object as JsonObject;
  const filled = (row.custom === undefined ? applyDefaults(kindOf(row), source) : row.custom.fill(source)) as Fields;
  return { ...filled, metadata: object.metadata };
};

/** The body without the fields that its kind does not have, and their paths. */
export const withoutUnknown = (row: ResourceRow, body: Fields): { readonly object: Fields; readonly unknown: readonly string[] } => {
  const source = body as JsonObject;
  const { object, unknown } = row.custom?.prune(source) ?? pruneFields(kindOf(row), source);
  return { object: object as Fields, unknown };
};

const typeProblem = 'FieldValueTypeInvalid';

/** Refuses an object that breaks the rules of its kind. Throws Invalid with all problems. */
export const requireValid = (row: ResourceRow, object: KubeObject): void => {
  if (row.custom !== undefined) {
    const found = row.custom.validate(object as JsonObject);
    if (found.length > 0) throw errors.invalid(row, nameOf(object), found);
    return;
  }
  const problems = validateObject(kindOf(row), object as JsonObject);
  const mistyped = problems.find((problem) => problem.reason === typeProblem);
  if (mistyped !== undefined) throw errors.badRequest(mistyped.message);
  if (problems.length > 0) throw errors.invalid(row, nameOf(object), problems);
};
