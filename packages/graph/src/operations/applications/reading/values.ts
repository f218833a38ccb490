import { isGuid, isObject } from '@podpass/kernel';
import { GraphError } from '../../../errors.ts';

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

/** Text that must be there. `most` counts characters. */
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

/** A flag for which null stands for false. */
export const nullableFlag: Reader<boolean> = (value, place) => value !== null && flag(value, place);

/** A GUID, in lower case. */
export const guid: Reader<string> = (value, place) => {
  if (typeof value !== 'string' || !isGuid(value)) throw invalid(place);
  return value.toLowerCase();
};

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

/**
 * An object with only the properties that are known; annotations are passed over. What is absent stays absent, so that an update can tell it
 * from null.
 */
export const record =
  <T extends object>(readers: Readers<T>): Reader<Partial<T>> =>
  (value, place) => {
    if (!isObject(value)) throw invalid(place);
    const known = new Map<string, Reader<unknown>>(Object.entries(readers));
    const read = Object.entries(value)
      .filter(([name]) => known.has(name) || !isAnnotation(name))
      .map(([name, inner]) => {
        const reader = known.get(name);
        if (!reader) throw new GraphError('unknownBodyProperty', { property: name });
        return [name, reader(inner, { ...place, property: place.property === '' ? name : `${place.property}/${name}` })];
      });
    return Object.fromEntries(read) as Partial<T>;
  };

/** `@odata.type`, `key@odata.type`. A binding (`owners@odata.bind`) is no annotation: it would change something. */
const isAnnotation = (name: string): boolean => name.includes('@odata.') && !name.endsWith('@odata.bind');

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
