import type { Json, JsonObject } from '@podpass/kernel';
import { isScalar, messageNamed, type Field, type Message } from '../schema.ts';
import { createReader, malformed, wireTypes, type Reader } from './reader.ts';
import { readScalar, wireTypeOf } from './scalars.ts';

export const deepest = 64;
/** A body of many tiny fields must not become a graph much larger than itself. */
const mostValues = 250_000;

/** What one decoding may spend. */
export interface Budget {
  values: number;
  /** Decodes an envelope inside a RawExtension, one level deeper. */
  readonly nested: (body: Buffer, depth: number) => Json;
}

export const createBudget = (nested: Budget['nested']): Budget => ({ values: mostValues, nested });

const isZero = (value: Json): boolean =>
  value === undefined ||
  value === '' ||
  value === 0 ||
  value === false ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

interface Place {
  readonly budget: Budget;
  readonly depth: number;
}

const readOne = (reader: Reader, field: Field, { budget, depth }: Place): Json => {
  budget.values -= 1;
  if (budget.values < 0) throw malformed('it holds too many values');
  if (isScalar(field.type)) return readScalar(reader, field.type, (body) => budget.nested(body, depth + 1));
  return decodeMessage(reader.bytes(), messageNamed(field.type), { budget, depth: depth + 1 });
};

const readEntry = (bytes: Buffer, field: Field, place: Place): [string, Json] => {
  const reader = createReader(bytes);
  let key = '';
  // Go omits neither key nor value, yet an absent value is the type's zero.
  let value: Json = field.type === 's' || field.type === 'y' ? '' : undefined;
  while (!reader.done) {
    const { number, wireType } = reader.tag();
    if (number === 1 && wireType === wireTypes.bytes) key = reader.text();
    else if (number === 2) {
      expectWireType(field, wireType);
      value = readOne(reader, field, place);
    } else reader.skip(wireType);
  }
  return [key, value];
};

const expectWireType = (field: Field, wireType: number): void => {
  const expected = isScalar(field.type) ? wireTypeOf(field.type) : wireTypes.bytes;
  if (wireType !== expected) throw malformed(`field ${field.name} has the wrong wire type`);
};

const readList = (reader: Reader, field: Field, wireType: number, place: Place): Json[] => {
  if (isScalar(field.type) && wireType === wireTypes.bytes && wireTypeOf(field.type) !== wireTypes.bytes) {
    const packed = createReader(reader.bytes());
    const values: Json[] = [];
    while (!packed.done) values.push(readOne(packed, field, place));
    return values;
  }
  expectWireType(field, wireType);
  const value = readOne(reader, field, place);
  return value === undefined ? [] : [value];
};

/** Decodes one message into JSON; fields that the table does not know are skipped, as proto2 readers do. */
export const decodeMessage = (bytes: Buffer, message: Message, place: Place): JsonObject => {
  if (place.depth > deepest) throw malformed('it is nested too deeply');
  const reader = createReader(bytes);
  const values = new Map<string, Json>();
  const lists = new Map<string, Json[]>();
  const maps = new Map<string, Map<string, Json>>();
  while (!reader.done) {
    const { number, wireType } = reader.tag();
    const field = message.byNumber.get(number);
    if (field === undefined) {
      reader.skip(wireType);
      continue;
    }
    if (field.shape === 'list') {
      const list = lists.get(field.name) ?? [];
      list.push(...readList(reader, field, wireType, place));
      lists.set(field.name, list);
    } else if (field.shape === 'map') {
      if (wireType !== wireTypes.bytes) throw malformed(`field ${field.name} has the wrong wire type`);
      const map = maps.get(field.name) ?? new Map<string, Json>();
      map.set(...readEntry(reader.bytes(), field, place));
      maps.set(field.name, map);
    } else {
      expectWireType(field, wireType);
      const value = readOne(reader, field, place);
      if (field.inline) for (const [key, member] of Object.entries(value as JsonObject)) values.set(key, member);
      else if (!(field.dropsZero && isZero(value)) && value !== undefined) values.set(field.name, value);
    }
  }
  for (const [name, list] of lists) values.set(name, list);
  for (const [name, map] of maps) values.set(name, Object.fromEntries(map));
  // fromEntries defines own members even for a key named __proto__.
  return Object.fromEntries(values);
};
