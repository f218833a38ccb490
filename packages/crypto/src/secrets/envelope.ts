import { createCipheriv, createDecipheriv } from 'node:crypto';
import { KernelError, randomOctets } from '@podpass/kernel';
import type { Envelope } from '../types.ts';

/**
 * A box is: version (1 octet), the wrapped data key, the value. Each of the two is an AES-256-GCM message: nonce (12 octets),
 * ciphertext, tag (16 octets). The context is authenticated in both, so that a box cannot be moved to another record.
 */
const version = 1;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const wrappedBytes = nonceBytes + keyBytes + tagBytes;

/** Creates an envelope under `masterKey` of 32 octets. Throws KernelError `invalid` for any other length. */
export const createEnvelope = (masterKey: Buffer): Envelope => {
  if (masterKey.length !== keyBytes) throw new KernelError('invalid', 'The master key must have 32 octets.');
  const master = Buffer.from(masterKey);
  return {
    seal(plaintext, context) {
      const dataKey = randomOctets(keyBytes);
      const box = Buffer.concat([
        Buffer.of(version),
        encrypt(master, dataKey, aad('key', context)),
        encrypt(dataKey, plaintext, aad('value', context)),
      ]);
      dataKey.fill(0);
      return box;
    },
    open(box, context) {
      const octets = Buffer.from(box.buffer, box.byteOffset, box.byteLength);
      if (octets[0] !== version || octets.length < 1 + wrappedBytes + nonceBytes + tagBytes) throw corrupt();
      try {
        const dataKey = decrypt(master, octets.subarray(1, 1 + wrappedBytes), aad('key', context));
        const plaintext = decrypt(dataKey, octets.subarray(1 + wrappedBytes), aad('value', context));
        dataKey.fill(0);
        return plaintext;
      } catch {
        throw corrupt();
      }
    },
  };
};

const corrupt = () => new KernelError('corrupt', 'A sealed value was altered, or was sealed under another master key.');

const aad = (part: string, context: string): Buffer => Buffer.from(`podpass:${version}:${part}\0${context}`, 'utf8');

const encrypt = (key: Buffer, plaintext: Uint8Array, context: Buffer): Buffer => {
  const nonce = randomOctets(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(context);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
};

const decrypt = (key: Buffer, message: Buffer, context: Buffer): Buffer => {
  const decipher = createDecipheriv('aes-256-gcm', key, message.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(context).setAuthTag(message.subarray(message.length - tagBytes));
  return Buffer.concat([decipher.update(message.subarray(nonceBytes, message.length - tagBytes)), decipher.final()]);
};
