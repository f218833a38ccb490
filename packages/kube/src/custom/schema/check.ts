import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import type { FieldProblem } from '../../codec/index.ts';
import { forbidden, invalid, required, unsupported } from '../../codec/validation/problems.ts';
import { fillValue } from './defaults.ts';
import { memberProblems, refusedMembers } from './members.ts';
import { stepInto } from './place.ts';
import { nestedProblems } from './check-nested.ts';
import { pruneDefault } from './prune.ts';
import { ruleProblems, type Scan } from './rules.ts';
import { compileStructural } from './structural.ts';
import { validateValue } from './validate.ts';
import { newWork, type Work } from './work.ts';

/** Bounds that keep recursive readers and one definition's share of memory small; no published definition comes near. */
const deepest = 48;
const mostSchemas = 20_000;

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

const textOf = (value: Json): string => (typeof value === 'string' ? value : '');
const flag = (schema: JsonObject, name: string) => schema[`x-kubernetes-${name}`] === true;

const typeProblems = (schema: JsonObject, path: string, place: 'root' | 'field' | 'item'): FieldProblem[] => {
  const type = textOf(schema['type']);
  const anyType = flag(schema, 'int-or-string') || flag(schema, 'preserve-unknown-fields');
  if (place === 'root') {
    if (type === '') return [required(`${path}.type`, 'must not be empty at the root')];
    return type === 'object' ? [] : [invalid(`${path}.type`, type, 'must be object at the root')];
  }
  if (type === '') {
    if (anyType) return [];
    return [required(`${path}.type`, `must not be empty for specified ${place === 'item' ? 'array items' : 'object fields'}`)];
  }
  return types.includes(type) ? [] : [unsupported(`${path}.type`, type, types)];
};

const extensionProblems = (schema: JsonObject, path: string): FieldProblem[] => {
  const type = textOf(schema['type']);
  const problems: FieldProblem[] = [];
  if (flag(schema, 'int-or-string') && type !== '')
    problems.push(invalid(`${path}.type`, type, 'must be empty if x-kubernetes-int-or-string is true'));
  if (flag(schema, 'embedded-resource')) {
    if (type !== 'object') problems.push(invalid(`${path}.type`, type, 'must be object if x-kubernetes-embedded-resource is true'));
    if (!isObject(schema['properties']) && !flag(schema, 'preserve-unknown-fields'))
      problems.push(
        required(
          `${path}.properties`,
          'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
        ),
      );
  }
  if (isObject(schema['properties']) && schema['additionalProperties'] !== undefined)
    problems.push(forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
  if (type === 'array' && schema['items'] === undefined && !flag(schema, 'preserve-unknown-fields'))
    problems.push(required(`${path}.items`, 'must be specified'));
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType !== undefined && mapType !== 'granular' && mapType !== 'atomic')
    problems.push(unsupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
  return [...problems, ...listTypeProblems(schema, path)];
};

const listTypeProblems = (schema: JsonObject, path: string): FieldProblem[] => {
  const listType = schema['x-kubernetes-list-type'];
  const keys = (Array.isArray(schema['x-kubernetes-list-map-keys']) ? schema['x-kubernetes-list-map-keys'] : []) as readonly string[];
  if (listType === undefined)
    return keys.length === 0 ? [] : [forbidden(`${path}.x-kubernetes-list-map-keys`, 'may only be set if x-kubernetes-list-type is map')];
  if (listType !== 'atomic' && listType !== 'set' && listType !== 'map')
    return [unsupported(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'map', 'set'])];
  if (schema['type'] !== 'array')
    return [invalid(`${path}.type`, schema['type'] ?? '', 'must be array if x-kubernetes-list-type is specified')];
  if (listType !== 'map') return [];
  const items = isObject(schema['items']) ? (schema['items'] as JsonObject) : {};
  const properties = isObject(items['properties']) ? (items['properties'] as JsonObject) : {};
  const needed = Array.isArray(items['required']) ? (items['required'] as readonly Json[]) : [];
  if (keys.length === 0) return [required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map')];
  if (items['type'] !== 'object')
    return [invalid(`${path}.items.type`, items['type'] ?? '', "must be object if parent array's x-kubernetes-list-type is map")];
  return keys.flatMap((key) => {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (!isObject(property)) return [invalid(`${path}.x-kubernetes-list-map-keys`, key, 'entries must all be names of item properties')];
    return needed.includes(key) || property['default'] !== undefined
      ? []
      : [
          required(
            `${path}.items.properties[${key}].default`,
            'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
          ),
        ];
  });
};

/** The default of one place must be what the place takes. */
const defaultProblems = (schema: JsonObject, path: string, work: Work): FieldProblem[] => {
  const value = schema['default'];
  if (value === undefined || value === null) return [];
  const compiled = compileStructural(schema);
  const { unknown } = pruneDefault(value, compiled);
  if (unknown.length > 0) return [invalid(`${path}.default`, value, `must not have unknown fields: ${unknown.slice(0, 8).join(', ')}`)];
  const filled = fillValue(value, compiled);
  if (filled === undefined) return [forbidden(`${path}.default`, 'the defaults below it are too large')];
  return [...validateValue(filled, compiled, `${path}.default`, work)];
};

const metadataProblems = (schema: JsonObject, path: string): FieldProblem[] => {
  const members = Object.keys(schema).filter((name) => !['type', 'properties', 'description', 'title'].includes(name));
  const properties = isObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  const other = properties.filter((name) => name !== 'name' && name !== 'generateName');
  if (members.length === 0 && other.length === 0) return [];
  return [forbidden(path, 'must not specify anything other than name and generateName, but metadata is implicitly specified')];
};

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly as: 'root' | 'field' | 'item';
}

