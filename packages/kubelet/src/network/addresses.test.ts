import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, overlap, parseAddress, parseRange, plainAddress } from './addresses.ts';
import { hostnameOf, hostsFile, resolvConf } from './files.ts';
import { createAddressPool } from './pool.ts';

describe('addresses', () => {
  it.each(['', '10.0.0', '10.0.0.256', '010.0.0.1', '::1', '10.0.0.1\n', ' 10.0.0.1', '1.2.3.4.5', 'a.b.c.d'])(
    '%j is no address',
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );
  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), (number) => {
        expect(parseAddress(formatAddress(number))).toBe(number);
      }),
    );
  });
  it.each([
    '10.244.0.0',
    '10.244.0.0/33',
    '10.244.0.0/7',
    '10.244.0.1/24',
    '10.244.0.0/24x',
    '/24',
    '10.244.0.0/ 24',
    '::/64',
    '10.0.0.0/08',
  ])('%j is no range', (text) => {
    expect(() => parseRange(text)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
  it.each([
    ['10.0.0.0/16', '10.0.255.0/24', true],
    ['10.0.0.0/16', '10.1.0.0/16', false],
    ['10.0.1.0/24', '10.0.0.0/16', true],
  ])('%s and %s overlap: %j', (one, other, expected) => {
    expect(overlap(parseRange(one), parseRange(other))).toBe(expected);
  });
  it.each([
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.1'],
    ['::1', '::1'],
  ])('%s is plainly %s', (address, plain) => {
    expect(plainAddress(address)).toBe(plain);
  });
});

describe('the address pool', () => {
  it('uses every other address before one again, and the oldest first', () => {
    const pool = createAddressPool(parseRange('10.0.0.0/29'), 2);
    const first = pool.take();
    expect(first).toBe('10.0.0.2');
    pool.give(first);
    expect([pool.take(), pool.take(), pool.take(), pool.take()]).toStrictEqual(['10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6']);
    pool.give('10.0.0.5');
    pool.give('10.0.0.3');
    expect([pool.take(), pool.take(), pool.take()]).toStrictEqual(['10.0.0.2', '10.0.0.5', '10.0.0.3']);
  });
  it('never gives an address twice, and ends', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9)), (choices) => {
        const pool = createAddressPool(parseRange('10.0.0.0/29'), 2);
        const held: string[] = [];
        for (const choice of choices) {
          if (choice < 6 && held.length < 5) {
            const address = pool.take();
            held.push(address);
          } else {
            const [address] = held.splice(choice % Math.max(1, held.length), 1);
            if (address !== undefined) pool.give(address);
          }
        }
        while (held.length < 5) held.push(pool.take());
        expect(new Set(held).size).toBe(5);
        expect(() => pool.take()).toThrow(expect.objectContaining({ code: 'unavailable' }));
      }),
    );
  });
  it('does not take back what it did not give', () => {
    const pool = createAddressPool(parseRange('10.0.0.0/30'), 2);
    expect(pool.take()).toBe('10.0.0.2');
    pool.give('10.0.0.1');
    pool.give('192.0.2.1');
    expect(() => pool.take()).toThrow('taken');
  });
});

describe('files of a pod', () => {
  it('searches the namespace of the pod first', () => {
    expect(resolvConf('10.0.0.10', 'shop')).toBe(
      'search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.0.0.10\noptions ndots:5\n',
    );
  });
  it('knows the pod and the machine by name', () => {
    expect(hostsFile('10.244.0.5', 'web').split('\n')).toEqual(expect.arrayContaining(['127.0.0.1\tlocalhost', '10.244.0.5\tweb']));
  });
  it('cuts names that are too long for a host', () => {
    expect(hostnameOf(`${'a'.repeat(62)}-.b`)).toBe('a'.repeat(62));
    expect(hostnameOf('web-0')).toBe('web-0');
  });
});
