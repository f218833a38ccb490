import { verifyJwtSignature, type Jwks, type JwtFailure, type ParsedJwt } from '@podpass/crypto';
import { AadstsError } from '../../errors.ts';
import { holdsKeyOf } from '../holds-key.ts';
import { federatedAlgorithms } from './check-header.ts';
import type { FederatedContext, FederatedStep } from './context.ts';

/** Verifies the signature with a key that the issuer publishes now. Throws AADSTS50166, 7000272, 700027. */
export const checkSignature: FederatedStep = async (context) => {
  const { assertion } = context.presented;
  const { verified } = context.services.issuerKeys;
  const keys = await keysOf(context);
  if (verified.has(assertion, keys)) return;
  const failure = await verifyJwtSignature(assertion, { keys, algorithms: federatedAlgorithms });
  if (failure) throw signatureError(context, failure);
  // The check took a while, in which the issuer may have withdrawn the key.
  if (!holdsKeyOf(keysNow(context), keys, kidOf(assertion))) throw unknownKey(context);
  verified.remember(assertion, keys);
};

const kidOf = ({ header }: ParsedJwt): string | undefined => (typeof header['kid'] === 'string' ? header['kid'] : undefined);

const keysOf = async ({ services, presented, own }: FederatedContext): Promise<Jwks> => {
  if (own) return services.keys.published();
  try {
    return await services.issuerKeys.keysFor(presented.issuer, kidOf(presented.assertion));
  } catch (cause) {
    throw new AadstsError(50166, { cause });
  }
};

const keysNow = ({ services, presented, own }: FederatedContext): Jwks | undefined =>
  own ? services.keys.published() : services.issuerKeys.present(presented.issuer);

const signatureError = (context: FederatedContext, failure: JwtFailure): AadstsError => {
  switch (failure.reason) {
    case 'malformed':
    case 'critical':
      return new AadstsError(50027);
    case 'unknown-key':
    case 'algorithm':
      // The algorithm is the right one by now, so this is a published key that may not be used with it.
      return unknownKey(context);
    case 'signature':
      return wrongSignature(context);
  }
};

const unknownKey = ({ presented }: FederatedContext) =>
  new AadstsError(7000272, { data: { key: namedKey(presented.assertion), issuer: presented.issuer } });

const wrongSignature = ({ presented }: FederatedContext) =>
  new AadstsError(700027, {
    data: {
      what: 'Client assertion contains an invalid signature.',
      reason: 'The provided signature value did not match the expected signature value.',
      thumbprint: namedKey(presented.assertion),
      app: presented.clientId,
    },
  });

const namedKey = ({ header }: ParsedJwt): string => {
  const named = [header['kid'], header['x5t'], header['x5t#S256']].find((key) => typeof key === 'string' && key !== '');
  return typeof named === 'string' ? named : '';
};
