import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerQuery, createNames } from './responder.ts';

const nameBytes = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])),
    Buffer.from([0]),
  ]);
const query = (name: string, { type = 1, klass = 1, flags = 0x0100, questions = 1 } = {}): Buffer => {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(0xbeef, 0);
  header.writeUInt16BE(flags, 2);
  header.writeUInt16BE(questions, 4);
  return Buffer.concat([header, nameBytes(name), Buffer.from([type >> 8, type & 255, klass >> 8, klass & 255])]);
};

const names = createNames({
  api: '10.0.0.1',
  resolve: (name) =>
    ({ 'login.microsoftonline.com': '168.63.129.16', 'web.shop.svc.cluster.local': '10.244.0.7', 'bad.example': 'not an address' })[name],
});
const ask = (packet: Buffer) => {
  const answer = answerQuery(packet, names);
  if (answer === undefined) return undefined;
  const answers = answer.readUInt16BE(6);
  return {
    id: answer.readUInt16BE(0),
    response: answer.readUInt16BE(2) >> 15,
    code: answer.readUInt16BE(2) & 15,
    answers,
    address: answers === 1 ? [...answer.subarray(-4)].join('.') : undefined,
  };
};

describe('the DNS responder', () => {
  it.each([
    ['an unknown name', query('nobody.example'), 3],
    ['a name behind a search suffix', query('login.microsoftonline.com.default.svc.cluster.local'), 3],
    ['the api server in another namespace', query('kubernetes.shop.svc.cluster.local'), 3],
    ['the root', Buffer.concat([query('a').subarray(0, 12), Buffer.from([0, 0, 1, 0, 1])]), 3],
    ['a label with a dot in it', Buffer.concat([query('a').subarray(0, 12), Buffer.from([3, 0x61, 0x2e, 0x62, 0, 0, 1, 0, 1])]), 3],
    ['a name whose address is none', query('bad.example'), 3],
    ['another class', query('login.microsoftonline.com', { klass: 3 }), 5],
    ['an update', query('login.microsoftonline.com', { flags: 5 << 11 }), 4],
    ['two questions', query('login.microsoftonline.com', { questions: 2 }), 1],
    ['no question', query('login.microsoftonline.com', { questions: 0 }), 1],
    ['a name that refers to itself', Buffer.concat([query('a').subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])]), 1],
    ['a name that does not end', query('a').subarray(0, 14), 1],
    ['a question that is cut off', query('login.microsoftonline.com').subarray(0, -1), 1],
    ['a name of more than 255 bytes', query(Array.from({ length: 9 }, () => 'a'.repeat(31)).join('.')), 1],
  ])('refuses %s', (_what, packet, code) => {
    expect(ask(packet)).toMatchObject({ id: 0xbeef, response: 1, code, answers: 0 });
  });
  it.each([
    ['an answer', query('login.microsoftonline.com', { flags: 0x8180 })],
    ['too little', Buffer.alloc(11)],
    ['nothing', Buffer.alloc(0)],
  ])('does not answer %s', (_what, packet) => {
    expect(ask(packet)).toBeUndefined();
  });
  it.each([
    ['kubernetes.default.svc.cluster.local', '10.0.0.1'],
    ['LOGIN.microsoftonline.COM', '168.63.129.16'],
    ['web.shop.svc.cluster.local', '10.244.0.7'],
  ])('knows %s', (name, address) => {
    expect(ask(query(name))).toStrictEqual({ id: 0xbeef, response: 1, code: 0, answers: 1, address });
  });
  it.each([28, 16, 65, 255])('has no record of type %d for a name that exists', (type) => {
    expect(ask(query('login.microsoftonline.com', { type }))).toMatchObject({ code: 0, answers: 0 });
  });
  it('repeats the question as it was written', () => {
    const packet = query('LoGin.microsoftonline.com');
    expect(answerQuery(packet, names)?.subarray(12, packet.length)).toStrictEqual(packet.subarray(12));
  });
  it('passes over additional records', () => {
    const packet = query('login.microsoftonline.com');
    packet.writeUInt16BE(1, 10);
    expect(ask(Buffer.concat([packet, Buffer.from([0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 0])]))).toMatchObject({ code: 0, answers: 1 });
  });
  it('never throws and never answers at length, whatever comes', () => {
    const look = (name: string) => {
      expect(name).toMatch(/^[a-z0-9_.-]{1,253}$/);
      return '10.0.0.1';
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.boolean(), (bytes, likely) => {
        const packet = Buffer.from(bytes);
        if (likely && packet.length > 12) query('a').copy(packet, 0, 0, 12);
        const answer = answerQuery(packet, look);
        expect(answer?.length ?? 0).toBeLessThanOrEqual(12 + 255 + 4 + 16);
        expect((answer?.readUInt16BE(2) ?? 0x8000) >> 15).toBe(1);
      }),
      { numRuns: 2000 },
    );
  });
});
