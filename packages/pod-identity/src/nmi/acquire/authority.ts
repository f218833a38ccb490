import { AcquireError } from './types.ts';
import { auxiliaryTenantLimit, defaultAuthority } from '../wire.ts';

const tenantPattern = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,126}[A-Za-z0-9])?$/;

/**
 * The v1 token endpoint of a tenant. A secret goes only to known authorities over TLS: `adEndpoint` is written by whoever
 * may write an AzureIdentity, who need not be somebody that may read the secret. Throws AcquireError `refused`.
 */
export const tokenEndpoint = (adEndpoint: string, tenant: string, hosts: readonly string[]): string => {
  if (!tenantPattern.test(tenant)) throw new AcquireError('refused', 'the AzureIdentity has no valid tenantID');
  const authority = URL.parse(adEndpoint || defaultAuthority);
  const plain =
    authority !== null && authority.username === '' && authority.password === '' && authority.search === '' && authority.hash === '';
  if (authority === null || !plain || authority.protocol !== 'https:' || authority.pathname !== '/' || !hosts.includes(authority.hostname))
    throw new AcquireError('refused', 'the adEndpoint of the AzureIdentity is no known authority');
  return `${authority.origin}/${tenant}/oauth2/token`;
};

/** The identity's tenant and its auxiliary ones, each once. */
export const tenantsOf = (tenant: string, auxiliary: readonly string[]): readonly [string, ...string[]] => {
  const others = [...new Set(auxiliary)].filter((other) => other !== tenant);
  if (others.length > auxiliaryTenantLimit)
    throw new AcquireError('refused', `an AzureIdentity may have ${String(auxiliaryTenantLimit)} auxiliary tenants`);
  return [tenant, ...others];
};
