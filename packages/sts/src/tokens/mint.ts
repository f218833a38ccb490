import { signJwt } from '@podpass/crypto';
import { randomOctets } from '@podpass/kernel';
import type { ClientProof } from '../clients/types.ts';
import type { Services } from '../services.ts';

/** A signed token with its times in seconds since the epoch. */
export interface AccessToken {
  readonly token: string;
  readonly notBefore: number;
  readonly expiry: number;
}

/** Claims by name; undefined ones are left out. */
export type Claims = Readonly<Record<string, unknown>>;
export type Minting = Pick<Services, 'clock' | 'keys' | 'names' | 'directory'>;

/** How the client proved itself, as `appidacr` and `azpacr` say it: 0 public, 1 secret, 2 assertion. */
export const authenticationContext: Readonly<Record<ClientProof, string>> = { none: '0', secret: '1', certificate: '2', federated: '2' };

/** A token id, as unguessable as a key. */
export const newTokenId = (): string => randomOctets(16).toString('base64url');

/** Signs an access token of `life` seconds. Entra's headers carry the key's id as `x5t` too. */
export const signAccessToken = async (
  { keys, notBefore, life }: { keys: Minting['keys']; notBefore: number; life: number },
  claims: Claims,
): Promise<AccessToken> => {
  const key = keys.current();
  return { token: await signJwt(key, { header: { typ: 'JWT', x5t: key.kid }, claims }), notBefore, expiry: notBefore + life };
};
