import { createHmac } from 'node:crypto';
import { constantTimeEqual, verifyPassword } from '@podpass/crypto';
import type { Application, ApplicationSecret } from '@podpass/directory';
import { randomOctets, type Clock } from '@podpass/kernel';

/** `expired`: the secret is right and was valid once. */
type SecretVerdict = 'good' | 'wrong' | 'expired';
export type SecretCheck = (application: Application, secret: string) => Promise<SecretVerdict>;

const remembered = 1000;

/**
 * Creates the check of client secrets. Hashes are slow on purpose; so that a service asking for tokens does not pay for one
 * each time, a secret that was found right is remembered as a digest under a key that lives and dies with the process.
 */
export const createSecretCheck = (clock: Clock): SecretCheck => {
  const key = randomOctets(32);
  const right = new Map<string, string>();
  const digestOf = (secret: string) => createHmac('sha256', key).update(secret).digest('base64');

  const matches = async ({ secretHash, hint }: ApplicationSecret, secret: string): Promise<boolean> => {
    const known = right.get(secretHash);
    if (known !== undefined) return constantTimeEqual(known, digestOf(secret));
    // The hint is public; comparing it first saves the hash for most wrong secrets.
    if (!secret.startsWith(hint) || !(await verifyPassword(secret, secretHash))) return false;
    const [oldest] = right.size >= remembered ? right.keys() : [];
    if (oldest !== undefined) right.delete(oldest);
    right.set(secretHash, digestOf(secret));
    return true;
  };

  return async (application, secret) => {
    const now = clock.now();
    for (const candidate of application.secrets) {
      if (!(await matches(candidate, secret))) continue;
      const valid = now < Date.parse(candidate.endDateTime) && now >= Date.parse(candidate.startDateTime);
      return valid ? 'good' : 'expired';
    }
    return 'wrong';
  };
};
