import { KernelError } from '@podpass/kernel';
import { formatAddress, type Range } from './addresses.ts';

export interface AddressPool {
  /** The address that has been free for longest. Throws KernelError `unavailable` when all are taken. */
  take(): string;
  /** Gives an address back; it comes last. */
  give(address: string): void;
}

/**
 * Addresses of a range, without its first `reserved` ones (the network address counts) and the broadcast address. Those never used come
 * before those given back, and these in the order in which they were.
 */
export const createAddressPool = (range: Range, reserved: number): AddressPool => {
  const end = range.first + range.size - 1;
  let next = range.first + reserved;
  const taken = new Set<string>();
  const free = new Set<string>();
  return {
    take() {
      const [oldest] = free;
      const address = next < end ? formatAddress(next++) : oldest;
      if (address === undefined) throw new KernelError('unavailable', `All ${String(taken.size)} pod addresses of this node are taken.`);
      free.delete(address);
      taken.add(address);
      return address;
    },
    give(address) {
      if (taken.delete(address)) free.add(address);
    },
  };
};
