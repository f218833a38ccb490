import { describe, expect, test } from 'vitest';
import { verifyJwtTimes } from './times.ts';

const now = 1_000_000;
const rows: readonly (readonly [string, Record<string, unknown>, string | undefined])[] = [
  ['no exp', { iat: now }, 'missing-expiry'],
  ['exp as text', { exp: String(now + 60) }, 'malformed-time'],
  ['exp null', { exp: null }, 'malformed-time'],
  ['exp infinite', { exp: Number('1e999') }, 'malformed-time'],
  ['nbf as text', { exp: now + 60, nbf: '0' }, 'malformed-time'],
  ['iat as an object', { exp: now + 60, iat: {} }, 'malformed-time'],
  ['expired beyond the skew', { exp: now - 301 }, 'expired'],
  ['expired exactly at the skew', { exp: now - 300 }, 'expired'],
  ['not valid yet', { exp: now + 900, nbf: now + 301 }, 'not-yet-valid'],
  ['issued in the future', { exp: now + 900, iat: now + 301 }, 'issued-in-future'],
  ['expired within the skew', { exp: now - 299 }, undefined],
  ['not valid yet within the skew', { exp: now + 900, nbf: now + 300 }, undefined],
  ['fractions', { exp: now + 0.5, nbf: now - 0.25, iat: now - 0.25 }, undefined],
  ['all present', { exp: now + 3600, nbf: now, iat: now }, undefined],
];

describe('verifyJwtTimes', () => {
  test.each(rows)('%s', (_, claims, reason) => {
    expect(verifyJwtTimes(claims, { now, skew: 300 })?.reason).toBe(reason);
  });
});
