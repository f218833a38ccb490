import { constants, createHmac, createPublicKey, generateKeyPairSync, sign, type JsonWebKey } from 'node:crypto';
import { generateSigningKey, type SigningKey } from '@podpass/crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTarget, privateKeyOf, type Forgery, type Target } from './harness.ts';

let target: Target;
let stranger: SigningKey;
beforeAll(async () => {
  target = await createTarget();
  stranger = await generateSigningKey();
  await target.expectGranted(await target.forge());
});

const key = () => target.issuer.current();
const nothing = () => Buffer.alloc(0);
const publicKey = () => createPublicKey({ key: key().publicJwk as JsonWebKey, format: 'jwk' });
const mac =
  (hash: string, secret: () => string | Buffer): Forgery['signer'] =>
  (octets) =>
    createHmac(hash, secret()).update(octets).digest();

describe('the algorithm', () => {
  it.each(['none', 'None', 'NONE', 'nOnE', 'none ', ''])('%j without signature, and with a good one', async (alg) => {
    await target.expectRefused(await target.forge({ header: { alg }, signer: nothing }), 5002738);
    await target.expectRefused(await target.forge({ header: { alg, kid: undefined }, signer: nothing }), 5002738);
    await target.expectRefused(await target.forge({ header: { alg } }), 5002738);
  });

  it.each<[string, () => string | Buffer]>([
    ['the PEM of the key', () => publicKey().export({ type: 'spki', format: 'pem' })],
    ['the PEM without its last line break', () => String(publicKey().export({ type: 'spki', format: 'pem' })).trim()],
    ['the PKCS#1 PEM', () => publicKey().export({ type: 'pkcs1', format: 'pem' })],
    ['the DER', () => publicKey().export({ type: 'spki', format: 'der' })],
    ['the PKCS#1 DER', () => publicKey().export({ type: 'pkcs1', format: 'der' })],
    ['the JWK', () => JSON.stringify(key().publicJwk)],
    ['the modulus', () => String(key().publicJwk.n)],
    ['the octets of the modulus', () => Buffer.from(String(key().publicJwk.n), 'base64url')],
    ['the key id', () => key().kid],
    ['nothing', () => ''],
  ])('HMAC with %s as secret', async (_what, secret) => {
    for (const [alg, hash] of [
      ['HS256', 'sha256'],
      ['HS384', 'sha384'],
      ['HS512', 'sha512'],
    ] as const) {
      await target.expectRefused(await target.forge({ header: { alg }, signer: mac(hash, secret) }), 5002738);
    }
    await target.expectRefused(await target.forge({ signer: mac('sha256', secret) }), 700027);
  });

  const pss: Forgery['signer'] = (octets) =>
    sign('sha256', octets, { key: privateKeyOf(key()), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
  it.each<[string, string, Forgery['signer'], number]>([
    ['PS256, properly signed', 'PS256', pss, 5002738],
    ['PS256 over an RS256 signature', 'PS256', undefined, 5002738],
    ['RS256 over a PSS signature', 'RS256', pss, 700027],
    ['RS384, properly signed', 'RS384', (octets) => sign('sha384', octets, privateKeyOf(key())), 5002738],
    ['RS512, properly signed', 'RS512', (octets) => sign('sha512', octets, privateKeyOf(key())), 5002738],
    ['RS256 over a SHA-512 signature', 'RS256', (octets) => sign('sha512', octets, privateKeyOf(key())), 700027],
    ['RS256 over a SHA-1 signature', 'RS256', (octets) => sign('sha1', octets, privateKeyOf(key())), 700027],
    ['ES256', 'ES256', (octets) => sign('sha256', octets, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey), 5002738],
    ['ES256 over nothing but zeros', 'ES256', () => Buffer.alloc(64), 5002738],
    ['EdDSA', 'EdDSA', (octets) => sign(null, octets, generateKeyPairSync('ed25519').privateKey), 5002738],
    ['a key encryption', 'RSA-OAEP', undefined, 5002738],
    ['lower case', 'rs256', undefined, 5002738],
    ['a space behind', 'RS256 ', undefined, 5002738],
    ['a NUL behind', 'RS256\u0000', undefined, 5002738],
    ['a full-width letter', '\uff32S256', undefined, 5002738],
    ['a member of objects', 'constructor', undefined, 5002738],
  ])('%s', async (_what, alg, signer, code) => {
    await target.expectRefused(await target.forge({ header: { alg }, ...(signer ? { signer } : {}) }), code);
  });

  it.each([[undefined], [null], [256], [true], [['RS256']], [{ name: 'RS256' }]])('%j instead of a text', async (alg) => {
    await target.expectRefused(await target.forge({ header: { alg } }), 50027);
  });
});

describe('what the header may not hold', () => {
  it.each<[string, unknown]>([
    ['crit', ['exp']],
    ['crit', []],
    ['crit', null],
    ['crit', 'b64'],
    ['b64', false],
    ['jku', 'https://evil.example/jwks'],
    ['x5u', 'https://evil.example/certificate'],
    ['jwk', {}],
    ['cty', 'JWT'],
    ['zip', 'DEF'],
    ['enc', 'A256GCM'],
    ['epk', {}],
    ['p2c', 1e9],
    ['nonce', 'n'],
    ['Kid', 'k'],
    ['__proto__', {}],
    ['', 1],
  ])('%j: %j', async (name, value) => {
    const header = `{"alg":"RS256","kid":"${key().kid}",${JSON.stringify(name)}:${JSON.stringify(value)}}`;
    await target.expectRefused(await target.forge({ header }), 5002726);
  });

  it('its own key, whatever the way: none is looked at, nothing is fetched', async () => {
    const signer: Forgery['signer'] = (octets) => stranger.sign(octets);
    const own = { jwk: stranger.publicJwk, jku: 'https://evil.example/jwks', x5u: 'https://evil.example/certificate' };
    for (const kid of [stranger.kid, key().kid]) {
      for (const [name, value] of Object.entries(own)) {
        await target.expectRefused(await target.forge({ header: { kid, [name]: value }, signer }), 5002726);
      }
    }
    const x5c = ['MIIB'];
    await target.expectRefused(await target.forge({ header: { kid: stranger.kid, x5c }, signer }), 7000272);
    await target.expectRefused(await target.forge({ header: { x5c }, signer }), 700027);
    await target.expectRefused(await target.forge({ header: { kid: undefined, x5c }, signer }), 5002723);
  });

  it.each([['at+jwt'], ['JWE'], ['jwt'], ['JOSE'], ['JWT '], ['application/jwt'], ['dpop+jwt'], [''], [null], [7], [['JWT']]])(
    'type %j',
    async (typ) => {
      await target.expectRefused(await target.forge({ header: { typ } }), 5002727);
    },
  );

  it.each([['JWT'], ['http://openid.net/specs/jwt/1.0'], [undefined]])('but may hold type %j', async (typ) => {
    await target.expectGranted(await target.forge({ header: { typ } }));
  });
});

describe('the key id', () => {
  const byStranger = (kid: unknown) => target.forge({ header: { kid }, signer: (octets) => stranger.sign(octets) });

  it.each<[string, unknown, number]>([
    ['a path', '../../../../../dev/null', 7000272],
    ['a URL', 'https://evil.example/key', 7000272],
    ['SQL', "x' UNION SELECT 'secret';--", 7000272],
    ['line breaks', 'k\r\nLocation: https://evil.example/', 7000272],
    ['a NUL', 'k\u0000', 7000272],
    ['Unicode', '\u202eдiк\u{1f600}\ud800', 7000272],
    ['a very long text', 'k'.repeat(8000), 7000272],
    ['a member of objects', '__proto__', 7000272],
    ['another member of objects', 'constructor', 7000272],
    ['a template', '{issuer}${1}%s', 7000272],
    ['a blank', ' ', 7000272],
    ['empty', '', 5002723],
    ['missing', undefined, 5002723],
    ['null', null, 50027],
    ['a number', 1, 50027],
    ['an array', ['k'], 50027],
    ['an object', { toString: 'k' }, 50027],
  ])('%s', async (_what, kid, code) => {
    const answer = await target.expectRefused(await byStranger(kid), code);
    expect(answer.text.length).toBeLessThan(1500);
    expect(Object.keys(answer.headers).toSorted().join()).not.toMatch(/location/i);
  });

  it('in an array around the right one, in another case, and with a thumbprint beside', async () => {
    const { kid } = key();
    await target.expectRefused(await target.forge({ header: { kid: [kid] } }), 50027);
    const swapped = kid === kid.toLowerCase() ? kid.toUpperCase() : kid.toLowerCase();
    await target.expectRefused(await target.forge({ header: { kid: swapped } }), 7000272);
    await target.expectRefused(await target.forge({ header: { kid: undefined, x5t: 'thumbprint' } }), 7000272);
  });
});
