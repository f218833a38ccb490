import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import { isScalar, messageNamed, messageOfKind, type Field, type Message, type ScalarType } from './schema.ts';
import type { GroupVersionKind } from './types.ts';

const deepest = 64;
const timePattern = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/u;
/** Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const quantityPattern = /^[+-]?(?:\d+|\d+\.\d*|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/u;
const base64Pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u;

const goTypes: Readonly<Record<ScalarType, string>> = {
  s: 'string',
  b: 'bool',
  i: 'int32',
  l: 'int64',
  d: 'float64',
  y: '[]uint8',
  T: 'v1.Time',
  M: 'v1.MicroTime',
  D: 'v1.Duration',
  Q: 'resource.Quantity',
  I: 'intstr.IntOrString',
  R: 'runtime.RawExtension',
  V: '[]string',
};

const jsonType = (value: Json): string => (Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value);

const isInteger = (value: Json, bits: 32 | 64) => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** (bits - 1);

/** Undefined when the value fits; else Go's own sentence, or `''` for the ordinary one. */
const misfit = (value: Json, type: ScalarType): string | undefined => {
  const ordinary = (fits: boolean) => (fits ? undefined : '');
  switch (type) {
    case 's':
    case 'D':
      return ordinary(typeof value === 'string');
    case 'b':
      return ordinary(typeof value === 'boolean');
    case 'i':
      return ordinary(isInteger(value, 32));
    case 'l':
      return ordinary(isInteger(value, 64));
    case 'd':
      return ordinary(typeof value === 'number');
    case 'I':
      return ordinary(typeof value === 'string' || isInteger(value, 32));
    case 'y':
      if (typeof value !== 'string') return '';
      return base64Pattern.test(value.replaceAll(/[\r\n]/gu, '')) ? undefined : 'illegal base64 data at input byte 0';
    case 'T':
    case 'M':
      if (typeof value !== 'string') return '';
      return timePattern.test(value) && !Number.isNaN(Date.parse(value))
        ? undefined
        : `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(value)} as "2006"`;
    case 'Q':
      if (typeof value !== 'string' && typeof value !== 'number') return '';
      return quantityPattern.test(String(value))
        ? undefined
        : "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    case 'V':
      return ordinary(Array.isArray(value) && value.every((item) => typeof item === 'string'));
    case 'R':
      return undefined;
  }
};

interface Place {
  /** Go's name of the struct that holds the field. */
  readonly owner: string;
  /** Path of names without indexes, as Go's decoder reports it. */
  readonly path: string;
  readonly depth: number;
}

const bare = (message: string) => message.slice(message.lastIndexOf('.') + 1);
const goType = (field: Field): string => {
  const version = field.type.split('.').at(-2) ?? 'v1';
  const one = isScalar(field.type) ? goTypes[field.type] : `${version}.${bare(field.type)}`;
  return field.shape === 'list' ? `[]${one}` : field.shape === 'map' ? `map[string]${one}` : one;
};

const sentence = (value: Json, place: Place, type: string) =>
  `json: cannot unmarshal ${jsonType(value)} into Go struct field ${place.owner}.${place.path} of type ${type}`;

const inOne = (value: Json, field: Field, place: Place): string | undefined => {
  if (value === null || value === undefined) return undefined;
  if (!isScalar(field.type)) {
    if (!isObject(value)) return sentence(value, place, goType({ ...field, shape: 'one' }));
    return inMessage(value as JsonObject, messageNamed(field.type), place);
  }
  const problem = misfit(value, field.type);
  return problem === '' ? sentence(value, place, goTypes[field.type]) : problem;
};

const firstOf = (values: readonly Json[], check: (value: Json) => string | undefined): string | undefined => {
  for (const value of values) {
    const problem = check(value);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

const inField = (value: Json, field: Field, place: Place): string | undefined => {
  if (value === null || value === undefined) return undefined;
  if (field.shape === 'list') {
    return Array.isArray(value) ? firstOf(value as Json[], (item) => inOne(item, field, place)) : sentence(value, place, goType(field));
  }
  if (field.shape === 'map') {
    return isObject(value)
      ? firstOf(Object.values(value) as Json[], (item) => inOne(item, field, place))
      : sentence(value, place, goType(field));
  }
  return inOne(value, field, place);
};

const inMessage = (object: JsonObject, message: Message, place: { path: string; depth: number }): string | undefined => {
  if (place.depth > deepest) return 'json: exceeded max depth';
  for (const [name, value] of Object.entries(object)) {
    const field = message.byName.get(name);
    if (field === undefined) continue;
    const path = place.path === '' ? name : `${place.path}.${name}`;
    const problem = inField(value, field, { owner: bare(message.name), path, depth: place.depth + 1 });
    if (problem !== undefined) return problem;
  }
  return undefined;
};

/**
 * The first value whose JSON type does not fit its field, in the words of the API server's 400, or undefined:
 * `Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal …`. Null fits everywhere. Everything after
 * this check may rely on the types of built-in kinds.
 */
export const checkTypes = (gvk: GroupVersionKind, object: JsonObject): string | undefined => {
  const message = messageOfKind(gvk);
  const problem = message === undefined ? undefined : inMessage(object, message, { path: '', depth: 0 });
  return problem === undefined ? undefined : `${gvk.kind} in version "${gvk.version}" cannot be handled as a ${gvk.kind}: ${problem}`;
};
