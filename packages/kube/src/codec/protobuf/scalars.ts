import type { Json } from '@podpass/kernel';
import type { ScalarType } from '../schema.ts';
import { createReader, malformed, wireTypes, type Reader } from './reader.ts';

/** A small message's fields by number: numbers for varints, buffers for the rest. */
const readParts = (bytes: Buffer): { integer(number: number): number; bytes(number: number): Buffer; empty: boolean } => {
  const reader = createReader(bytes);
  const integers = new Map<number, number>();
  const buffers = new Map<number, Buffer>();
  while (!reader.done) {
    const { number, wireType } = reader.tag();
    if (wireType === wireTypes.varint) integers.set(number, reader.integer());
    else if (wireType === wireTypes.bytes) buffers.set(number, reader.bytes());
    else reader.skip(wireType);
  }
  return {
    integer: (number) => integers.get(number) ?? 0,
    bytes: (number) => buffers.get(number) ?? Buffer.alloc(0),
    empty: bytes.length === 0,
  };
};

const nanosPerSecond = 1_000_000_000;

/** RFC 3339 with `digits` fractional digits; undefined for Go's zero time, which is an empty message. */
const time = (bytes: Buffer, digits: 0 | 6): string | undefined => {
  const parts = readParts(bytes);
  if (parts.empty) return undefined;
  const nanos = parts.integer(2);
  const date = new Date(parts.integer(1) * 1000);
  if (Number.isNaN(date.getTime()) || nanos < 0 || nanos >= nanosPerSecond) throw malformed('a time is out of range');
  const whole = date.toISOString().slice(0, -5);
  return digits === 0 ? `${whole}Z` : `${whole}.${String(Math.floor(nanos / 1000)).padStart(digits, '0')}Z`;
};

/** Go's text of a duration in nanoseconds: `1h2m3.5s`. */
const duration = (nanos: number): string => {
  const seconds = Math.abs(nanos) / nanosPerSecond;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = `${String(Number((seconds % 60).toFixed(9)))}s`;
  return `${nanos < 0 ? '-' : ''}${hours > 0 ? `${String(hours)}h` : ''}${seconds >= 60 ? `${String(minutes)}m` : ''}${rest}`;
};

const raw = (bytes: Buffer, nested: (body: Buffer) => Json): Json => {
  const content = readParts(bytes).bytes(1);
  if (content.length === 0) return undefined;
  if (content.subarray(0, 4).equals(Buffer.from('k8s\0'))) return nested(content);
  try {
    return JSON.parse(content.toString('utf8')) as Json;
  } catch {
    throw malformed('an embedded object is not JSON');
  }
};

const itemTexts = (bytes: Buffer): string[] => {
  const reader = createReader(bytes);
  const items: string[] = [];
  while (!reader.done) {
    const { number, wireType } = reader.tag();
    if (number === 1 && wireType === wireTypes.bytes) items.push(reader.text());
    else reader.skip(wireType);
  }
  return items;
};

const numeric = new Set<ScalarType>(['b', 'i', 'l']);

/** The wire type that values of this type have. */
export const wireTypeOf = (type: ScalarType): number =>
  numeric.has(type) ? wireTypes.varint : type === 'd' ? wireTypes.fixed64 : wireTypes.bytes;

/** Reads one value. Undefined means "as if absent". `nested` decodes a complete envelope found inside a RawExtension. */
export const readScalar = (reader: Reader, type: ScalarType, nested: (body: Buffer) => Json): Json => {
  switch (type) {
    case 's':
      return reader.text();
    case 'b':
      return reader.integer() !== 0;
    case 'i':
    case 'l':
      return reader.integer();
    case 'd':
      return reader.double();
    case 'y':
      return reader.bytes().toString('base64');
    case 'T':
      return time(reader.bytes(), 0);
    case 'M':
      return time(reader.bytes(), 6);
    case 'D':
      return duration(readParts(reader.bytes()).integer(1));
    case 'Q': {
      const text = readParts(reader.bytes()).bytes(1).toString('utf8');
      return text === '' ? undefined : text;
    }
    case 'I': {
      const parts = readParts(reader.bytes());
      return parts.integer(1) === 0 ? parts.integer(2) : parts.bytes(3).toString('utf8');
    }
    case 'R':
      return raw(reader.bytes(), nested);
    case 'V':
      return itemTexts(reader.bytes());
  }
};
