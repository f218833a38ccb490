import { KernelError } from '@podpass/kernel';

/** One element of DER (ITU-T X.690): its tag byte and its contents. */
export interface Element {
  readonly tag: number;
  readonly contents: Buffer;
}

export const tag = { integer: 0x02, octets: 0x04, oid: 0x06, sequence: 0x30, context0: 0x80, explicit0: 0xa0 } as const;

const broken = (why: string): KernelError => new KernelError('invalid', `not DER: ${why}`);

const readLength = (bytes: Buffer, at: number): { readonly length: number; readonly next: number } => {
  const first = bytes[at];
  if (first === undefined) throw broken('no length');
  if (first < 0x80) return { length: first, next: at + 1 };
  const size = first & 0x7f;
  // 0x80 is BER's indefinite length, which DER forbids; nothing here is longer than four bytes can say.
  if (size === 0 || size > 4 || at + 1 + size > bytes.length) throw broken('a length of a wrong form');
  return { length: bytes.readUIntBE(at + 1, size), next: at + 1 + size };
};

/** The elements that lie one after the other in `bytes`. Throws KernelError `invalid`. */
export const elements = (bytes: Buffer): readonly Element[] => {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const kind = bytes[at] ?? 0;
    const { length, next } = readLength(bytes, at + 1);
    if (next + length > bytes.length) throw broken('an element runs over the end');
    found.push({ tag: kind, contents: bytes.subarray(next, next + length) });
    at = next + length;
  }
  return found;
};

/** The contents of an element that must have this tag. */
export const expect = (element: Element | undefined, kind: number): Buffer => {
  if (element?.tag !== kind) throw broken(`expected tag ${kind.toString(16)}`);
  return element.contents;
};

/** The members of an element that must be a sequence. */
export const sequence = (element: Element | undefined): readonly Element[] => elements(expect(element, tag.sequence));

/** The only element inside an explicit context tag 0. */
export const explicit = (element: Element | undefined): Element => {
  const [inner] = elements(expect(element, tag.explicit0));
  if (inner === undefined) throw broken('an empty tag');
  return inner;
};

/** An object identifier in dotted form. */
export const oid = (element: Element | undefined): string => {
  const bytes = expect(element, tag.oid);
  const arcs: number[] = [];
  let value = 0;
  for (const byte of bytes) {
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER / 256) throw broken('an arc that is too large');
    if (byte >= 0x80) continue;
    if (arcs.length === 0) arcs.push(Math.min(Math.floor(value / 40), 2), value - 40 * Math.min(Math.floor(value / 40), 2));
    else arcs.push(value);
    value = 0;
  }
  return arcs.join('.');
};

/** A positive whole number of up to four bytes. */
export const wholeNumber = (element: Element | undefined): number => {
  const bytes = expect(element, tag.integer);
  if (bytes.length === 0 || bytes.length > 4 || (bytes[0] ?? 0) >= 0x80) throw broken('a number that is too large');
  return bytes.readUIntBE(0, bytes.length);
};
