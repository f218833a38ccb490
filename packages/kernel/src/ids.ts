import { randomBytes, randomInt, randomUUID } from 'node:crypto';

/** A random GUID in lower case (RFC 9562, version 4). */
export const newGuid = (): string => randomUUID();

/** `bytes` random bytes as lower-case hexadecimal text, twice as many characters. */
export const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** `bytes` random bytes. */
export const randomOctets = (bytes: number): Buffer => randomBytes(bytes);

/** A random whole number, 0 ≤ n < `bound`. */
export const randomBelow = (bound: number): number => randomInt(bound);

/** `length` random characters of `alphabet`, each drawn without bias. */
export const randomText = (length: number, alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'): string =>
  Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');

const guidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether `text` has the form of a GUID, in either case. */
export const isGuid = (text: string): boolean => guidPattern.test(text);
