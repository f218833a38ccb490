import { lookup as systemLookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** An address that a name resolved to. */
export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Resolves a name to all its addresses; replaced in tests. */
export type Lookup = (host: string) => Promise<readonly Address[]>;

export const systemResolver: Lookup = async (host) => {
  const found = await systemLookup(host, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

const blockList = (blocks: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const block of blocks) {
    const [network = '', bits = ''] = block.split('/');
    list.addSubnet(network, Number(bits), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
};

/** The machine itself, and "this host" which most systems route to it (RFC 1122, RFC 4291). */
const loopback = blockList(['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128']);

/**
 * Instance metadata and other link-local services, and Azure's platform address 168.63.129.16
 * (https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16).
 */
const linkLocal = blockList(['169.254.0.0/16', 'fe80::/10', '168.63.129.16/32', 'fd00:ec2::254/128']);

/** Everything else that is not the public internet (RFC 6890 and the IANA special-purpose registries). */
const internal = blockList([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  'fc00::/7',
  'fec0::/10',
  'ff00::/8',
  '100::/64',
  '2001:db8::/32',
]);

/** Forms of IPv6 that carry an IPv4 address which the network may deliver to: NAT64, 6to4, Teredo, IPv4-compatible. */
const embedded = blockList(['64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32', '::/96']);

export type AddressKind = 'public' | 'loopback' | 'link-local' | 'internal';

/** The IPv4 address within `::ffff:a.b.c.d` or `::ffff:hhhh:hhhh`. */
const unmapped = (address: string): string => {
  const tail = /^::ffff:(.+)$/i.exec(address)?.[1];
  if (tail === undefined) return address;
  if (isIP(tail) === 4) return tail;
  const words = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(tail);
  if (words === null) return address;
  const [high, low] = [Number.parseInt(words[1] ?? '', 16), Number.parseInt(words[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
};

/** What lies behind an IP literal. Forms of IPv6 that hide an IPv4 address count as internal. */
export const addressKind = (literal: string): AddressKind => {
  const zone = literal.indexOf('%');
  const canonical = unmapped(canonicalSix(zone < 0 ? literal : literal.slice(0, zone)));
  const family = isIP(canonical);
  if (family === 0) return 'internal';
  const type = family === 6 ? 'ipv6' : 'ipv4';
  if (loopback.check(canonical, type)) return 'loopback';
  if (linkLocal.check(canonical, type)) return 'link-local';
  if (internal.check(canonical, type) || (family === 6 && embedded.check(canonical, type))) return 'internal';
  return 'public';
};

/** IPv6 in its shortest form, so that long spellings of mapped addresses are recognised. */
const canonicalSix = (address: string): string => {
  if (isIP(address) !== 6) return address;
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
};

/** Names that mean the machine itself without asking anyone (RFC 6761 section 6.3). */
export const isLocalName = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === 'localhost.localdomain';
