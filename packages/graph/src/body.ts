import { isObject, parseJson } from '@podpass/kernel';
import type { Exchange } from '@podpass/http';
import { GraphError } from './errors.ts';

export type JsonBody = Readonly<Record<string, unknown>>;

/** Levels of nesting of a body. */
const deepest = 12;

/** The JSON object that a request carries; its size was bounded by the listener. Throws the 400 for anything else. */
export const readBody = ({ body }: Pick<Exchange, 'body'>): JsonBody => {
  const text = body.toString('utf8');
  const parsed = nestsTooDeeply(text) ? undefined : parseJson(text);
  if (!isObject(parsed)) throw new GraphError('badBody');
  return parsed;
};

/** Like `readBody`; no body at all is an empty object: for actions whose parameters are all optional. */
export const readOptionalBody = (exchange: Pick<Exchange, 'body'>): JsonBody =>
  exchange.body.toString('utf8').trim() === '' ? {} : readBody(exchange);

const nestsTooDeeply = (text: string): boolean => {
  let [depth, quoted] = [0, false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted && character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '{' || character === '[')) depth += 1;
    else if (!quoted && (character === '}' || character === ']')) depth -= 1;
    if (depth > deepest) return true;
  }
  return false;
};

/** Reads one property's value; `refuse` makes the 400 for a value that does not fit. */
export type Reader<T> = (value: unknown, refuse: () => GraphError) => T;

/** Text between `least` (0) and `most` (256) characters. */
export const text =
  ({ least = 0, most = 256 }: { readonly least?: number; readonly most?: number } = {}): Reader<string> =>
  (value, refuse) => {
    if (typeof value !== 'string' || value.length < least || value.length > most) throw refuse();
    return value;
  };

export const boolean: Reader<boolean> = (value, refuse) => {
  if (typeof value !== 'boolean') throw refuse();
  return value;
};

export const object: Reader<JsonBody> = (value, refuse) => {
  if (!isObject(value)) throw refuse();
  return value;
};

/** A list of at most `most` items. */
export const listOf =
  <T>(item: Reader<T>, most = 1000): Reader<readonly T[]> =>
  (value, refuse) => {
    if (!Array.isArray(value) || value.length > most) throw refuse();
    return value.map((element: unknown) => item(element, refuse));
  };

/** Null, which removes a property, becomes undefined. */
export const nullable =
  <T>(inner: Reader<T>): Reader<T | undefined> =>
  (value, refuse) =>
    value === null ? undefined : inner(value, refuse);

type Readers = Readonly<Record<string, Reader<unknown>>>;
/** What `readProperties` gives: only those properties that the body has. */
export type Read<R extends Readers> = { readonly [Name in keyof R]?: ReturnType<R[Name]> };

export interface PropertyRules {
  /** Name of the resource in error texts: `User`. */
  readonly resource: string;
  /** Properties that must be there and not null. */
  readonly required?: readonly string[];
  /** Properties that Graph has and this service does not offer: refused with the 501 that names them. */
  readonly absent?: readonly string[];
  /** Properties that are accepted when they have no effect, for instance those that clients send back unchanged. */
  readonly ignored?: (name: string, value: unknown) => boolean;
}

/**
 * Reads a body by a table of readers, one per property that may be set. Throws Graph's 400 for required properties that are missing, values that do not fit
 * and names that are not in the table (annotations `@odata.…` on the object itself are skipped), and the 501 for what is not offered.
 */
export const readProperties = <R extends Readers>(body: JsonBody, readers: R, rules: PropertyRules): Read<R> => {
  const { resource, required = [], absent = [], ignored = () => false } = rules;
  for (const property of required) {
    if (body[property] === undefined || body[property] === null) throw new GraphError('required', { property, resource });
  }
  const read: Record<string, unknown> = {};
  for (const [property, value] of Object.entries(body)) {
    if (property.startsWith('@odata.') || ignored(property, value)) continue;
    if (absent.includes(property)) throw new GraphError('notOffered', { what: `property '${property}' of ${resource}` });
    const reader = Object.hasOwn(readers, property) ? readers[property] : undefined;
    if (!reader) throw new GraphError('unknownBodyProperty', { property, resource });
    read[property] = reader(value, () => new GraphError('invalidValue', { property, resource }));
  }
  // Every member was read by the reader of its name.
  return read as Read<R>;
};
