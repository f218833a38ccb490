import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import type { FieldProblem } from '../../codec/index.ts';
import { forbidden, invalid } from '../../codec/validation/problems.ts';

const isText = (value: Json) => typeof value === 'string';
const isFlag = (value: Json) => typeof value === 'boolean';
const isNumber = (value: Json) => typeof value === 'number' && Number.isFinite(value);
const isCount = (value: Json) => Number.isSafeInteger(value);
const isList = (value: Json) => Array.isArray(value);
const isTexts = (value: Json) => Array.isArray(value) && (value as readonly Json[]).every(isText);
const isSchemas = (value: Json) => Array.isArray(value) && (value as readonly Json[]).every(isObject);
const anything = () => true;

/** Members of a schema and what each must be. The codec checks them at the top levels only: below `items` they are raw JSON to it. */
const members: Readonly<Record<string, readonly [fits: (value: Json) => boolean, wanted: string]>> = {
  additionalItems: [anything, ''],
  additionalProperties: [(value) => isFlag(value) || isObject(value), 'a schema or a boolean'],
  allOf: [isSchemas, 'a list of schemas'],
  anyOf: [isSchemas, 'a list of schemas'],
  default: [anything, ''],
  definitions: [isObject, 'an object'],
  dependencies: [isObject, 'an object'],
  description: [isText, 'a string'],
  enum: [isList, 'a list'],
  example: [anything, ''],
  exclusiveMaximum: [isFlag, 'a boolean'],
  exclusiveMinimum: [isFlag, 'a boolean'],
  externalDocs: [isObject, 'an object'],
  format: [isText, 'a string'],
  id: [isText, 'a string'],
  items: [(value) => isObject(value) || isList(value), 'a schema'],
  maxItems: [isCount, 'an integer'],
  maxLength: [isCount, 'an integer'],
  maxProperties: [isCount, 'an integer'],
  maximum: [isNumber, 'a number'],
  minItems: [isCount, 'an integer'],
  minLength: [isCount, 'an integer'],
  minProperties: [isCount, 'an integer'],
  minimum: [isNumber, 'a number'],
  multipleOf: [isNumber, 'a number'],
  not: [isObject, 'a schema'],
  nullable: [isFlag, 'a boolean'],
  oneOf: [isSchemas, 'a list of schemas'],
  pattern: [isText, 'a string'],
  patternProperties: [isObject, 'an object'],
  properties: [(value) => isObject(value) && Object.values(value).every(isObject), 'an object of schemas'],
  required: [isTexts, 'a list of strings'],
  title: [isText, 'a string'],
  type: [isText, 'a string'],
  uniqueItems: [isFlag, 'a boolean'],
  'x-kubernetes-embedded-resource': [isFlag, 'a boolean'],
  'x-kubernetes-int-or-string': [isFlag, 'a boolean'],
  'x-kubernetes-list-map-keys': [isTexts, 'a list of strings'],
  'x-kubernetes-list-type': [isText, 'a string'],
  'x-kubernetes-map-type': [isText, 'a string'],
  'x-kubernetes-preserve-unknown-fields': [isFlag, 'a boolean'],
  'x-kubernetes-validations': [isList, 'a list'],
  $ref: [isText, 'a string'],
  $schema: [isText, 'a string'],
};

/** Members of the wrong type, and members that no schema has. Nothing else is checked of a schema that has any. */
export const memberProblems = (schema: JsonObject, path: string): FieldProblem[] =>
  Object.entries(schema).flatMap(([name, value]): FieldProblem[] => {
    if (value === undefined || value === null) return [];
    const rule = Object.hasOwn(members, name) ? members[name] : undefined;
    if (rule === undefined) return [forbidden(`${path}.${name.slice(0, 64)}`, 'unknown field of a schema')];
    return rule[0](value) ? [] : [invalid(`${path}.${name}`, value, `must be ${rule[1]}`)];
  });

const unsupportedMembers = ['$ref', 'definitions', 'dependencies', 'id', 'patternProperties', 'additionalItems'];

/** Members that structural schemas may not have, and those that this server cannot honour. */
export const refusedMembers = (schema: JsonObject, path: string): FieldProblem[] => {
  const problems: FieldProblem[] = [];
  for (const name of unsupportedMembers)
    if (schema[name] !== undefined && schema[name] !== '') problems.push(forbidden(`${path}.${name}`, `${name} is not supported`));
  if (schema['uniqueItems'] === true)
    problems.push(forbidden(`${path}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'));
  if (schema['additionalProperties'] === false)
    problems.push(forbidden(`${path}.additionalProperties`, 'additionalProperties cannot be set to false'));
  if (Array.isArray(schema['items'])) problems.push(forbidden(`${path}.items`, 'items must be a schema object and not an array'));
  const rules = schema['x-kubernetes-validations'];
  if (Array.isArray(rules) && rules.length > 0)
    problems.push(
      forbidden(
        `${path}.x-kubernetes-validations`,
        'CEL validation rules are not supported by this API server, and a rule that is not evaluated would admit what it is there to refuse',
      ),
    );
  return problems;
};
