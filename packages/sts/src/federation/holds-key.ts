import type { Jwks } from '@podpass/crypto';

/** Whether `present` still has the very key that `used` had under this id: by number, for an issuer may give an old id to a new key. */
export const holdsKeyOf = (present: Jwks | undefined, used: Jwks, kid: string | undefined): boolean => {
  if (present === used) return true;
  const key = used.keys.find((jwk) => jwk.kid === kid);
  if (!present || !key) return false;
  return present.keys.some((jwk) => jwk.kid === kid && jwk.n === key.n && jwk.e === key.e && jwk.use === key.use && jwk.alg === key.alg);
};
