/** Why a token is not valid now. Times are NumericDates: seconds since the epoch. */
export type JwtTimeFailure =
  | { readonly reason: 'missing-expiry' }
  | { readonly reason: 'malformed-time'; readonly claim: 'exp' | 'nbf' | 'iat' }
  | { readonly reason: 'expired'; readonly expiry: number }
  | { readonly reason: 'not-yet-valid'; readonly notBefore: number }
  | { readonly reason: 'issued-in-future'; readonly issuedAt: number };

const timeClaims = ['exp', 'nbf', 'iat'] as const;

/**
 * Checks `exp`, `nbf` and `iat` (RFC 7519, 4.1.4 to 4.1.6) at `now` with a tolerance of `skew`, both in seconds. Fractions are
 * allowed, text is not; a token without `exp` is refused. A token is expired from its `exp` + `skew` on.
 */
export const verifyJwtTimes = (
  claims: Readonly<Record<string, unknown>>,
  options: { readonly now: number; readonly skew: number },
): JwtTimeFailure | undefined => {
  if (claims['exp'] === undefined) return { reason: 'missing-expiry' };
  for (const claim of timeClaims) {
    const value = claims[claim];
    if (value !== undefined && !Number.isFinite(value)) return { reason: 'malformed-time', claim };
  }
  const [expiry, notBefore, issuedAt] = timeClaims.map((claim) => claims[claim]);
  const { now, skew } = options;
  if (typeof expiry === 'number' && now >= expiry + skew) return { reason: 'expired', expiry };
  if (typeof notBefore === 'number' && now < notBefore - skew) return { reason: 'not-yet-valid', notBefore };
  if (typeof issuedAt === 'number' && now < issuedAt - skew) return { reason: 'issued-in-future', issuedAt };
  return undefined;
};
