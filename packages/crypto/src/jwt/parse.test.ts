import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJwt } from './parse.ts';
import { parseStrictJsonObject } from './strict-json.ts';

const encode = (text: string | Buffer): string => Buffer.from(text).toString('base64url');
const token = (header: string | Buffer, payload: string | Buffer = '{}', signature = 'AA'): string =>
  `${encode(header)}.${encode(payload)}.${signature}`;
const good = token('{"alg":"RS256"}', '{"sub":"s"}');
const deep = (levels: number): string => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

const malformed: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['dots only', '..'],
  ['two segments', 'e30.e30'],
  ['four segments', `${good}.AA`],
  ['five segments, as encryption has', 'e30.AA.AA.AA.AA'],
  ['an empty header', `.${encode('{}')}.AA`],
  ['an empty payload', `${encode('{}')}..AA`],
  ['padding', `${encode('{"alg":"RS256"}')}==.e30.AA`],
  ['standard base64', 'e30.e30.+/8'],
  ['a space within', good.replace('.', ' .')],
  ['a line break within', good.replace('.', '.\n')],
  ['an impossible length', 'e30.e30.A'],
  ['non-canonical last bits', 'e30.e30.AB'],
  ['a header that is no JSON', token('alg=RS256')],
  ['a header that is an array', token('[]')],
  ['a header that is null', token('null')],
  ['a payload that is text', token('{}', '"x"')],
  ['a payload that is not UTF-8', token('{}', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))],
  ['a byte order mark', token('\ufeff{}')],
  ['two JSON texts', token('{}{}')],
  ['a duplicate member', token('{"alg":"none","alg":"RS256"}')],
  ['a duplicate member in another spelling', token('{"alg":"none","\\u0061lg":"RS256"}')],
  ['a duplicate claim', token('{}', '{"sub":"a","aud":["x"],"sub":"b"}')],
  ['a duplicate member within', token('{}', '{"a":{"b":[{"c":1,"c":2}]}}')],
  ['a duplicate __proto__', token('{}', '{"__proto__":1,"__proto__":2}')],
  ['nesting beyond the bound', token('{}', deep(17))],
  ['a flood of brackets', token('{}', `{"a":${'['.repeat(5000)}`)],
];

describe('parseJwt', () => {
  test.each(malformed)('refuses %s', (_, text) => {
    expect(parseJwt(text)).toMatchObject({ failure: { reason: 'malformed' } });
  });

  test('refuses more than 16 KiB, or more than it was told', () => {
    const big = token('{}', JSON.stringify({ a: 'x'.repeat(16 * 1024) }));
    expect(parseJwt(big)).toMatchObject({ failure: { message: 'The token is too long.' } });
    expect(parseJwt(big, { maxBytes: 64 * 1024 })).not.toHaveProperty('failure');
    expect(parseJwt(good, { maxBytes: 8 })).toHaveProperty('failure');
  });

  test('trims white space around the token', () => {
    expect(parseJwt(` ${good}\r\n`)).toEqual(parseJwt(good));
  });

  test('gives header, claims, signed bytes and signature', () => {
    expect(parseJwt(good)).toEqual({
      header: { alg: 'RS256' },
      claims: { sub: 's' },
      signed: Buffer.from(good.slice(0, good.lastIndexOf('.'))),
      signature: Buffer.of(0),
    });
  });

  test('the same name in different objects is no duplicate, nor is a value equal to a name', () => {
    expect(parseJwt(token('{}', '{"a":"a","b":{"a":["a","a",{"a":1}]},"c":"b"}'))).not.toHaveProperty('failure');
    expect(parseJwt(token('{}', deep(16)))).not.toHaveProperty('failure');
  });

  test('never throws, whatever comes', () => {
    const outcomes = (text: string) => {
      expect(['failure', 'header']).toContain(Object.keys(parseJwt(text))[0]);
    };
    fc.assert(fc.property(fc.string({ unit: 'binary' }), outcomes));
    fc.assert(fc.property(fc.array(fc.base64String(), { maxLength: 4 }), (parts) => outcomes(parts.join('.'))));
  });

  test('reads back every JSON object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (claims) => {
        const text = JSON.stringify(claims);
        expect(parseStrictJsonObject(Buffer.from(text), 16)).toEqual({ value: JSON.parse(text) as unknown });
      }),
    );
  });
});
