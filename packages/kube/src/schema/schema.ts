import type { JsonObject } from '@podpass/kernel';
import { isObject } from '@podpass/kernel';
import { applyDefaults, validateFields, validateObject } from '../codec/index.ts';
import { errors } from '../errors.ts';
import { clone, nameOf } from '../object/read.ts';
import type { Fields, KubeObject } from '../object/types.ts';
import { kindOf } from '../resources/lookup.ts';
import type { ResourceRow } from '../resources/types.ts';

/** The object with the API server's defaults. */
export const withDefaults = (row: ResourceRow, object: KubeObject): KubeObject => {
  const filled = applyDefaults(kindOf(row), object as JsonObject) as Fields;
  return { ...filled, metadata: object.metadata };
};

/** Takes an unknown field out, given its path (`spec.containers[0].foo`). */
const prune = (object: Fields, path: string): void => {
  const steps = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  const last = steps.pop();
  let current: unknown = object;
  for (const step of steps) current = typeof current === 'object' && current !== null ? (current as Fields)[step] : undefined;
  if (isObject(current) && last !== undefined) delete current[last];
};

/** The body without the fields that its kind does not have. */
export const pruned = (body: Fields, unknown: readonly string[]): Fields => {
  const kept = clone(body);
  for (const path of unknown) prune(kept, path);
  return kept;
};

/** Drops unknown fields silently, as for what webhooks patch in. */
export const dropUnknownFields = (row: ResourceRow, body: Fields): Fields => {
  const unknown = validateFields(kindOf(row), body as JsonObject);
  return unknown.length === 0 ? body : pruned(body, unknown);
};

const typeProblem = 'FieldValueTypeInvalid';

/** Refuses an object that breaks the rules of its kind. Throws Invalid with all problems. */
export const requireValid = (row: ResourceRow, object: KubeObject): void => {
  const problems = validateObject(kindOf(row), object as JsonObject);
  const mistyped = problems.find((problem) => problem.reason === typeProblem);
  if (mistyped !== undefined) throw errors.badRequest(mistyped.message);
  if (problems.length > 0) throw errors.invalid(row, nameOf(object), problems);
};