const checkOne = (schema: JsonObject, place: Place, scan: Scan): FieldProblem[] => {
  const { path, depth, as } = place;
  scan.schemas += 1;
  if (depth > deepest || scan.schemas > mostSchemas) return [forbidden(path, 'the schema is too large')];
  const mistyped = memberProblems(schema, path);
  if (mistyped.length > 0) return mistyped;
  const refused = refusedMembers(schema, path);
  if (refused.length > 0) return refused;
  const problems = [...typeProblems(schema, path, as), ...extensionProblems(schema, path), ...ruleProblems(schema, path, scan)];
  const carriesMetadata = as === 'root' || flag(schema, 'embedded-resource');
  const { properties, items, additionalProperties: additional } = schema;
  for (const [name, property] of Object.entries(isObject(properties) ? (properties as JsonObject) : {})) {
    const at = stepInto(path, `.properties[${name}]`);
    if (!isObject(property)) continue;
    if (carriesMetadata && name === 'metadata') problems.push(...metadataProblems(property as JsonObject, at));
    problems.push(...checkOne(property as JsonObject, { path: at, depth: depth + 1, as: 'field' }, scan));
  }
  if (isObject(items)) problems.push(...checkOne(items as JsonObject, { path: `${path}.items`, depth: depth + 1, as: 'item' }, scan));
  if (isObject(additional))
    problems.push(...checkOne(additional as JsonObject, { path: `${path}.additionalProperties`, depth: depth + 1, as: 'field' }, scan));
  problems.push(...nestedProblems(schema, path, scan));
  return problems;
};

/** Every default of the schema, checked once the schema itself is known to be good. */
const allDefaultProblems = (schema: JsonObject, path: string, work: Work): FieldProblem[] => [
  ...defaultProblems(schema, path, work),
  ...Object.entries(isObject(schema['properties']) ? (schema['properties'] as JsonObject) : {}).flatMap(([name, property]) =>
    isObject(property) ? allDefaultProblems(property as JsonObject, stepInto(path, `.properties[${name}]`), work) : [],
  ),
  ...(isObject(schema['items']) ? allDefaultProblems(schema['items'] as JsonObject, `${path}.items`, work) : []),
  ...(isObject(schema['additionalProperties'])
    ? allDefaultProblems(schema['additionalProperties'] as JsonObject, `${path}.additionalProperties`, work)
    : []),
];

/** Problems that one refusal names. */
const mostProblems = 100;

/**
 * Whether a schema is structural and one that this server can honour. After this check it compiles. `work` counts what checking the defaults of several
 * schemas takes together.
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export const checkSchema = (schema: JsonObject, path: string, work = newWork()): readonly FieldProblem[] => {
  const problems = checkOne(schema, { path, depth: 0, as: 'root' }, { schemas: 0, steps: 0 });
  return (problems.length > 0 ? problems : allDefaultProblems(schema, path, work)).slice(0, mostProblems);
};
