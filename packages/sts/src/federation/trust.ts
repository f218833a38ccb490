import type { FederatedCredential } from '@podpass/directory';
import { derived } from '@podpass/kernel';

/** Credentials that name one issuer and one audience. */
export interface Trusted {
  readonly issuer: string;
  readonly audience: string;
  readonly credentials: readonly FederatedCredential[];
  /** The subjects that they name to the character. */
  readonly subjects: ReadonlySet<string>;
}

interface Growing extends Trusted {
  readonly credentials: FederatedCredential[];
  readonly subjects: Set<string>;
}

/**
 * What the credentials of one identity trust, each pair of issuer and audience once. Sorted once for each list of credentials, and forgotten with it:
 * twenty credentials that are compared one by one lie in two hundred places of memory, of which a busy platform has none at hand.
 */
export const trustOf: (credentials: readonly FederatedCredential[]) => readonly Trusted[] = derived(
  (credentials: readonly FederatedCredential[]) => {
    const pairs: Growing[] = [];
    for (const credential of credentials) {
      const { issuer, audiences, subject } = credential;
      for (const audience of new Set(audiences)) {
        const known = pairs.find((pair) => pair.issuer === issuer && pair.audience === audience);
        const pair = known ?? { issuer, audience, credentials: [], subjects: new Set() };
        if (!known) pairs.push(pair);
        pair.credentials.push(credential);
        if (subject !== undefined) pair.subjects.add(subject);
      }
    }
    return pairs;
  },
);
