import { isGuid, isObject } from '@podpass/kernel';
import type { JsonBody } from './body.ts';
import { GraphError } from './errors.ts';

/** Where a value stands, for refusals: `web/redirectUris` of `Application`. */
export interface Place {
  readonly resource: string;
  readonly property: string;
}

/** Checks and types one value of a body. Throws the 400 that names its place. */
export type Reader<T> = (value: unknown, place: Place) => T;

/** Readers of an object's properties by their names. */
export type Readers<T> = { readonly [Name in keyof T]-?: Reader<T[Name]> };

export const invalid = ({ property, resource }: Place): GraphError => new GraphError('invalidValue', { property, resource });

/** Any text between `least` (0) and `most` (256) characters, be it blank. */
export const sized =
  ({ least = 0, most = 256 }: { readonly least?: number; readonly most?: number } = {}): Reader<string> =>
  (value, place) => {
    if (typeof value !== 'string' || value.length < least || value.length > most) throw invalid(place);
    return value;
  };

/** Text that must be there, and not blank. `most` counts characters. */
export const text =
  (most: number): Reader<string> =>
  (value, place) => {
    if (typeof value !== 'string' || value.trim() === '') throw invalid(place);
    if (value.length > most) throw new GraphError('valueTooLong', { property: place.property, limit: String(most) });
    return value;
  };

/** Text that null or nothing removes. */
export const optionalText =
  (most: number): Reader<string | undefined> =>
  (value, place) =>
    value === null || value === '' ? undefined : text(most)(value, place);

export const flag: Reader<boolean> = (value, place) => {
  if (typeof value !== 'boolean') throw invalid(place);
  return value;
};

/** An object whose properties are read later. */
export const object: Reader<JsonBody> = (value, place) => {
  if (!isObject(value)) throw invalid(place);
  return value;
};

/** A flag for which null stands for false. */
export const nullableFlag: Reader<boolean> = (value, place) => value !== null && flag(value, place);

/** A GUID, in lower case. */
export const guid: Reader<string> = (value, place) => {
  if (typeof value !== 'string' || !isGuid(value)) throw invalid(place);
  return value.toLowerCase();
};

/** A value that null removes. */
export const optional =
  <T>(reader: Reader<T>): Reader<T | undefined> =>
  (value, place) =>
    value === null ? undefined : reader(value, place);

/** One of a few values, in exactly this spelling. */
export const choice =
  <const T extends string | number | null>(...accepted: readonly T[]): Reader<T> =>
  (value, place) => {
    const found = accepted.find((candidate) => candidate === value);
    if (found === undefined) throw invalid(place);
    return found;
  };

export const listOf =
  <T>(element: Reader<T>, most: number): Reader<readonly T[]> =>
  (value, place) => {
    if (!Array.isArray(value)) throw invalid(place);
    if (value.length > most) throw new GraphError('tooManyValues', { property: place.property, limit: String(most) });
    return value.map((item: unknown) => element(item, place));
  };

/** Throws the 400 for a value that stands twice; `keyOf` says what makes two alike. */
export const distinct = <T>(values: readonly T[], keyOf: (value: T) => unknown): readonly T[] => {
  const keys = values.map(keyOf);
  if (new Set(keys).size < keys.length) throw new GraphError('duplicateValues');
  return values;
};

const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)$/i;

/** A moment with its zone, as ISO 8601 in UTC. */
export const time: Reader<string> = (value, place) => {
  const moment = typeof value === 'string' && timePattern.test(value) ? new Date(value) : undefined;
  if (moment === undefined || Number.isNaN(moment.getTime())) throw invalid(place);
  return moment.toISOString();
};

/** What holds for an object beside the readers of its properties. */
export interface RecordRules {
  /** Properties that must be there and not null: asked for before any is read. */
  readonly required?: readonly string[];
  /** Properties that Graph has and this service does not offer: refused with the 501 that names them. */
  readonly absent?: readonly string[];
  /** Properties that are passed over because they have no effect; annotations when absent. */
  readonly ignored?: (name: string, value: unknown) => boolean;
}

/** An object with only the properties that are known. What is absent stays absent, so that an update can tell it from null. */
export const record =
  <T extends object>(readers: Readers<T>, rules: RecordRules = {}): Reader<Partial<T>> =>
  (value, place) => {
    if (!isObject(value)) throw invalid(place);
    const { required = [], absent = [], ignored = isAnnotation } = rules;
    for (const name of required) demanded(value[name] ?? undefined, within(place, name));
    const known = new Map<string, Reader<unknown>>(Object.entries(readers));
    const read = Object.entries(value)
      .filter(([name, inner]) => !ignored(name, inner))
      .map(([name, inner]) => {
        if (absent.includes(name)) throw new GraphError('notOffered', { what: `property '${name}' of ${place.resource}` });
        const reader = known.get(name);
        if (!reader) throw new GraphError('unknownBodyProperty', { property: name });
        return [name, reader(inner, within(place, name))];
      });
    return Object.fromEntries(read) as Partial<T>;
  };

const within = ({ resource, property }: Place, name: string): Place => ({
  resource,
  property: property === '' ? name : `${property}/${name}`,
});

/** `@odata.type`, `key@odata.type`. A binding (`owners@odata.bind`) is no annotation: it would change something. */
const isAnnotation = (name: string): boolean => name.includes('@odata.') && !name.endsWith('@odata.bind');

/** `@odata.type`: of the object itself, not of one of its properties. */
export const isOwnAnnotation = (name: string): boolean => name.startsWith('@odata.');

/** A property of Graph that is not kept here: accepted with one of its defaults, refused with anything else rather than dropped. */
export const unkept =
  (...defaults: readonly unknown[]): Reader<undefined> =>
  (value, { resource, property }) => {
    if (!isEmpty(value) && !defaults.includes(value)) throw new GraphError('notOffered', { what: `${property} of ${resource}` });
    return undefined;
  };

/** Null, nothing, an empty list, or an object of such, three levels deep at most. */
const isEmpty = (value: unknown, depth = 0): boolean => {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return depth < 3 && Object.values(value).every((inner) => isEmpty(inner, depth + 1));
  return value === null || value === '' || value === undefined;
};

/** A property that only the service sets. Null is let through: clients send back what they have not got. */
export const readOnly: Reader<undefined> = (value, { property }) => {
  if (value !== null) throw new GraphError('readOnly', { property });
  return undefined;
};

/** The property's value, or the 400 that says that there must be one. */
export const demanded = <T>(value: T | undefined, place: Place): T => {
  if (value === undefined) throw new GraphError('required', { property: place.property, resource: place.resource });
  return value;
};
