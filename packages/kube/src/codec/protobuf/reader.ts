import { CodecError } from '../errors.ts';

/** Wire types of protobuf; groups (3, 4) are refused. */
export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

interface Tag {
  readonly number: number;
  readonly wireType: number;
}

/** A bounds-checked cursor over one buffer. Everything throws CodecError `malformed` beyond the end. */
export interface Reader {
  readonly done: boolean;
  tag(): Tag;
  /** A varint as a signed 64-bit number; precision is lost beyond 2^53, as in any JSON number. */
  integer(): number;
  double(): number;
  bytes(): Buffer;
  text(): string;
  skip(wireType: number): void;
}

export const malformed = (what: string): CodecError => new CodecError('malformed', `protobuf body is malformed: ${what}`);

const longestVarint = 10;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const createReader = (buffer: Buffer): Reader => {
  let at = 0;
  const take = (length: number): Buffer => {
    if (length < 0 || length > buffer.length - at) throw malformed('a length exceeds the body');
    const part = buffer.subarray(at, at + length);
    at += length;
    return part;
  };
  const integer = (): number => {
    let small = 0;
    for (let index = 0; index < longestVarint; index += 1) {
      const byte = buffer[at];
      if (byte === undefined) throw malformed('it ends within a number');
      at += 1;
      // 28 bits fit a 32-bit integer; longer ones start over with big integers.
      if (index < 4) small |= (byte & 0x7f) << (7 * index);
      if (byte < 0x80) return index < 4 ? small : long(buffer.subarray(at - index - 1, at));
    }
    throw malformed('a number is longer than ten bytes');
  };
  const length = (): number => {
    const value = integer();
    if (!Number.isSafeInteger(value)) throw malformed('a length exceeds the body');
    return value;
  };
  return {
    get done() {
      return at >= buffer.length;
    },
    tag() {
      const key = integer();
      if (key < 8 || key > 0xffffffff) throw malformed('a field number is out of range');
      return { number: Math.floor(key / 8), wireType: key % 8 };
    },
    integer,
    double: () => take(8).readDoubleLE(),
    bytes: () => take(length()),
    text() {
      try {
        return utf8.decode(take(length()));
      } catch (thrown) {
        if (thrown instanceof CodecError) throw thrown;
        throw malformed('a text is not UTF-8');
      }
    },
    skip(wireType) {
      if (wireType === wireTypes.varint) integer();
      else if (wireType === wireTypes.fixed64) take(8);
      else if (wireType === wireTypes.bytes) take(length());
      else if (wireType === wireTypes.fixed32) take(4);
      else throw malformed('groups are not supported');
    },
  };
};

const long = (bytes: Buffer): number => {
  let value = 0n;
  bytes.forEach((byte, index) => {
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
  });
  return Number(BigInt.asIntN(64, value));
};
