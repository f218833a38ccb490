import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import { compilePattern, type Pattern } from './pattern/index.ts';

/**
 * One place of a structural schema, read once per revision of its definition.
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export interface Structural {
  /** Empty where any type goes. */
  readonly type: string;
  readonly nullable: boolean;
  readonly properties: ReadonlyMap<string, Structural>;
  /** The schema of members that are not among the properties; `any` for `true`. */
  readonly additional: Structural | 'any' | undefined;
  readonly items: Structural | undefined;
  readonly preserve: boolean;
  readonly embedded: boolean;
  readonly intOrString: boolean;
  readonly fallback: Json;
  /** Length of the default as text: what a place that it fills grows by. */
  readonly fallbackSize: number;
  /** The properties that have a default. */
  readonly filled: readonly (readonly [name: string, schema: Structural])[];
  readonly listType: string;
  readonly listKeys: readonly string[];
  readonly rules: ValueRules;
}

/** Members that every resource has, whatever its schema says of them. */
export const identity: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** What a value must be beyond its type. */
export interface ValueRules {
  readonly format: string;
  readonly required: readonly string[];
  readonly enum: readonly Json[] | undefined;
  /** What comparing an object or a list with all of them may cost, in the unit of `Work`. */
  readonly enumCost: number;
  /** The values as a refusal names them: as many as fit. */
  readonly enumShown: readonly string[];
  readonly pattern: Pattern | undefined;
  readonly numbers: Readonly<Record<NumberRule, number | undefined>>;
  readonly exclusiveMinimum: boolean;
  readonly exclusiveMaximum: boolean;
  readonly allOf: readonly Structural[];
  readonly anyOf: readonly Structural[];
  readonly oneOf: readonly Structural[];
  readonly not: Structural | undefined;
}

const numberRules = [
  'minimum',
  'maximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
] as const;
type NumberRule = (typeof numberRules)[number];

const objectOf = (value: Json): JsonObject => (isObject(value) ? (value as JsonObject) : {});
const textOf = (value: Json): string => (typeof value === 'string' ? value : '');
const textsOf = (value: Json): readonly string[] =>
  Array.isArray(value) ? (value as Json[]).filter((item) => typeof item === 'string') : [];
const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

/** Characters of the values that a refusal names, and of values that one unit of work compares. */
const mostShown = 2_048;
const comparedAtOnce = 4;

const enumOf = (value: Json): Pick<ValueRules, 'enum' | 'enumCost' | 'enumShown'> => {
  if (!Array.isArray(value)) return { enum: undefined, enumCost: 0, enumShown: [] };
  const values = value as readonly Json[];
  const texts = values.map((entry) => (typeof entry === 'string' ? entry : (JSON.stringify(entry) ?? 'null')));
  let size = 0;
  const fitting = texts.filter((text) => (size += text.length) <= mostShown);
  const total = texts.reduce((sum, text) => sum + text.length, 0);
  const enumShown = fitting.length === texts.length ? texts : [...fitting, '…'];
  return { enum: values, enumCost: values.length + Math.ceil(total / comparedAtOnce), enumShown };
};

const rulesOf = (schema: JsonObject): ValueRules => {
  const nested = (name: string) => listOf(schema[name]).map((entry) => compileStructural(objectOf(entry)));
  const pattern = textOf(schema['pattern']);
  const number = (name: NumberRule) => (typeof schema[name] === 'number' ? schema[name] : undefined);
  return {
    format: textOf(schema['format']),
    required: textsOf(schema['required']),
    ...enumOf(schema['enum']),
    pattern: pattern === '' ? undefined : compilePattern(pattern),
    numbers: {
      minimum: number('minimum'),
      maximum: number('maximum'),
      multipleOf: number('multipleOf'),
      minLength: number('minLength'),
      maxLength: number('maxLength'),
      minItems: number('minItems'),
      maxItems: number('maxItems'),
      minProperties: number('minProperties'),
      maxProperties: number('maxProperties'),
    },
    exclusiveMinimum: schema['exclusiveMinimum'] === true,
    exclusiveMaximum: schema['exclusiveMaximum'] === true,
    allOf: nested('allOf'),
    anyOf: nested('anyOf'),
    oneOf: nested('oneOf'),
    not: isObject(schema['not']) ? compileStructural(schema['not'] as JsonObject) : undefined,
  };
};

/** Compiles a schema that `checkSchema` has accepted. Throws PatternError otherwise, at worst. */
export const compileStructural = (schema: JsonObject): Structural => {
  const additional = schema['additionalProperties'];
  const properties = new Map(
    Object.entries(objectOf(schema['properties'])).map(([name, value]) => [name, compileStructural(objectOf(value))] as const),
  );
  const fallback = schema['default'] === null ? undefined : schema['default'];
  return {
    type: textOf(schema['type']),
    nullable: schema['nullable'] === true,
    properties,
    additional: isObject(additional) ? compileStructural(additional as JsonObject) : additional === true ? 'any' : undefined,
    items: isObject(schema['items']) ? compileStructural(schema['items'] as JsonObject) : undefined,
    preserve: schema['x-kubernetes-preserve-unknown-fields'] === true,
    embedded: schema['x-kubernetes-embedded-resource'] === true,
    intOrString: schema['x-kubernetes-int-or-string'] === true,
    fallback,
    fallbackSize: fallback === undefined ? 0 : (JSON.stringify(fallback)?.length ?? 0),
    filled: [...properties].filter(([, property]) => property.fallback !== undefined),
    listType: textOf(schema['x-kubernetes-list-type']),
    listKeys: textsOf(schema['x-kubernetes-list-map-keys']),
    rules: rulesOf(schema),
  };
};
