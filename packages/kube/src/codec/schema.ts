import { kinds, messages } from './generated/schema.ts';
import type { GroupVersionKind } from './types.ts';

/** Types that are JSON values of their own; see the head of generated/schema.ts. */
export type ScalarType = 's' | 'b' | 'i' | 'l' | 'd' | 'y' | 'T' | 'M' | 'D' | 'Q' | 'I' | 'R' | 'V';

export interface Field {
  readonly name: string;
  /** Number on the wire; NaN for messages that never travel as protobuf. */
  readonly number: number;
  readonly shape: 'one' | 'list' | 'map';
  /** A scalar's letter, or the name of a message. */
  readonly type: string;
  readonly required: boolean;
  readonly dropsZero: boolean;
  readonly inline: boolean;
}

export interface Message {
  readonly name: string;
  readonly fields: readonly Field[];
  /** By JSON name; members of inline messages included. */
  readonly byName: ReadonlyMap<string, Field>;
  readonly byNumber: ReadonlyMap<number, Field>;
}

const scalarTypes = new Set('sbildyTMDQIRV');

export const isScalar = (type: string): type is ScalarType => scalarTypes.has(type);

const parsed = new Map<string, Message>();
const pattern = /^([^:]+):(\d*):([[{]*)([A-Za-z0-9.]+)(!?)(~?)(>?)$/u;

const parseField = (text: string): Field => {
  const [, name = '', number = '', shape = '', type = '', required, dropsZero, inline] = pattern.exec(text) ?? [];
  return {
    name,
    number: number === '' ? Number.NaN : Number(number),
    // A map of lists (only in apiextensions) is checked as raw JSON below its first level.
    shape: shape.startsWith('[') ? 'list' : shape.startsWith('{') ? 'map' : 'one',
    type: shape.length > 1 ? 'R' : type,
    required: required === '!',
    dropsZero: dropsZero === '~',
    inline: inline === '>',
  };
};

/** The message of that name; throws when the generated table does not have it, which is a defect of the table. */
export const messageNamed = (name: string): Message => {
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const line = Object.hasOwn(messages, name) ? messages[name] : undefined;
  if (line === undefined) throw new Error(`schema has no message ${name}`);
  const fields = line === '' ? [] : line.split(';').map(parseField);
  const flat = fields.flatMap((field) => (field.inline ? [...messageNamed(field.type).byName.values()] : [field]));
  const message: Message = {
    name,
    fields,
    byName: new Map(flat.map((field) => [field.name, field])),
    byNumber: new Map(fields.map((field) => [field.number, field])),
  };
  parsed.set(name, message);
  return message;
};

const kindMessages = new Set(Object.values(kinds));

/** Whether objects of this message carry `apiVersion` and `kind`. */
export const isKindMessage = (name: string): boolean => kindMessages.has(name);

/** The message of a built-in kind; undefined for kinds that are not built in. */
export const messageOfKind = (gvk: GroupVersionKind): Message | undefined => {
  for (const key of [`${gvk.group}/${gvk.version}/${gvk.kind}`, `any/${gvk.kind}`]) {
    const name = Object.hasOwn(kinds, key) ? kinds[key] : undefined;
    if (name !== undefined) return messageNamed(name);
  }
  return undefined;
};

/** Splits `apps/v1` or `v1`. */
export const splitApiVersion = (apiVersion: string): { group: string; version: string } => {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
};
