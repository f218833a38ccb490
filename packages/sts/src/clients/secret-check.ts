import { createHmac } from 'node:crypto';
import { constantTimeEqual, verifyPassword } from '@podpass/crypto';
import type { ClientSecret } from '@podpass/directory';
import { randomOctets, type Clock } from '@podpass/kernel';
import { slowHashes } from '../wire.ts';
import { createSlowHashes, type SlowHashes } from '../sessions/slow-hashes.ts';

/** The candidate that is right and valid now. `expired`: one is right and was valid once, or will be. */
type SecretVerdict = ClientSecret | 'wrong' | 'expired';
export type SecretCheck = (candidates: readonly ClientSecret[], secret: string) => Promise<SecretVerdict>;

const remembered = 1000;

/**
 * Creates the check of client secrets. Hashes are slow on purpose; so that a service asking for tokens does not pay for one
 * each time, a secret that was found right is remembered as a digest under a key that lives and dies with the process.
 */
export const createSecretCheck = (clock: Clock, slowly: SlowHashes = createSlowHashes(slowHashes.secrets)): SecretCheck => {
  const key = randomOctets(32);
  const right = new Map<string, string>();
  const digestOf = (secret: string) => createHmac('sha256', key).update(secret).digest('base64');

  const matches = async ({ secretHash, hint }: ClientSecret, secret: string): Promise<boolean> => {
    const known = right.get(secretHash);
    if (known !== undefined) return constantTimeEqual(known, digestOf(secret));
    // The hint is public; comparing it first saves the hash for most wrong secrets.
    if (!secret.startsWith(hint) || !(await slowly(() => verifyPassword(secret, secretHash)))) return false;
    const [oldest] = right.size >= remembered ? right.keys() : [];
    if (oldest !== undefined) right.delete(oldest);
    right.set(secretHash, digestOf(secret));
    return true;
  };

  return async (candidates, secret) => {
    const now = clock.now();
    let verdict: 'wrong' | 'expired' = 'wrong';
    for (const candidate of candidates) {
      if (!(await matches(candidate, secret))) continue;
      if (now < Date.parse(candidate.endDateTime) && now >= Date.parse(candidate.startDateTime)) return candidate;
      verdict = 'expired';
    }
    return verdict;
  };
};
