import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import type { FieldProblem } from '../../codec/index.ts';
import { forbidden, required } from '../../codec/validation/problems.ts';
import { memberProblems, refusedMembers } from './members.ts';
import { stepInto } from './place.ts';
import { ruleProblems, type Scan } from './rules.ts';

/*
 * Schemas inside of allOf, anyOf, oneOf and not only narrow values down: what fields there are, and of which type, is said outside of them.
 */

const deepest = 24;
const mostSchemas = 20_000;

const mustBeEmpty = ['description', 'title', 'type', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-map-type'];
const mustBeUndefined = ['default', 'additionalProperties'];
const mustBeFalse = ['nullable', 'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource', 'x-kubernetes-int-or-string'];

interface Nested {
  readonly path: string;
  readonly depth: number;
  /** The schema of the same place outside; undefined when nothing is said of it there. */
  readonly outside: JsonObject | undefined;
  /** Types may be named: the alternatives of an int-or-string. */
  readonly typed: boolean;
}

const shapeProblems = (schema: JsonObject, place: Nested): FieldProblem[] => [
  ...mustBeEmpty
    .filter((name) => schema[name] !== undefined && schema[name] !== '' && !(name === 'type' && place.typed))
    .map((name) => forbidden(`${place.path}.${name}`, 'must be empty to be structural')),
  ...mustBeUndefined
    .filter((name) => schema[name] !== undefined)
    .map((name) => forbidden(`${place.path}.${name}`, 'must be undefined to be structural')),
  ...mustBeFalse
    .filter((name) => schema[name] === true)
    .map((name) => forbidden(`${place.path}.${name}`, 'must be false to be structural')),
];

const objectOf = (value: Json): JsonObject | undefined => (isObject(value) ? (value as JsonObject) : undefined);

const checkNested = (schema: JsonObject, place: Nested, scan: Scan): FieldProblem[] => {
  const { path, depth, outside } = place;
  scan.schemas += 1;
  if (depth > deepest || scan.schemas > mostSchemas) return [forbidden(path, 'the schema is too large')];
  const mistyped = memberProblems(schema, path);
  if (mistyped.length > 0) return mistyped;
  const problems = [...refusedMembers(schema, path), ...shapeProblems(schema, place), ...ruleProblems(schema, path, scan)];
  for (const [name, property] of Object.entries(objectOf(schema['properties']) ?? {})) {
    const known = objectOf(objectOf(outside?.['properties'])?.[name]) ?? objectOf(outside?.['additionalProperties']);
    const at = stepInto(path, `.properties[${name}]`);
    const free = outside?.['x-kubernetes-preserve-unknown-fields'] === true || outside?.['additionalProperties'] === true;
    if (known === undefined && !free)
      problems.push(required(at.replace(/\.(?:allOf|anyOf|oneOf)\[\d+\]|\.not/gu, ''), `because it is defined in ${at}`));
    if (isObject(property))
      problems.push(...checkNested(property as JsonObject, { path: at, depth: depth + 1, outside: known, typed: false }, scan));
  }
  const items = objectOf(schema['items']);
  if (items !== undefined)
    problems.push(
      ...checkNested(items, { path: `${path}.items`, depth: depth + 1, outside: objectOf(outside?.['items']), typed: false }, scan),
    );
  return [...problems, ...branchProblems(schema, { ...place, depth: depth + 1 }, scan)];
};

const branchProblems = (schema: JsonObject, place: Nested, scan: Scan): FieldProblem[] => {
  const problems: FieldProblem[] = [];
  for (const name of ['allOf', 'anyOf', 'oneOf']) {
    const branches = schema[name];
    if (!Array.isArray(branches)) continue;
    (branches as readonly Json[]).forEach((branch, index) => {
      const typed = place.typed && name !== 'oneOf';
      if (isObject(branch))
        problems.push(...checkNested(branch as JsonObject, { ...place, path: `${place.path}.${name}[${String(index)}]`, typed }, scan));
    });
  }
  const not = objectOf(schema['not']);
  if (not !== undefined) problems.push(...checkNested(not, { ...place, path: `${place.path}.not`, typed: false }, scan));
  return problems;
};

/** Problems of the alternatives of one place of a structural schema. */
export const nestedProblems = (schema: JsonObject, path: string, scan: Scan): FieldProblem[] =>
  branchProblems(schema, { path, depth: 0, outside: schema, typed: schema['x-kubernetes-int-or-string'] === true }, scan);
