import { describe, expect, it } from 'vitest';
import { addressKind, isLocalName } from './addresses.ts';

describe('addressKind', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.0.1', 'loopback'],
    ['0.0.0.0', 'loopback'],
    ['::1', 'loopback'],
    ['::', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['0:0:0:0:0:ffff:7f00:0001', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['::ffff:169.254.169.254', 'link-local'],
    ['168.63.129.16', 'link-local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['10.1.2.3', 'internal'],
    ['172.31.0.1', 'internal'],
    ['192.168.1.1', 'internal'],
    ['100.64.0.1', 'internal'],
    ['224.0.0.1', 'internal'],
    ['255.255.255.255', 'internal'],
    ['fd00::1', 'internal'],
    ['64:ff9b::7f00:1', 'internal'],
    ['2002:7f00:1::', 'internal'],
    ['::7f00:1', 'internal'],
    ['not an address', 'internal'],
    ['127.1', 'internal'],
    ['8.8.8.8', 'public'],
    ['172.32.0.1', 'public'],
    ['2606:4700::1111', 'public'],
    ['::ffff:8.8.8.8', 'public'],
  ])('%s is %s', (address, kind) => expect(addressKind(address)).toBe(kind));
});

it.each([
  ['localhost', true],
  ['a.localhost', true],
  ['localhost.example', false],
])('local name %s: %s', (name, local) => expect(isLocalName(name)).toBe(local));
