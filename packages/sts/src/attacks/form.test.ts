import { beforeAll, describe, expect, it } from 'vitest';
import { assertionLimit } from '../wire.ts';
import { createTarget, encode, type Target } from './harness.ts';

let target: Target;
let good: string;
beforeAll(async () => {
  target = await createTarget();
  good = await target.forge();
  await target.expectGranted(good);
});

const parts = (): [string, string, string] => good.split('.') as [string, string, string];
const goodHeader = () => ({ alg: 'RS256', kid: target.issuer.current().kid });
const goodClaims = () => ({ iss: target.issuer.url, ...target.claims() });
/** Good JSON with more members, as text: what an object could not hold. */
const withMembers = (value: object, members: string) => `${JSON.stringify(value).slice(0, -1)},${members}}`;

describe('a member that is named twice', () => {
  it.each<[string, () => { header?: string; claims?: string }]>([
    ['alg', () => ({ header: withMembers(goodHeader(), '"alg":"RS256"') })],
    ['alg, none first', () => ({ header: `{"alg":"none","alg":"RS256","kid":"${target.issuer.current().kid}"}` })],
    ['alg in another spelling', () => ({ header: withMembers(goodHeader(), String.raw`"\u0061lg":"none"`) })],
    ['kid', () => ({ header: withMembers(goodHeader(), '"kid":"other"') })],
    ['sub', () => ({ claims: withMembers(goodClaims(), '"sub":"system:serviceaccount:kube-system:admin"') })],
    ['sub in another spelling', () => ({ claims: withMembers(goodClaims(), String.raw`"s\u0075b":"other"`) })],
    ['iss', () => ({ claims: withMembers(goodClaims(), '"iss":"https://evil.example/"') })],
    ['aud', () => ({ claims: withMembers(goodClaims(), '"aud":"other"') })],
    ['exp', () => ({ claims: withMembers(goodClaims(), '"exp":9999999999') })],
    ['a nested claim', () => ({ claims: withMembers(goodClaims(), '"kubernetes.io":{"pod":{"name":"a","name":"b"}}') })],
    ['a claim within a list', () => ({ claims: withMembers(goodClaims(), '"x":[{"a":1},{"a":1,"a":2}]') })],
    ['__proto__', () => ({ claims: withMembers(goodClaims(), '"__proto__":{},"__proto__":{}') })],
  ])('%s', async (_what, forgery) => {
    await target.expectRefused(await target.forge(forgery()), 50027);
  });
});

describe('what is no signed JWT', () => {
  it.each<[string, () => string]>([
    ['nothing but dots', () => '..'],
    ['two parts', () => parts().slice(0, 2).join('.')],
    ['four parts', () => `${good}.`],
    ['encryption, five parts', () => `${encode({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.AA.AA.AA.AA`],
    ['encryption around the good one', () => `${encode({ alg: 'dir', enc: 'A256GCM', cty: 'JWT' })}..AAAA.${encode(good)}.AAAA`],
    ['the JSON serialization', () => JSON.stringify({ protected: parts()[0], payload: parts()[1], signature: parts()[2] })],
    ['a JWT as payload', () => `${parts()[0]}.${encode(good)}.${parts()[2]}`],
    ['more than the limit', () => `${parts()[0]}.${encode({ ...goodClaims(), x: 'x'.repeat(assertionLimit) })}.${parts()[2]}`],
    ['blanks beyond the limit', () => good + ' '.repeat(assertionLimit)],
    ['nesting', () => `${parts()[0]}.${encode(withMembers(goodClaims(), `"x":${'['.repeat(40)}${']'.repeat(40)}`))}.${parts()[2]}`],
    ['a flood of brackets', () => `${parts()[0]}.${encode('['.repeat(11_000))}.${parts()[2]}`],
    ['a payload that is a list', () => `${parts()[0]}.${encode([goodClaims()])}.${parts()[2]}`],
    ['a payload that is null', () => `${parts()[0]}.${encode('null')}.${parts()[2]}`],
    ['a payload with a comment', () => `${parts()[0]}.${encode(`/**/${JSON.stringify(goodClaims())}`)}.${parts()[2]}`],
    ['a payload with a byte order mark', () => `${parts()[0]}.${encode(`\ufeff${JSON.stringify(goodClaims())}`)}.${parts()[2]}`],
    ['two payloads in one', () => `${parts()[0]}.${encode(`${JSON.stringify(goodClaims())}{}`)}.${parts()[2]}`],
    [
      'octets that are no UTF-8',
      () => `${parts()[0]}.${encode(Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xc0, 0xaf), Buffer.from('"}')]))}.${parts()[2]}`,
    ],
  ])('%s', async (_what, assertion) => {
    await target.expectRefused(assertion(), 50027);
  });

  it('the very same, signed by the issuer', async () => {
    for (const claims of [[goodClaims()], null, 'x', 1]) {
      await target.expectRefused(await target.forge({ claims: JSON.stringify(claims) }), 50027);
    }
    await target.expectRefused(await target.forge({ claims: withMembers(goodClaims(), `"x":${'['.repeat(40)}${']'.repeat(40)}`) }), 50027);
    await target.expectRefused(
      await target.forge({
        claims: Buffer.concat([Buffer.from(withMembers(goodClaims(), '"x":"')).subarray(0, -1), Buffer.of(0xff), Buffer.from('"}')]),
      }),
      50027,
    );
  });
});

