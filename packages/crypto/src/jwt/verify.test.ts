import { createHmac, createPublicKey, generateKeyPairSync, sign, constants, type KeyObject, type JsonWebKey } from 'node:crypto';
import { jwtVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { generateSigningKey } from '../keys/signing-key.ts';
import type { Jwks, JwtFailure, PublicJwk, SigningKey } from '../types.ts';
import { parseJwt } from './parse.ts';
import { signJwt } from './sign.ts';
import { verifyJwtSignature } from './verify.ts';

const claims = { iss: 'https://issuer.example/', sub: 'system:serviceaccount:team:app', aud: 'api://AzureADTokenExchange' };

let key: SigningKey;
let attacker: SigningKey;
let keys: Jwks;
let ec: { readonly privateKey: KeyObject; readonly jwk: PublicJwk };

beforeAll(async () => {
  key = await generateSigningKey();
  attacker = await generateSigningKey();
  keys = { keys: [key.publicJwk] };
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  ec = { privateKey: pair.privateKey, jwk: { ...(pair.publicKey.export({ format: 'jwk' }) as PublicJwk), kid: 'ec' } };
});

const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
type Signer = (signed: Buffer) => Buffer | Promise<Buffer>;
const forge = async (header: unknown, signer: Signer = (signed) => key.sign(signed)): Promise<string> => {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${(await signer(Buffer.from(signed))).toString('base64url')}`;
};
const outcome = async (token: string, trust: { keys?: Jwks; algorithms?: readonly string[] } = {}): Promise<JwtFailure | undefined> => {
  const parsed = parseJwt(token);
  if ('failure' in parsed) return parsed.failure;
  return verifyJwtSignature(parsed, { keys: trust.keys ?? keys, algorithms: trust.algorithms ?? ['RS256'] });
};

interface Attack {
  readonly name: string;
  readonly token: () => Promise<string>;
  readonly trust?: () => { keys?: Jwks; algorithms?: readonly string[] };
  readonly reason: JwtFailure['reason'];
}

const attacks: readonly Attack[] = [
  { name: 'alg none without signature', token: () => forge({ alg: 'none', kid: key.kid }, () => Buffer.alloc(0)), reason: 'algorithm' },
  { name: 'alg None in mixed case', token: () => forge({ alg: 'nOnE', kid: key.kid }, () => Buffer.alloc(0)), reason: 'algorithm' },
  { name: 'alg missing', token: () => forge({ kid: key.kid }), reason: 'malformed' },
  { name: 'alg as an array', token: () => forge({ alg: ['RS256'], kid: key.kid }), reason: 'malformed' },
  { name: 'alg in lower case', token: () => forge({ alg: 'rs256', kid: key.kid }), reason: 'algorithm' },
  { name: 'an alg named as an object member', token: () => forge({ alg: 'constructor', kid: key.kid }), reason: 'algorithm' },
  {
    name: 'HS256 with the public key as the secret',
    token: () =>
      forge({ alg: 'HS256', kid: key.kid }, (signed) => {
        const pem = createPublicKey({ key: key.publicJwk as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
        return createHmac('sha256', pem).update(signed).digest();
      }),
    reason: 'algorithm',
  },
  { name: 'RS256 signature presented as PS256', token: () => forge({ alg: 'PS256', kid: key.kid }), reason: 'algorithm' },
  {
    name: 'PS256 with a key that is for RS256, both being allowed',
    token: () => forge({ alg: 'PS256', kid: key.kid }, pss),
    trust: () => ({ algorithms: ['RS256', 'PS256'] }),
    reason: 'algorithm',
  },
  {
    name: 'PS256 header over a PKCS#1 signature, with a key for either',
    token: () => forge({ alg: 'PS256', kid: key.kid }),
    trust: () => ({ keys: { keys: [without(key.publicJwk, 'alg')] }, algorithms: ['PS256'] }),
    reason: 'signature',
  },
  {
    name: 'RS256 header with the kid of an EC key',
    token: () => forge({ alg: 'RS256', kid: 'ec' }),
    trust: () => ({ keys: { keys: [ec.jwk] }, algorithms: ['RS256', 'ES256'] }),
    reason: 'algorithm',
  },
  {
    name: 'a key with exponent 1, under which everybody can sign',
    token: () => forge({ alg: 'RS256', kid: key.kid }),
    trust: () => ({ keys: { keys: [{ ...key.publicJwk, e: 'AQ' }] } }),
    reason: 'algorithm',
  },
  {
    name: 'a key for encryption',
    token: () => forge({ alg: 'RS256', kid: key.kid }),
    trust: () => ({ keys: { keys: [{ ...key.publicJwk, use: 'enc' }] } }),
    reason: 'algorithm',
  },
  {
    name: 'a key whose operations do not include verification',
    token: () => forge({ alg: 'RS256', kid: key.kid }),
    trust: () => ({ keys: { keys: [{ ...key.publicJwk, key_ops: ['sign'] }] } }),
    reason: 'algorithm',
  },
  {
    name: 'a symmetric key in the key set',
    token: () => forge({ alg: 'RS256', kid: 'oct' }),
    trust: () => ({ keys: { keys: [{ kty: 'oct', kid: 'oct', k: 'c2VjcmV0' }] } }),
    reason: 'algorithm',
  },
  {
    name: 'an RSA key of 1024 bits',
    token: () => forge({ alg: 'RS256', kid: 'weak' }, (signed) => sign('sha256', signed, weak.privateKey)),
    trust: () => ({ keys: { keys: [{ ...(weak.publicKey.export({ format: 'jwk' }) as PublicJwk), kid: 'weak' }] } }),
    reason: 'algorithm',
  },
  {
    name: 'a broken key',
    token: () => forge({ alg: 'RS256', kid: 'bad' }),
    trust: () => ({ keys: { keys: [{ kty: 'RSA', kid: 'bad', n: '!', e: '' }] } }),
    reason: 'algorithm',
  },
  { name: 'crit with a known name', token: () => forge({ alg: 'RS256', kid: key.kid, crit: ['exp'] }), reason: 'critical' },
  {
    name: 'crit for unencoded payloads',
    token: () => forge({ alg: 'RS256', kid: key.kid, b64: false, crit: ['b64'] }),
    reason: 'critical',
  },
  { name: 'an empty crit', token: () => forge({ alg: 'RS256', kid: key.kid, crit: [] }), reason: 'critical' },
  { name: 'crit null', token: () => forge({ alg: 'RS256', kid: key.kid, crit: null }), reason: 'critical' },
  { name: 'no kid', token: () => forge({ alg: 'RS256' }), reason: 'unknown-key' },
  { name: 'a kid that is a number', token: () => forge({ alg: 'RS256', kid: 1 }), reason: 'unknown-key' },
  {
    name: 'an unknown kid',
    token: () => forge({ alg: 'RS256', kid: attacker.kid }, (signed) => attacker.sign(signed)),
    reason: 'unknown-key',
  },
  { name: 'a kid with path characters', token: () => forge({ alg: 'RS256', kid: '../../../../dev/null' }), reason: 'unknown-key' },
  { name: 'a kid with a query', token: () => forge({ alg: 'RS256', kid: "x' UNION SELECT 'y" }), reason: 'unknown-key' },
  { name: 'a kid named as an object member', token: () => forge({ alg: 'RS256', kid: '__proto__' }), reason: 'unknown-key' },
  {
    name: 'the signature of another key',
    token: () => forge({ alg: 'RS256', kid: key.kid }, (signed) => attacker.sign(signed)),
    reason: 'signature',
  },
  {
    name: 'a key embedded as jwk',
    token: () => forge({ alg: 'RS256', kid: key.kid, jwk: attacker.publicJwk }, (signed) => attacker.sign(signed)),
    reason: 'signature',
  },
  {
    name: 'an embedded jwk without kid',
    token: () => forge({ alg: 'RS256', jwk: attacker.publicJwk }, (signed) => attacker.sign(signed)),
    reason: 'unknown-key',
  },
  {
    name: 'an x5c header',
    token: () => forge({ alg: 'RS256', kid: key.kid, x5c: ['MIIB'] }, (signed) => attacker.sign(signed)),
    reason: 'signature',
  },
  {
    name: 'jku and x5u headers',
    token: () =>
      forge({ alg: 'RS256', kid: attacker.kid, jku: 'https://evil.example/k', x5u: 'https://evil.example/c' }, (signed) =>
        attacker.sign(signed),
      ),
    reason: 'unknown-key',
  },
  { name: 'an empty signature', token: () => forge({ alg: 'RS256', kid: key.kid }, () => Buffer.alloc(0)), reason: 'signature' },
  {
    name: 'a signature that is too long',
    token: () => forge({ alg: 'RS256', kid: key.kid }, () => Buffer.alloc(4096, 1)),
    reason: 'signature',
  },
  {
    name: 'an ES256 signature of zeros (CVE-2022-21449)',
    token: () => forge({ alg: 'ES256', kid: 'ec' }, () => Buffer.alloc(64)),
    trust: () => ({ keys: { keys: [ec.jwk] }, algorithms: ['ES256'] }),
    reason: 'signature',
  },
  {
    name: 'an ES256 signature in DER',
    token: () => forge({ alg: 'ES256', kid: 'ec' }, (signed) => sign('sha256', signed, ec.privateKey)),
    trust: () => ({ keys: { keys: [ec.jwk] }, algorithms: ['ES256'] }),
    reason: 'signature',
  },
];

const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const without = (jwk: PublicJwk, member: string): PublicJwk =>
  Object.fromEntries(Object.entries(jwk).filter(([name]) => name !== member)) as unknown as PublicJwk;
const pss = (signed: Buffer): Buffer =>
  sign('sha256', signed, { key: key.exportPrivate(), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });

describe('verifyJwtSignature', () => {
  test.each(attacks)('refuses $name', async ({ token, trust, reason }) => {
    expect((await outcome(await token(), trust?.()))?.reason).toBe(reason);
  });

  test('refuses a token whose payload, header or signature was altered by one character', async () => {
    const token = await signJwt(key, { claims });
    for (let index = 0; index < token.length; index += 7) {
      if (token[index] === '.') continue;
      const altered = `${token.slice(0, index)}${token[index] === 'A' ? 'B' : 'A'}${token.slice(index + 1)}`;
      expect(await outcome(altered), `character ${index}`).toBeDefined();
    }
  });

  test.each([[['HS256']], [['none']], [['RS256', 'HS512']], [['toString']]])('will not be called with %j', async (algorithms) => {
    const token = await signJwt(key, { claims });
    await expect(outcome(token, { algorithms })).rejects.toMatchObject({ code: 'invalid' });
  });

  test('an empty list allows nothing', async () => {
    expect((await outcome(await signJwt(key, { claims }), { algorithms: [] }))?.reason).toBe('algorithm');
  });

  test('accepts RS256, PS256 and ES256 with keys that fit', async () => {
    expect(await outcome(await signJwt(key, { claims }))).toBeUndefined();
    const forPss = { keys: [{ ...key.publicJwk, alg: 'PS256' }] };
    expect(await outcome(await forge({ alg: 'PS256', kid: key.kid }, pss), { keys: forPss, algorithms: ['PS256'] })).toBeUndefined();
    const es = (signed: Buffer) => sign('sha256', signed, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' });
    expect(
      await outcome(await forge({ alg: 'ES256', kid: 'ec' }, es), { keys: { keys: [ec.jwk] }, algorithms: ['ES256'] }),
    ).toBeUndefined();
  });

  test('finds the fitting key where two share a kid', async () => {
    const both = { keys: [{ ...ec.jwk, kid: key.kid }, key.publicJwk] };
    expect(await outcome(await signJwt(key, { claims }), { keys: both })).toBeUndefined();
  });

  test('an independent implementation accepts what signJwt writes', async () => {
    const token = await signJwt(key, { header: { typ: 'JWT', x5t: key.kid }, claims });
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys as unknown as JSONWebKeySet), {
      algorithms: ['RS256'],
    });
    expect(payload).toEqual(claims);
    expect(Object.keys(protectedHeader)).toEqual(['typ', 'alg', 'x5t', 'kid']);
  });
});
