import type { PermissionScope, Tenant } from '@podpass/directory';
import type { Client } from '../clients/types.ts';
import { AadstsError } from '../errors.ts';
import { findTarget, type Target } from '../requests/resource.ts';
import { parseUserScope, type RequestedScope } from '../requests/scope.ts';
import { graphAppId } from '../resources.ts';
import type { Services } from '../services.ts';
import { defaultScope } from '../wire.ts';

/** What a user's request asks for. */
export interface UserTarget {
  readonly target: Target;
  /** The parameter taken apart: `openId` holds the OpenID scopes that were asked. */
  readonly scope: RequestedScope;
  /** Delegated scopes of the resource that were asked by name; undefined for `.default`. */
  readonly named: readonly PermissionScope[] | undefined;
}

export interface UserTargetOptions {
  readonly tenant: Tenant;
  readonly client: Client;
  /** Version of the endpoint: at 1, `asked` is the `resource` parameter, at 2 the `scope`. */
  readonly version: 1 | 2;
}

/**
 * Takes apart what a user's client asks for. Only OpenID scopes means Microsoft Graph. Throws AADSTS500011 for an unknown resource,
 * 500014 for a disabled one, 70011 for a malformed scope, 650053 for one that the resource does not have, 28000 for two resources.
 */
export const userTarget = (services: Services, { tenant, client, version }: UserTargetOptions, asked: string): UserTarget => {
  const graph = `https://${services.names.graphHost}`;
  const scope = parseUserScope(version === 1 ? `${asked}${defaultScope} openid offline_access` : asked, graph);
  const target = findTarget(services, tenant, scope.resource ?? graphAppId);
  if (scope.resource !== undefined && scope.names.length === 0) return { target, scope, named: undefined };
  const names = scope.resource === undefined ? scope.openId : scope.names;
  return { target, scope, named: names.flatMap((name) => offeredScope(name, { target, client, openId: scope.resource === undefined })) };
};

const offeredScope = (
  name: string,
  { target, client, openId }: { readonly target: Target; readonly client: Client; readonly openId: boolean },
): readonly PermissionScope[] => {
  const { permissionScopes } = target.resource.application;
  const lower = name.toLowerCase();
  const offered = permissionScopes.find(({ value, isEnabled }) => isEnabled && value.toLowerCase() === lower);
  if (offered) return [offered];
  if (openId) return [];
  throw new AadstsError(650053, {
    data: { app: client.displayName, scope: name, resourceId: target.resource.appId },
  });
};
