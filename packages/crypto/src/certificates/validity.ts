import { randomOctets, type Clock } from '@podpass/kernel';

const hour = 3_600_000;
const day = 24 * hour;

/** Valid from one hour ago, for machines whose clocks are behind; never beyond `latest`. */
export const validity = (clock: Clock, days: number, latest = Number.POSITIVE_INFINITY): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(clock.now() - hour),
  notAfter: new Date(Math.min(clock.now() + days * day, latest)),
});

/** 16 random octets as hexadecimal text; the first is 0x40 to 0x7f, so that the number is positive and its length constant. */
export const serialNumber = (): string => {
  const octets = randomOctets(16);
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40;
  return octets.toString('hex');
};
