import { verifyJwtTimes } from '@podpass/crypto';
import { AadstsError } from '../../errors.ts';
import { must } from '../../requests/must.ts';
import { assertionSkew } from '../../wire.ts';
import { dotNetTime } from '../dot-net-time.ts';
import { exchangeAudience, exchangeResourceId } from '../exchange-resource.ts';
import type { FederatedStep } from './context.ts';

export const checkTimes: FederatedStep = ({ services, presented }) => {
  const { clock } = services;
  const { claims } = presented.assertion;
  const failure = verifyJwtTimes(claims, { now: clock.seconds(), skew: assertionSkew });
  if (!failure) return;
  if (failure.reason === 'missing-expiry' || failure.reason === 'malformed-time') throw new AadstsError(50027);
  throw new AadstsError(700024, {
    data: { now: dotNetTime(clock.now() / 1000), notBefore: dotNetTime(claims['nbf']), expiry: dotNetTime(claims['exp']) },
  });
};

/** One audience, which one of the credentials names to the character. Tokens of our own name the exchange by its application id. */
export const checkAudience: FederatedStep = (context) => {
  const { aud } = context.presented.assertion.claims;
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : aud === undefined ? [] : [aud];
  if (audiences.length > 1) throw new AadstsError(5002741, { data: { count: audiences.length } });
  const [audience = ''] = audiences;
  if (typeof audience !== 'string') throw new AadstsError(50027);
  const wanted = context.own && audience === exchangeResourceId ? exchangeAudience : audience;
  const { issuer } = context.presented;
  context.trusted = must(context.trust).find((pair) => pair.issuer === issuer && pair.audience === wanted);
  const foreign = context.own && wanted !== exchangeAudience;
  if (foreign || !context.trusted) throw new AadstsError(700212, { data: { audience } });
};
