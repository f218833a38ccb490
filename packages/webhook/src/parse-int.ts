import { Denied } from './denial.ts';

const digits = /^[+-]?\d+$/;

/** Parses a decimal signed integer of `bits` bits with the rules and error texts that upstream's users know. */
export const parseInteger = (text: string, bits: 32 | 64, context = ''): bigint => {
  const fail = (why: string): Denied => new Denied(`${context}strconv.ParseInt: parsing ${JSON.stringify(text.slice(0, 256))}: ${why}`);
  // 256 characters hold any 64-bit number with room for leading zeros; more would only cost time.
  if (!digits.test(text)) throw fail('invalid syntax');
  if (text.length > 256) throw fail('value out of range');
  const value = BigInt(text.replace(/^\+/, ''));
  if (BigInt.asIntN(bits, value) !== value) throw fail('value out of range');
  return value;
};
