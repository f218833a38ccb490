import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEnvelope } from './envelope.ts';
import { constantTimeEqual } from './equal.ts';
import { hashPassword, verifyPassword } from './password.ts';

const master = Buffer.alloc(32, 7);
const envelope = createEnvelope(master);
const box = envelope.seal(Buffer.from('a secret'), '/vaults/v/secrets/s');

describe('createEnvelope', () => {
  test('refuses a master key of another length', () => {
    expect(() => createEnvelope(Buffer.alloc(16))).toThrowError('32 octets');
  });

  test('any altered, cut or added octet is refused', () => {
    for (let index = 0; index < box.length; index += 1) {
      const altered = Buffer.from(box);
      altered.writeUInt8(altered.readUInt8(index) ^ 1, index);
      expect(() => envelope.open(altered, '/vaults/v/secrets/s'), `octet ${index}`).toThrowError('A sealed value was altered');
      expect(() => envelope.open(box.subarray(0, index), '/vaults/v/secrets/s'), `cut at ${index}`).toThrowError(
        'A sealed value was altered',
      );
    }
    expect(() => envelope.open(Buffer.concat([box, Buffer.of(0)]), '/vaults/v/secrets/s')).toThrowError('A sealed value was altered');
  });

  test('another context or another master key does not open it', () => {
    expect(() => envelope.open(box, '/vaults/v/secrets/t')).toThrow(expect.objectContaining({ code: 'corrupt' }));
    expect(() => createEnvelope(Buffer.alloc(32, 8)).open(box, '/vaults/v/secrets/s')).toThrow(
      expect.objectContaining({ code: 'corrupt' }),
    );
  });

  test('opens what it sealed, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (value, context) => {
        const sealed = envelope.seal(value, context);
        expect(new Uint8Array(envelope.open(sealed, context))).toEqual(value);
        expect(sealed.equals(envelope.seal(value, context))).toBe(false);
      }),
    );
  });

  test('a later change of the caller’s buffer does not change the key', () => {
    const buffer = Buffer.alloc(32, 9);
    const own = createEnvelope(buffer);
    const sealed = own.seal(Buffer.from('x'), 'c');
    buffer.fill(0);
    expect(own.open(sealed, 'c').toString()).toBe('x');
  });
});

describe('passwords', () => {
  test.each([
    ['', ''],
    ['text', 'text'],
    ['another scheme', 'bcrypt$12$x'],
    ['a cost that would exhaust memory', 'scrypt$999999$99$9$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['a cost that is no power of two', 'scrypt$3$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ])('a hash that is %s matches nothing', async (_, hash) => {
    expect(await verifyPassword('password', hash)).toBe(false);
  });

  test('more than 1 KiB is refused', async () => {
    await expect(hashPassword('x'.repeat(1025))).rejects.toMatchObject({ code: 'invalid' });
    expect(await verifyPassword('ü'.repeat(513), await hashPassword('x'))).toBe(false);
  });

  test('only the password itself matches; two hashes of it differ', async () => {
    const hash = await hashPassword('pass wörd');
    expect(await verifyPassword('pass wörd', hash)).toBe(true);
    expect(await verifyPassword('pass word', hash)).toBe(false);
    expect(await hashPassword('pass wörd')).not.toBe(hash);
    expect(hash).not.toContain('pass');
  });
});

test('constantTimeEqual is equality', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => constantTimeEqual(a, b) === (a === b)));
  expect(constantTimeEqual('secret', 'secret')).toBe(true);
  expect(constantTimeEqual('secret', 'secret ')).toBe(false);
});
