import { isIPv4 } from 'node:net';
import { KernelError } from '@podpass/kernel';

/** A range of IPv4 addresses; `first` is the network address as a number. */
export interface Range {
  readonly first: number;
  readonly bits: number;
  readonly size: number;
}

/** An IPv4 address as a number; undefined for anything else, IPv6 included. */
export const parseAddress = (text: string): number | undefined => {
  if (!isIPv4(text)) return undefined;
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
};

export const formatAddress = (address: number): string => [24, 16, 8, 0].map((shift) => String((address >>> shift) & 255)).join('.');

/** Throws KernelError `invalid` for text that is no range in its canonical form, `10.244.0.0/24`. */
export const parseRange = (text: string): Range => {
  const slash = text.indexOf('/');
  const first = parseAddress(text.slice(0, slash));
  const bitsText = text.slice(slash + 1);
  const bits = /^(?:[89]|[12]\d|3[0-2])$/.test(bitsText) ? Number(bitsText) : undefined;
  if (slash < 0 || first === undefined || bits === undefined) throw new KernelError('invalid', `"${text}" is no range of IPv4 addresses.`);
  const size = 2 ** (32 - bits);
  if (first % size !== 0) throw new KernelError('invalid', `"${text}" has bits set behind its prefix.`);
  return { first, bits, size };
};

export const contains = (range: Range, address: number): boolean => address >= range.first && address < range.first + range.size;

export const overlap = (one: Range, other: Range): boolean => contains(one, other.first) || contains(other, one.first);

/** `::ffff:10.0.0.1` as `10.0.0.1`; everything else as it is. */
export const plainAddress = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address);
