import { createDecipheriv, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { KernelError } from '@podpass/kernel';
import { expect, oid, sequence, tag, wholeNumber, type Element } from './der.ts';

const derive = promisify(pbkdf2);

/** Object identifiers of RFC 8018. */
const pbes2 = '1.2.840.113549.1.5.13';
const pbkdf2Oid = '1.2.840.113549.1.5.12';
const digests: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
const ciphers: Readonly<Record<string, { readonly name: string; readonly keyBytes: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', keyBytes: 32 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyBytes: 24 },
};
/** Rounds of key derivation that a user may make us do for one file, however many parts that has. OpenSSL and Windows write about 2 000 for each. */
const roundLimit = 600_000;

/** What is left of the rounds for one file. */
export interface Effort {
  rounds: number;
}

export const effort = (): Effort => ({ rounds: roundLimit });

const digestOf = (parameters: readonly Element[]): string => {
  const last = parameters.at(-1);
  // The pseudo-random function stands last and is left out when it is HMAC with SHA-1.
  return last?.tag === tag.sequence ? (digests[oid(sequence(last)[0])] ?? '') : 'sha1';
};

/**
 * Decrypts what PBES2 encrypted (RFC 8018, section 6.2), which is what OpenSSL 3 and current Windows write. Throws KernelError
 * `invalid` for other schemes and wrong passwords.
 */
export const decrypt = async (
  algorithm: Element | undefined,
  encrypted: Buffer,
  { password, left }: { readonly password: string; readonly left: Effort },
): Promise<Buffer> => {
  const [scheme, given] = sequence(algorithm);
  if (oid(scheme) !== pbes2)
    throw new KernelError('invalid', 'only PBES2 encryption is read; export the certificate again with OpenSSL 3 or a current Windows');
  const [kdf, cipherId] = sequence(given);
  const [kdfOid, kdfParameters] = sequence(kdf);
  const [cipherOid, iv] = sequence(cipherId);
  const parameters = sequence(kdfParameters);
  const digest = digestOf(parameters);
  const cipher = ciphers[oid(cipherOid)];
  if (oid(kdfOid) !== pbkdf2Oid || digest === '' || cipher === undefined)
    throw new KernelError('invalid', 'the encryption is not supported');
  const rounds = wholeNumber(parameters[1]);
  if (rounds < 1 || rounds > left.rounds) throw new KernelError('invalid', 'the key derivation has too many rounds');
  left.rounds -= rounds;
  const key = await derive(Buffer.from(password, 'utf8'), expect(parameters[0], tag.octets), rounds, cipher.keyBytes, digest);
  try {
    const decipher = createDecipheriv(cipher.name, key, expect(iv, tag.octets));
    return Buffer.concat([decipher.update(encrypted), decipher.final()]);
  } catch (cause) {
    throw new KernelError('invalid', 'the password is wrong or the content is damaged', { cause });
  }
};
