import { createHash } from 'node:crypto';
import { constantTimeEqual } from '@podpass/crypto';
import { AadstsError } from '../errors.ts';
import type { AuthorizationCode } from './types.ts';

type Challenge = NonNullable<AuthorizationCode['challenge']>;

/** RFC 7636, 4.1: unreserved characters, 43 to 128 of them. */
const verifierForm = /^[A-Za-z0-9._~-]{43,128}$/;
/** SHA-256 in base64url. */
const digestForm = /^[A-Za-z0-9_-]{43}$/;

/**
 * The challenge of an authorization request (RFC 7636, 4.3). Throws AADSTS501491 for a malformed one or a method without a challenge, 90023
 * for an unknown method.
 */
export const readChallenge = (value: string | undefined, method: string | undefined): Challenge | undefined => {
  if (method !== undefined && method !== 'S256' && method !== 'plain') {
    throw new AadstsError(90023, { data: { parameter: 'code_challenge_method' } });
  }
  if (value === undefined) {
    if (method !== undefined) throw new AadstsError(501491, { hint: 'A code_challenge_method came without a code_challenge.' });
    return undefined;
  }
  const chosen = method ?? 'plain';
  if (!(chosen === 'S256' ? digestForm : verifierForm).test(value)) throw new AadstsError(501491);
  return { method: chosen, value };
};

/**
 * Checks the verifier of a redemption (RFC 7636, 4.6). A verifier without a challenge is refused too: somebody removed the challenge from
 * the request on its way (RFC 9700, 4.8.2). Throws AADSTS501481.
 */
export const verifyChallenge = (challenge: Challenge | undefined, verifier: string | undefined): void => {
  if (challenge === undefined && verifier === undefined) return;
  if (challenge === undefined) throw new AadstsError(501481, { hint: 'The authorization request carried no code_challenge.' });
  if (verifier === undefined || !verifierForm.test(verifier)) throw new AadstsError(501481);
  const computed = challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  if (!constantTimeEqual(computed, challenge.value)) throw new AadstsError(501481);
};
