import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import type { FieldProblem } from '../../codec/index.ts';
import { forbidden, invalid, required } from '../../codec/validation/problems.ts';
import { listProblems } from './lists.ts';
import { memberPath, stepInto } from './place.ts';
import { ownProblems } from './scalars.ts';
import type { Structural } from './structural.ts';
import { newWork, report, spend, type Work } from './work.ts';

const typeOf = (value: Json): string => {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'object' ? 'object' : typeof value;
};

const fits = (type: string, schema: Structural): boolean => {
  if (schema.intOrString) return type === 'integer' || type === 'string';
  return schema.type === '' || schema.type === type || (schema.type === 'number' && type === 'integer');
};

const wrongType = (path: string, wanted: string, actual: string): FieldProblem => ({
  field: path,
  reason: 'FieldValueTypeInvalid',
  message: `Invalid value: ${JSON.stringify(actual)}: ${path} in body must be of type ${wanted}: ${JSON.stringify(actual)}`,
});

/** How many of the branches the value satisfies; stops at the second. `best` are the problems of the branch that came closest. */
const count = (
  value: Json,
  branches: readonly Structural[],
  path: string,
  work: Work,
): { valid: number; best: readonly FieldProblem[] } => {
  let valid = 0;
  let best: readonly FieldProblem[] | undefined;
  for (const branch of branches) {
    const inner = newWork(work);
    inValue(value, branch, path, inner);
    work.left = inner.left;
    if (inner.problems.length === 0) valid += 1;
    else if (best === undefined || inner.problems.length < best.length) best = inner.problems;
    if (valid > 1) break;
  }
  return { valid, best: best ?? [] };
};

const composite = (path: string, text: string): FieldProblem => ({
  // Kubernetes has no path for these: it prints Go's empty pointer.
  field: '<nil>',
  reason: 'FieldValueInvalid',
  message: `Invalid value: "": ${JSON.stringify(path)} ${text}`,
});

const inJunctors = (value: Json, schema: Structural, path: string, work: Work): void => {
  const { allOf, anyOf, oneOf, not } = schema.rules;
  const tell = (text: string, best: readonly FieldProblem[]) => {
    report(work, composite(path, text));
    for (const problem of best) report(work, problem);
  };
  if (anyOf.length > 0) {
    const { valid, best } = count(value, anyOf, path, work);
    if (valid === 0) tell('must validate at least one schema (anyOf)', best);
  }
  if (oneOf.length > 0) {
    const { valid, best } = count(value, oneOf, path, work);
    if (valid === 0) tell('must validate one and only one schema (oneOf). Found none valid', best);
    else if (valid > 1) tell('must validate one and only one schema (oneOf). Found 2 valid alternatives', []);
  }
  for (const branch of allOf) {
    const { valid, best } = count(value, [branch], path, work);
    if (valid === 0) tell('must validate all the schemas (allOf)', best);
  }
  if (not !== undefined && count(value, [not], path, work).valid > 0) tell('must not validate the schema (not)', []);
};

const inMembers = (value: JsonObject, schema: Structural, path: string, work: Work): void => {
  for (const name of schema.rules.required) {
    if (!Object.hasOwn(value, name) || value[name] === undefined) report(work, required(memberPath(path, name)));
  }
  if (schema.embedded) inEmbedded(value, path, work);
  for (const [name, member] of Object.entries(value)) {
    if (work.left < 0) return;
    const known = schema.properties.get(name) ?? (schema.additional === 'any' ? undefined : schema.additional);
    if (known !== undefined && member !== undefined) inValue(member, known, memberPath(path, name), work);
  }
};

/** An embedded resource says what it is. Source: the same page as structural schemas, `x-kubernetes-embedded-resource`. */
const inEmbedded = (value: JsonObject, path: string, work: Work): void => {
  for (const name of ['apiVersion', 'kind']) {
    const member = value[name];
    if (typeof member !== 'string' || member === '') report(work, required(memberPath(path, name), 'must not be empty'));
  }
  if (value['metadata'] !== undefined && !isObject(value['metadata']))
    report(work, invalid(memberPath(path, 'metadata'), typeOf(value['metadata']), 'must be an object'));
};

function inValue(value: Json, schema: Structural, path: string, work: Work): void {
  const { rules } = schema;
  const compared = typeof value === 'object' ? rules.enumCost : (rules.enum?.length ?? 0);
  if (!spend(work, 1 + compared + rules.required.length + schema.listKeys.length)) return;
  if (value === null && schema.nullable) return;
  const type = typeOf(value);
  if (!fits(type, schema)) {
    report(work, wrongType(path, schema.intOrString ? 'integer,string' : schema.type, type));
    return;
  }
  for (const problem of ownProblems(value, schema.rules, { path, effort: work.effort })) report(work, problem);
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) {
      (value as readonly Json[]).forEach((item, index) => inValue(item, items, stepInto(path, `[${String(index)}]`), work));
      if (!spend(work, value.length * schema.listKeys.length)) return;
      for (const problem of listProblems(value as readonly Json[], schema, path)) report(work, problem);
    }
  } else if (isObject(value)) inMembers(value as JsonObject, schema, path, work);
  inJunctors(value, schema, path, work);
}

/** All problems of a value with its schema, in the API server's words; with an end to the work that a hostile schema can make: `work`
 * counts that of several values together. */
export const validateValue = (value: Json, schema: Structural, path = '', work = newWork()): readonly FieldProblem[] => {
  // Problems are of this value alone, whatever else the work was shared with.
  work.problems.length = 0;
  inValue(value, schema, path, work);
  return [...(work.left < 0 ? [forbidden(path, 'the object takes too much work to be validated')] : []), ...work.problems];
};
