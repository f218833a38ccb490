import type { Tenant } from '@podpass/directory';
import { AadstsError } from '../errors.ts';
import type { Resource } from '../resources.ts';
import type { Services } from '../services.ts';
import { parseClientScope } from './scope.ts';
import type { TokenRequest } from './token-request.ts';

/** A resource of the tenant together with the audience that its tokens carry. */
export interface Target {
  readonly resource: Resource;
  /** What the client wrote, which version 1 tokens carry as it is. */
  readonly requested: string;
  readonly audience: string;
}

/** Throws AADSTS500011 when the tenant knows no such resource, 500014 when its service principal is disabled. */
export const findTarget = ({ findResource }: Pick<Services, 'findResource'>, tenant: Tenant, requested: string): Target => {
  const resource = findResource(tenant.id, requested);
  if (!resource) throw new AadstsError(500011, { data: { resource: requested, tenant: tenant.displayName } });
  if (resource.principal?.accountEnabled === false) throw new AadstsError(500014, { data: { resource: requested } });
  return { resource, requested, audience: resource.version === 2 ? resource.appId : requested };
};

/** The resource that a client credentials request names: `resource` at version 1, one `.default` scope at version 2. */
export const requestedResource = ({ form, version }: TokenRequest): string =>
  version === 1 ? form.require('resource') : parseClientScope(form.require('scope'));

/** Refuses a request that names no resource at all, before its credential is looked at. */
export const requireResource = ({ form, version }: TokenRequest): void => {
  form.require(version === 1 ? 'resource' : 'scope');
};