describe('one token has one spelling', () => {
  const at = (text: string, index: number, put: string) => text.slice(0, index) + put + text.slice(index);
  it.each<[string, () => string]>([
    ['padding behind the header', () => good.replace('.', '==.')],
    ['padding behind the signature', () => `${good}==`],
    ['a space within', () => at(good, 20, ' ')],
    ['a line break within', () => at(good, 20, '\n')],
    ['a line break around a dot', () => good.replace('.', '\r\n.')],
    ['a tab before the dot', () => good.replace('.', '\t.')],
    ['a NUL behind', () => `${good}\u0000`],
    ['a NUL before', () => `\u0000${good}`],
    ['a zero-width space behind', () => `${good}\u200b`],
    [
      'standard base64',
      () =>
        parts()
          .map((part) => part.replaceAll('-', '+').replaceAll('_', '/'))
          .join('.'),
    ],
    ['percent signs', () => good.replaceAll('.', '%2E')],
    ['a full-width dot', () => good.replace('.', '\uff0e')],
    ['the scheme before', () => `Bearer ${good}`],
    ['quotes around', () => `"${good}"`],
  ])('not %s', async (_what, assertion) => {
    await target.expectRefused(assertion(), 50027);
  });

  it('not other last bits, in any part', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // 256 octets of signature leave four unused bits in its last character.
    const last = alphabet.indexOf(good.at(-1)!);
    for (let bits = 1; bits < 16; bits += 1) await target.expectRefused(good.slice(0, -1) + alphabet[last ^ bits]!, 50027);
    for (const pad of ['', ' ', '  ']) {
      const claims = JSON.stringify(goodClaims()) + pad;
      const assertion = await target.forge({ claims });
      const [header, payload, signature] = assertion.split('.');
      if (payload!.length % 4 === 0) continue;
      const other = payload!.slice(0, -1) + alphabet[alphabet.indexOf(payload!.at(-1)!) ^ 1]!;
      await target.expectRefused(`${header}.${other}.${signature}`, 50027);
    }
  });

  it('but blanks around it, which files end with', async () => {
    for (const assertion of [`${good}\n`, ` ${good}\r\n`, `\t${good} `]) await target.expectGranted(assertion);
  });
});

describe('a changed token', () => {
  it('has no good signature', async () => {
    const [header, payload, signature] = parts();
    const other = encode({ ...goodClaims(), sub: 'system:serviceaccount:kube-system:admin' });
    await target.expectRefused(`${header}.${other}.${signature}`, 700027);
    await target.expectRefused(`${header}.${payload}.`, 700027);
    await target.expectRefused(`${header}.${payload}.AAAA`, 700027);
    await target.expectRefused(`${header}.${payload}.${encode(Buffer.alloc(256))}`, 700027);
    await target.expectRefused(`${header}.${payload}.${encode(Buffer.alloc(256, 0xff))}`, 700027);
    await target.expectRefused(`${header}.${payload}.${signature}${signature}`, [700027, 50027]);
    await target.expectRefused(`${header}.${payload}.${signature.slice(0, -4)}`, [700027, 50027]);
    await target.expectRefused(`${encode({ ...goodHeader(), typ: 'JWT' })}.${payload}.${signature}`, 700027);
    expect(target.strangersAsked()).toEqual([]);
  });

  it('and none is remembered from the good one', async () => {
    await target.expectGranted(good);
    await target.expectGranted(good);
    const [header, payload, signature] = parts();
    const flipped = Buffer.from(signature, 'base64url');
    flipped.writeUInt8(flipped.readUInt8(100) ^ 1, 100);
    await target.expectRefused(`${header}.${payload}.${encode(flipped)}`, 700027);
  });
});
