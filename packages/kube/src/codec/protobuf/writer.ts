import { wireTypes } from './reader.ts';

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
};

/** One field that holds a text, bytes or an encoded message. */
export const bytesField = (number: number, value: string | Buffer): Buffer => {
  const content = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([varint(number * 8 + wireTypes.bytes), varint(content.length), content]);
};
