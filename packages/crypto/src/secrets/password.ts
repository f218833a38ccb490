import { scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { KernelError, randomOctets } from '@podpass/kernel';

const maxPasswordBytes = 1024;
const saltBytes = 16;
const hashBytes = 32;
/** 32 MiB and about 60 ms for each guess (RFC 7914, section 2: memory is 128 * N * r octets). */
const chosen: Cost = { N: 32768, r: 8, p: 1 };
/** What a stored hash may demand at most, so that an altered record cannot exhaust memory. */
const most: Cost = { N: 131072, r: 16, p: 4 };

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** Hashes a password with scrypt, off the event loop; parameters and salt are part of the text. Throws KernelError `invalid` above 1 KiB. */
export const hashPassword = async (text: string): Promise<string> => {
  if (Buffer.byteLength(text) > maxPasswordBytes) throw new KernelError('invalid', 'The password is longer than 1 KiB.');
  const salt = randomOctets(saltBytes);
  const hash = await derive(text, salt, chosen);
  return `scrypt$${chosen.N}$${chosen.r}$${chosen.p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
};

/** Whether `text` is the password that `hash` was made of. False for a hash that is none, and for more than 1 KiB. */
export const verifyPassword = async (text: string, hash: string): Promise<boolean> => {
  const stored = parse(hash);
  if (!stored || Buffer.byteLength(text) > maxPasswordBytes) return false;
  return timingSafeEqual(await derive(text, stored.salt, stored.cost), stored.hash);
};

const form = /^scrypt\$(\d{1,6})\$(\d{1,2})\$(\d)\$([\w-]{22})\$([\w-]{43})$/;

const parse = (text: string): { cost: Cost; salt: Buffer; hash: Buffer } | undefined => {
  const [, n, r, p, salt, hash] = form.exec(text) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  const powerOfTwo = cost.N > 1 && (cost.N & (cost.N - 1)) === 0;
  if (!powerOfTwo || cost.r < 1 || cost.p < 1 || cost.N > most.N || cost.r > most.r || cost.p > most.p) return undefined;
  return { cost, salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') };
};

const derive = (text: string, salt: Buffer, cost: Cost): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options: ScryptOptions = { ...cost, maxmem: 256 * cost.N * cost.r };
    scrypt(text, salt, hashBytes, options, (failed, key) => (failed ? reject(failed) : resolve(key)));
  });
