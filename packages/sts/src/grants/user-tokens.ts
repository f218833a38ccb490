import type { Tenant, User } from '@podpass/directory';
import type { Client, ClientProof } from '../clients/types.ts';
import { requireConsent } from '../consent/require-consent.ts';
import type { UserTarget } from '../consent/user-target.ts';
import { asksAuthTime } from '../requests/requested-claims.ts';
import type { RequestedScope } from '../requests/scope.ts';
import type { TokenRequest } from '../requests/token-request.ts';
import type { Services } from '../services.ts';
import { tokenBody } from '../tokens/answers.ts';
import { clientInfo } from '../tokens/client-info.ts';
import { mintIdToken } from '../tokens/id-token.ts';
import { mintUserToken } from '../tokens/user-token.ts';

export interface UserGrant {
  readonly tenant: Tenant;
  readonly user: User;
  readonly client: Client;
  readonly proof: ClientProof;
  /** How the user signed in: `amr`. */
  readonly methods: readonly string[];
  /** When the user signed in, in seconds since the epoch. */
  readonly authTime: number;
  readonly wanted: UserTarget;
  readonly nonce?: string | undefined;
}

/**
 * Builds the body of a user's token answer, without the refresh token. Throws AADSTS65001 and 650057 when consent is missing, and 50105 when the
 * client or the resource wants an assignment that the user does not have.
 */
export const userTokenBody = async (services: Services, request: TokenRequest, grant: UserGrant): Promise<Record<string, unknown>> => {
  const { tenant, user, client, wanted } = grant;
  const { target, scope } = wanted;
  request.trail.resource = target.resource.displayName;
  const scopes = requireConsent(services, { tenant, client, userId: user.id, wanted });
  const token = await mintUserToken(services, { ...grant, scopes, peer: request.exchange.peer.address });
  const body = tokenBody(request.version, token, {
    resource: target.requested,
    scope: request.version === 1 ? scopes.join(' ') : answeredScope(wanted, scopes, scope),
  });
  return {
    ...body,
    ...(client.family === undefined ? {} : { foci: client.family }),
    ...(scope.openId.includes('openid')
      ? {
          id_token: await mintIdToken(services, {
            ...grant,
            version: request.version,
            authTime: asksAuthTime(request) ? grant.authTime : undefined,
          }),
        }
      : {}),
    ...(request.form.get('client_info') === '1' ? { client_info: clientInfo(user) } : {}),
  };
};

/** MSAL caches a token under the scopes of the answer, so what was asked must be among them, to the character. */
const answeredScope = ({ target }: UserTarget, granted: readonly string[], { resource, sent, openId }: RequestedScope): string =>
  resource === undefined
    ? [...new Set([...openId, ...granted])].join(' ')
    : [...new Set([...openId, ...granted.map((name) => `${target.requested}/${name}`), ...sent])].join(' ');
