import type { IdentityRecord } from '../objects.ts';
import type { Wanted } from '../wanted.ts';

/** A token as NMI hands it out: every member is a string. */
export interface NmiToken {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: string;
  readonly expires_on: string;
  readonly not_before: string;
  readonly resource: string;
  readonly token_type: string;
}

/** One token, or one for each tenant, the identity's own first. */
export type NmiTokens = readonly [NmiToken, ...NmiToken[]];

/** Gets the token of an identity. Throws AcquireError. */
export type Acquire = (identity: IdentityRecord, wanted: Wanted) => Promise<NmiTokens>;

/** Why there is no token: `refused` by the token service for good, or `unavailable` at the moment. The message may be sent. */
export class AcquireError extends Error {
  readonly kind: 'refused' | 'unavailable';

  constructor(kind: 'refused' | 'unavailable', message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'AcquireError';
    this.kind = kind;
  }
}

/** How upstream's library tells the answer of a token service. The body of an error holds no secret; a long one is cut. */
export const refreshFailed = (status: number, body: string): AcquireError =>
  new AcquireError(
    status === 429 || status >= 500 ? 'unavailable' : 'refused',
    `failed to refresh token, error: adal: Refresh request failed. Status Code = '${String(status)}'. Response body: ${body.slice(0, 2_048)}`,
  );
