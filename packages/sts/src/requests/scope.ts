import { AadstsError } from '../errors.ts';
import { defaultScope, openIdScopes, scopeLimit } from '../wire.ts';

/** A scope parameter taken apart. */
export interface RequestedScope {
  /** The resource as the client wrote it, which becomes the audience; undefined when only OpenID scopes were asked. */
  readonly resource: string | undefined;
  /** Names of delegated scopes; empty when `.default` was asked. */
  readonly names: readonly string[];
  /** The resource scopes as sent, for the answer. */
  readonly sent: readonly string[];
  /** OpenID scopes in the order of the request. */
  readonly openId: readonly string[];
}

/** At most this many scopes in one request. */
const most = 50;
/** RFC 6749, 3.3: scope-token characters. */
const token = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** The resource of `{resource}/.default`: the suffix goes, the rest stays as it is, with its final slash if it has one. */
export const resourceOfDefault = (scope: string): string | undefined => {
  if (!scope.endsWith(defaultScope) || !token.test(scope)) return undefined;
  const resource = scope.slice(0, -defaultScope.length);
  return resource === '' ? undefined : resource;
};

/**
 * The resource of a client credentials request, which is exactly one `{resource}/.default`; OpenID scopes beside it say nothing
 * and are passed over, since MSAL for Go and for Java always send them. Throws AADSTS1002012 otherwise.
 * Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export const parseClientScope = (scope: string): string => {
  const trimmed = scope.trim();
  const resource = resourceOfDefault(trimmed.includes(' ') ? withoutOpenIdScopes(trimmed) : trimmed);
  if (resource === undefined) throw new AadstsError(1002012, { data: { scope } });
  return resource;
};

const withoutOpenIdScopes = (scope: string): string =>
  scope
    .split(' ')
    .filter((part) => part !== '' && !openIdScopes.has(part))
    .join(' ');

/**
 * A user's scope: OpenID scopes and scopes of one resource. Scopes without a resource belong to Microsoft Graph. Throws
 * AADSTS70011 for a malformed scope and AADSTS28000 for two resources.
 */
export const parseUserScope = (scope: string, graph: string): RequestedScope => {
  if (scope.length > scopeLimit) throw new AadstsError(70011, { data: { scope } });
  const parts = scope.split(' ').filter((part) => part !== '');
  const wrong = parts.find((part) => !token.test(part));
  if (wrong !== undefined || parts.length > most) throw new AadstsError(70011, { data: { scope } });
  const sent = parts.filter((part) => !openIdScopes.has(part));
  const asked = sent.map((part) => takeApart(part, graph));
  const [first] = asked;
  if (asked.some(({ resource }) => resource !== first?.resource)) throw new AadstsError(28000, { data: { scope } });
  const names = asked.some(({ name }) => name === undefined) ? [] : asked.flatMap(({ name }) => name ?? []);
  return { resource: first?.resource, names, sent, openId: parts.filter((part) => openIdScopes.has(part)) };
};

const takeApart = (scope: string, graph: string): { readonly resource: string; readonly name: string | undefined } => {
  const resource = resourceOfDefault(scope);
  if (resource !== undefined) return { resource, name: undefined };
  const slash = scope.lastIndexOf('/');
  if (slash < 0) return { resource: graph, name: scope };
  const name = scope.slice(slash + 1);
  if (name === '' || slash === 0) throw new AadstsError(70011, { data: { scope } });
  return { resource: scope.slice(0, slash), name };
};
