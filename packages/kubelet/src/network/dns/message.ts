/** Just enough of RFC 1035 to answer a question for an address. */

export const types = { a: 1, aaaa: 28 } as const;
const classes = { internet: 1 } as const;
export const codes = { ok: 0, format: 1, noName: 3, notImplemented: 4, refused: 5 } as const;

const headerSize = 12;
/** Longest name on the wire, RFC 1035 section 2.3.4. */
const nameSize = 255;

export interface Question {
  readonly id: number;
  /** Lower case, without the final dot; undefined when it cannot be a host name, which then does not exist. */
  readonly name: string | undefined;
  readonly type: number;
  readonly internet: boolean;
  readonly recursionDesired: boolean;
  /** The question as it came, to be repeated in the answer byte for byte. */
  readonly raw: Buffer;
}

export type Parsed =
  | { readonly kind: 'question'; readonly question: Question }
  /** Answered with an error code only. */
  | { readonly kind: 'refuse'; readonly id: number; readonly opcode: number; readonly code: number }
  /** Not answered: no query at all. Answers to answers would run in circles. */
  | { readonly kind: 'ignore' };

/** The name at `offset` and where it ends. No compression: a question has nothing to refer to. */
const readName = (packet: Buffer, offset: number): { readonly labels: readonly Buffer[]; readonly end: number } | undefined => {
  const labels: Buffer[] = [];
  let at = offset;
  for (;;) {
    const length = packet[at];
    if (length === undefined || length > 63 || at + 1 + length > packet.length || at + 1 + length - offset > nameSize) return undefined;
    if (length === 0) return { labels, end: at + 1 };
    labels.push(packet.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
};

/** Letters, digits, hyphens and underscores; anything else is in no name that we know, and must not reach a look-up. */
const hostName = (labels: readonly Buffer[]): string | undefined => {
  const texts = labels.map((label) => label.toString('latin1').toLowerCase());
  return texts.length > 0 && texts.every((text) => /^[a-z0-9_-]+$/.test(text)) ? texts.join('.') : undefined;
};

/** Reads a query. Never throws, whatever the bytes. */
export const parseQuery = (packet: Buffer): Parsed => {
  if (packet.length < headerSize) return { kind: 'ignore' };
  const id = packet.readUInt16BE(0);
  const flags = packet.readUInt16BE(2);
  if ((flags & 0x8000) !== 0) return { kind: 'ignore' };
  const opcode = (flags >>> 11) & 15;
  const refuse = (code: number): Parsed => ({ kind: 'refuse', id, opcode, code });
  if (opcode !== 0) return refuse(codes.notImplemented);
  // Counts of questions, answers and authorities; additional records (EDNS) are allowed and passed over.
  if (packet.readUInt16BE(4) !== 1 || packet.readUInt16BE(6) !== 0 || packet.readUInt16BE(8) !== 0) return refuse(codes.format);
  const name = readName(packet, headerSize);
  if (name === undefined || name.end + 4 > packet.length) return refuse(codes.format);
  return {
    kind: 'question',
    question: {
      id,
      name: hostName(name.labels),
      type: packet.readUInt16BE(name.end),
      internet: packet.readUInt16BE(name.end + 2) === classes.internet,
      recursionDesired: (flags & 0x0100) !== 0,
      raw: packet.subarray(headerSize, name.end + 4),
    },
  };
};

/** An answer without a question, for what could not be understood. */
export const writeRefusal = ({ id, opcode, code }: { readonly id: number; readonly opcode: number; readonly code: number }): Buffer => {
  const header = Buffer.alloc(headerSize);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(0x8000 | (opcode << 11) | code, 2);
  return header;
};

/** The answer to a question: an IPv4 address, or none. `ttl` in seconds. */
export const writeAnswer = (
  question: Question,
  answer: { readonly code: number; readonly address?: string; readonly ttl: number },
): Buffer => {
  const header = Buffer.alloc(headerSize);
  header.writeUInt16BE(question.id, 0);
  // An authoritative response; recursion is "available", so that resolvers do not complain.
  header.writeUInt16BE(0x8480 | (question.recursionDesired ? 0x0100 : 0) | answer.code, 2);
  header.writeUInt16BE(1, 4);
  if (answer.address === undefined) return Buffer.concat([header, question.raw]);
  header.writeUInt16BE(1, 6);
  const record = Buffer.alloc(16);
  // Its name is that of the question, by reference.
  record.writeUInt16BE(0xc000 | headerSize, 0);
  record.writeUInt16BE(types.a, 2);
  record.writeUInt16BE(classes.internet, 4);
  record.writeUInt32BE(answer.ttl, 6);
  record.writeUInt16BE(4, 10);
  answer.address.split('.').forEach((part, index) => record.writeUInt8(Number(part), 12 + index));
  return Buffer.concat([header, question.raw, record]);
};
