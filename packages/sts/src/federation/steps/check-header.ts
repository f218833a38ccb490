import { AadstsError } from '../../errors.ts';
import type { FederatedStep } from './context.ts';

/** The one algorithm that Entra supports for federated credentials; never what a token's header wishes. */
export const federatedAlgorithms = ['RS256'] as const;

/** Media types of JWTs, as Entra spells them; the header may also leave the type out, as Kubernetes does. */
const types: ReadonlySet<unknown> = new Set([undefined, 'JWT', 'http://openid.net/specs/jwt/1.0']);

/**
 * Entra refuses headers that it does not know, which leaves no room for `crit`, `jku`, `jwk`, `x5u`, `cty` or `zip`. `x5c` is known and
 * never looked at: the key is the issuer's or none.
 */
const headers: readonly string[] = ['alg', 'typ', 'kid', 'x5t', 'x5t#S256', 'x5c'];

/** Before anything is looked up: a token that could never verify must not cost a request to its issuer, nor tell of credentials. */
export const checkHeader: FederatedStep = ({ presented }) => {
  const { header } = presented.assertion;
  const { alg, kid, typ } = header;
  if (typeof alg !== 'string') throw new AadstsError(50027);
  if (!federatedAlgorithms.some((name) => name === alg)) throw new AadstsError(5002738, { data: { algorithm: alg } });
  if (!types.has(typ)) throw new AadstsError(5002727);
  if (!Object.keys(header).every((name) => headers.includes(name)))
    throw new AadstsError(5002726, { data: { supported: headers.join(',') } });
  if (kid !== undefined && typeof kid !== 'string') throw new AadstsError(50027);
  if (![kid, header['x5t'], header['x5t#S256']].some((key) => typeof key === 'string' && key !== '')) throw new AadstsError(5002723);
};
