import type { Tenant, User } from '@podpass/directory';
import { AadstsError } from '../errors.ts';
import { graphAppId } from '../resources.ts';
import { findTarget, type Target } from '../requests/resource.ts';
import { parseUserScope, type RequestedScope } from '../requests/scope.ts';
import type { TokenRequest } from '../requests/token-request.ts';
import type { Services } from '../services.ts';
import { mintUserToken } from '../tokens/access-token.ts';
import { tokenBody } from '../tokens/answers.ts';
import { clientInfo, mintIdToken } from '../tokens/id-token.ts';
import { defaultScope } from '../wire.ts';
import type { UserClient } from './user-client.ts';

/** What a user's request asks for. */
export interface UserTarget {
  readonly target: Target;
  readonly scope: RequestedScope;
  /** Delegated scopes that the token carries. */
  readonly granted: readonly string[];
}

/**
 * Takes apart what a user's client asks for: `resource` at version 1, `scope` at version 2. Throws AADSTS500011 for an unknown resource and 70011 for a
 * scope that the resource does not have. Microsoft's own clients are consented to everything that a resource offers.
 */
export const userTarget = (services: Services, request: TokenRequest, tenant: Tenant, asked: string): UserTarget => {
  const graph = `https://${services.names.graphHost}`;
  const scope = parseUserScope(request.version === 1 ? `${asked}${defaultScope} openid offline_access` : asked, graph);
  const target = findTarget(services, tenant, scope.resource ?? graphAppId);
  request.trail.resource = target.resource.displayName;
  const offered = target.resource.version === 2 ? ['user_impersonation'] : target.resource.scopes;
  const unknown = scope.names.find((name) => !offered.some((known) => known.toLowerCase() === name.toLowerCase()));
  if (unknown !== undefined) throw new AadstsError(70011, { data: { scope: unknown } });
  return { target, scope, granted: scope.names.length === 0 ? offered : scope.names };
};

export interface UserGrant {
  readonly tenant: Tenant;
  readonly user: User;
  readonly client: UserClient;
  readonly methods: readonly string[];
  readonly wanted: UserTarget;
}

/** Builds the body of a user's token answer, without the refresh token. */
export const userTokenBody = async (
  services: Services,
  request: TokenRequest,
  { tenant, user, client, methods, wanted }: UserGrant,
): Promise<Record<string, unknown>> => {
  const { target, scope, granted } = wanted;
  const { clientId, proof } = client;
  const token = await mintUserToken(services, { tenant, user, clientId, proof, target, scopes: granted, methods });
  const body = tokenBody(request.version, token, {
    resource: target.requested,
    scope: request.version === 1 ? granted.join(' ') : answeredScope(target, granted, scope),
  });
  return {
    ...body,
    ...(client.family === undefined ? {} : { foci: client.family }),
    ...(scope.openId.includes('openid')
      ? { id_token: await mintIdToken(services, { tenant, user, clientId, version: request.version }) }
      : {}),
    ...(request.form.get('client_info') === '1' ? { client_info: clientInfo(user) } : {}),
  };
};

/** MSAL caches a token under the scopes of the answer, so what was asked must be among them, to the character. */
const answeredScope = ({ requested }: Target, granted: readonly string[], { sent, openId }: RequestedScope): string =>
  [...new Set([...openId, ...granted.map((name) => `${requested}/${name}`), ...sent])].join(' ');
