import { isIP, isIPv4 } from 'node:net';
import { KernelError } from '@podpass/kernel';

/**
 * Name constraints (RFC 5280, 4.2.1.10) as DER. The X.509 library has no class for them that this package may import, and the
 * structure is small: a sequence of permitted [0] and excluded [1] subtrees, each holding one general name.
 */
export const nameConstraints = (permitted: { readonly dns: readonly string[]; readonly ips: readonly string[] }): Buffer => {
  const subtrees = [...permitted.dns.map(dnsSubtree), ...permitted.ips.map(ipSubtree)];
  // A constraint on DNS names says nothing of addresses: without permitted ones, all of them are excluded.
  const excluded =
    permitted.ips.length === 0 ? [tlv(0xa1, tlv(0x30, tlv(0x87, Buffer.alloc(8))), tlv(0x30, tlv(0x87, Buffer.alloc(32))))] : [];
  return tlv(0x30, tlv(0xa0, ...subtrees), ...excluded);
};

export const nameConstraintsOid = '2.5.29.30';

/** A name without a leading dot permits itself and everything below it. */
const dnsSubtree = (name: string): Buffer => {
  if (!/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(name) || isIP(name)) {
    throw new KernelError('invalid', `'${name}' is no DNS name that a certificate authority can be limited to.`);
  }
  return tlv(0x30, tlv(0x82, Buffer.from(name, 'ascii')));
};

/** One address, or a block in prefix notation. Encoded as the address followed by its mask. */
const ipSubtree = (text: string): Buffer => {
  const [address = '', prefixText] = text.split('/', 2);
  const octets = addressOctets(address);
  const bits = octets.length * 8;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > bits) throw new KernelError('invalid', `'${text}' is no block of IP addresses.`);
  const mask = Buffer.from(octets.map((_, index) => 0xff & ~(0xff >> Math.min(8, Math.max(0, prefix - index * 8)))));
  return tlv(
    0x30,
    tlv(
      0x87,
      octets.map((octet, index) => octet & (mask[index] ?? 0)),
      mask,
    ),
  );
};

const addressOctets = (address: string): Buffer => {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  if (isIP(address) !== 6) throw new KernelError('invalid', `'${address}' is no IP address.`);
  const normal = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = normal.split('::', 2);
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array.from({ length: missing }, () => '0'), ...groups(tail)];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
};

/** One DER element; contents stay below 64 KiB here. */
const tlv = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
};
