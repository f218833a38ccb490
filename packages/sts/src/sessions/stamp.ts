import { createHash } from 'node:crypto';
import type { User } from '@podpass/directory';

/** SHA-256 in base64url: how secrets of ours are stored. All of them hold 256 random bits, so a slow hash would add nothing. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

/**
 * What a session remembers of its user: it changes with the password and with every revocation of sessions, and a session whose stamp is
 * not the user's present one is over. Comparing values instead of times leaves no gap within one second, and needs no clock.
 */
export const stampOf = ({ passwordHash, signInSessionsValidFromDateTime }: User): string =>
  digest(`${passwordHash}\n${signInSessionsValidFromDateTime}`);
