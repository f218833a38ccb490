import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSecretName, redacted, redactFields, redactText, redactValue } from './redact.ts';

const jwt = 'eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';

describe('names of secrets', () => {
  it.each([
    'authorization',
    'Authorization',
    'client_secret',
    'clientSecret',
    'client_assertion',
    'password',
    'adminPassword',
    'access_token',
    'refresh-token',
    'id_token',
    'value',
    'token',
    'Set-Cookie',
    'X-IDENTITY-HEADER',
    'privateKey',
    'spnClientSecret',
  ])('%s is redacted', (name) => expect(isSecretName(name)).toBe(true));

  it.each(['kid', 'subject', 'issuer', 'audience', 'tokenType', 'expires', 'status', 'keyId', 'client_id'])('%s is kept', (name) =>
    expect(isSecretName(name)).toBe(false),
  );
});

describe('texts', () => {
  it.each([
    ['a token', `got ${jwt} from pod`],
    ['an unsigned token', 'got eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0. here'],
    ['a bearer header', 'Bearer abcdefghijklmnop'],
    ['a form', 'grant_type=x&client_secret=hunter2hunter2&scope=y'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----'],
    ['a cut private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIabc'],
  ])('%s does not survive', (_what, text) => {
    const safe = redactText(text);
    expect(safe).toContain(redacted);
    for (const secret of [jwt, 'eyJ', 'abcdefghijklmnop', 'hunter2', 'MIIabc']) expect(safe).not.toContain(secret);
  });

  it('cuts long texts', () => expect(redactText('x'.repeat(10_000)).length).toBeLessThan(4_100));
  it('keeps ordinary texts', () => expect(redactText('the subject did not match')).toBe('the subject did not match'));
});

describe('values', () => {
  it('never lets a secret-like field through, wherever it stands', () => {
    const names = fc.constantFrom('password', 'client_secret', 'value', 'token', 'Authorization');
    const property = fc.property(names, fc.nat(8), fc.boolean(), (name, depth, list) => {
      let value: unknown = { [name]: 'hunter2' };
      for (let level = 0; level < depth; level++) value = list ? [value] : { inner: value };
      expect(JSON.stringify(redactFields({ outer: value }))).not.toContain('hunter2');
    });
    expect(() => fc.assert(property)).not.toThrow();
  });

  it('cleans errors and their causes and shows no detail', () => {
    const error = Object.assign(new Error(`bad ${jwt}`, { cause: new Error('password=hunter2hunter2') }), {
      detail: 'hunter2',
      code: 'conflict',
    });
    const text = JSON.stringify(redactFields({ error }));
    expect(text).not.toContain('eyJ');
    expect(text).not.toContain('hunter2');
    expect(text).toContain('conflict');
  });

  it('bounds width and survives cycles', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    expect(JSON.stringify(redactValue(cyclic))).toContain('too deep');
    expect((redactValue(Array.from({ length: 500 }, (_, index) => index)) as unknown[]).length).toBe(50);
  });

  it('shows the size of bytes only', () => expect(redactValue({ body: Buffer.from('hunter2') })).toEqual({ body: '[7 bytes]' }));
  it('keeps ordinary fields', () => expect(redactFields({ a: 1, b: ['x'], c: null })).toEqual({ a: 1, b: ['x'], c: null }));
});
