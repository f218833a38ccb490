import type { AccessTokenFailure } from '@podpass/directory';
import { fail } from '../errors.ts';
import { ArmError } from '../fault.ts';
import type { ArmProfile } from '../profile.ts';
import type { Dispatch, Flow, Phase } from './flow.ts';

const failure = (why: AccessTokenFailure, profile: ArmProfile, now: Date): ArmError => {
  switch (why.reason) {
    case 'missing':
      return fail('AuthenticationFailed');
    case 'malformed':
      return fail('AuthenticationMalformed');
    case 'signature':
      return fail('InvalidAuthenticationToken');
    case 'expired':
      return fail('ExpiredAuthenticationToken', { expiry: new Date(why.expiredAt * 1000).toUTCString(), now: now.toUTCString() });
    case 'not-yet-valid':
      return fail('NotYetValidAuthenticationToken');
    case 'audience':
      return fail('InvalidAuthenticationTokenAudience', { audience: why.audience, allowed: `'${profile.audiences.join(',')}'` });
    case 'issuer':
      return fail('WrongIssuer', { issuer: why.issuer });
    default:
      return why satisfies never;
  }
};

/** A quoted header value: no quotes, no line breaks. */
const quoted = (text: string) => text.replaceAll(/["\\\r\n]/g, ' ');

/** RFC 6750, section 3: the challenge that goes with every 401. */
const challenge = (error: ArmError, authority: string): string =>
  `Bearer authorization_uri="${authority}", error="invalid_token", error_description="${quoted(error.message)}"`;

/**
 * Where the caller should sign in: the tenant of the subscription that the path names. Tools learn it from here, as from
 * Azure, before they have any token.
 */
const authorityOf = ({ segments = [] }: Flow, { arm, profile }: Pick<Dispatch, 'arm' | 'profile'>): string => {
  const [word, id = ''] = segments;
  const subscription = word?.toLowerCase() === 'subscriptions' ? arm.subscriptions.get(id) : undefined;
  return `${profile.login}/${subscription?.tenantId ?? 'common'}`;
};

/** Who is calling? Nothing passes without an answer. */
export const authenticate: Phase = async (flow, dispatch) => {
  const { verifier, profile, arm } = dispatch;
  const verified = await verifier.verify(flow.exchange.headers.authorization, { audiences: profile.audiences });
  if ('caller' in verified) {
    flow.caller = verified.caller;
    return;
  }
  const error = failure(verified.failure, profile, arm.clock.date());
  throw new ArmError(error, error.message, { headers: { 'www-authenticate': challenge(error, authorityOf(flow, dispatch)) } });
};
