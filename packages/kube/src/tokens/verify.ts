import { createHash } from 'node:crypto';
import { parseJwt, verifyJwtSignature, verifyJwtTimes, type ParsedJwt } from '@podpass/crypto';
import type { Clock } from '@podpass/kernel';
import type { UserInfo } from '../authn/user.ts';
import { fields, strings, text, uidOf } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import type { Mirror } from '../registry/mirror.ts';
import { resourceOf } from '../resources/lookup.ts';
import { groups, limits, tokens, users } from '../wire.ts';
import type { SigningKeys } from './keys.ts';

type TokenVerdict = { readonly user: UserInfo; readonly audiences: readonly string[] } | { readonly problem: string };

export interface TokenVerifier {
  /** Checks a bearer token for any of `audiences` (the API server's own when empty). */
  verify(token: string, audiences: readonly string[]): Promise<TokenVerdict>;
}

const serviceAccounts = resourceOf('', 'serviceaccounts');
const pods = resourceOf('', 'pods');
const secrets = resourceOf('', 'secrets');
const nodes = resourceOf('', 'nodes');

const invalidated = { problem: 'service account token has been invalidated' };

/** Creates the verifier of one cluster's service account tokens. Signatures once verified are remembered, all else is checked on each call. */
export const createTokenVerifier = (deps: { mirror: Mirror; keys: SigningKeys; clock: Clock; issuer: () => string }): TokenVerifier => {
  const { mirror, keys, clock, issuer } = deps;
  /** Digest of the token → the parsed token and the key that verified it. */
  const verified = new Map<string, ParsedJwt>();
  const gone = (object: KubeObject | undefined, uid: string) => {
    if (object === undefined || uidOf(object) !== uid) return true;
    const deleted = object.metadata.deletionTimestamp;
    return deleted !== undefined && Date.parse(deleted) < clock.now() - tokens.deletedGrace;
  };
  const signed = async (token: string): Promise<ParsedJwt | undefined> => {
    const digest = createHash('sha256').update(token).digest('base64');
    const known = verified.get(digest);
    const published = keys.published();
    if (known !== undefined && published.keys.some((key) => key.kid === known.header['kid'])) return known;
    const parsed = parseJwt(token);
    if ('failure' in parsed) return undefined;
    if ((await verifyJwtSignature(parsed, { keys: published, algorithms: ['RS256'] })) !== undefined) return undefined;
    if (verified.size >= limits.tokenCache) verified.clear();
    verified.set(digest, parsed);
    return parsed;
  };
  /** Undefined when everything that the token is bound to is still there. */
  const boundProblem = (namespace: string, claims: Readonly<Record<string, unknown>>) => {
    const account = fields(claims['serviceaccount']);
    const found = mirror.get(serviceAccounts, namespace, text(account['name']));
    if (gone(found, text(account['uid']))) return invalidated;
    for (const [claim, row] of [
      ['pod', pods],
      ['secret', secrets],
    ] as const) {
      const bound = fields(claims[claim]);
      if (claims[claim] !== undefined && gone(mirror.get(row, namespace, text(bound['name'])), text(bound['uid']))) return invalidated;
    }
    const node = fields(claims['node']);
    const bindsNode = claims['node'] !== undefined && claims['pod'] === undefined;
    return bindsNode && gone(mirror.get(nodes, '', text(node['name'])), text(node['uid'])) ? invalidated : undefined;
  };
  const extraOf = (claims: Readonly<Record<string, unknown>>, jti: string): Record<string, readonly string[]> => {
    const extra: Record<string, readonly string[]> = { 'authentication.kubernetes.io/credential-id': [`JTI=${jti}`] };
    for (const claim of ['node', 'pod'] as const) {
      const bound = fields(claims[claim]);
      if (text(bound['name']) !== '') extra[`authentication.kubernetes.io/${claim}-name`] = [text(bound['name'])];
      if (text(bound['uid']) !== '') extra[`authentication.kubernetes.io/${claim}-uid`] = [text(bound['uid'])];
    }
    return extra;
  };
  return {
    async verify(token, wanted) {
      const parsed = await signed(token);
      if (parsed === undefined) return { problem: 'invalid bearer token' };
      const { claims } = parsed;
      if (claims['iss'] !== issuer()) return { problem: 'invalid bearer token, the token was issued by another issuer' };
      if (verifyJwtTimes(claims, { now: clock.seconds(), skew: tokens.leeway }) !== undefined) {
        return { problem: 'invalid bearer token, service account token has expired or is not valid yet' };
      }
      const own = strings(claims['aud']);
      const acceptable = wanted.length === 0 ? [issuer()] : wanted;
      const audiences = acceptable.filter((audience) => own.includes(audience));
      if (audiences.length === 0) return { problem: `invalid bearer token, token audiences are invalid for the target audiences` };
      const kubernetes = fields(claims['kubernetes.io']);
      const namespace = text(kubernetes['namespace']);
      const account = fields(kubernetes['serviceaccount']);
      const username = `${users.serviceAccountPrefix}${namespace}:${text(account['name'])}`;
      if (claims['sub'] !== username) return { problem: 'invalid bearer token, the subject does not name the service account' };
      const problem = boundProblem(namespace, kubernetes);
      if (problem !== undefined) return problem;
      return {
        user: {
          username,
          uid: text(account['uid']),
          groups: [groups.serviceAccounts, `${groups.serviceAccounts}:${namespace}`, groups.authenticated],
          extra: extraOf(kubernetes, text(claims['jti'])),
        },
        audiences,
      };
    },
  };
};
