import { KernelError, isGuid, newGuid } from '@podpass/kernel';
import type { Directory } from './directory-types.ts';
import { firstPartyTenantId } from './first-party/index.ts';
import { firstPartyPrincipals } from './first-party-principals.ts';
import { claims } from './keys.ts';
import { conflict, invalid } from './rules/problems.ts';
import { isText } from './rules/properties.ts';
import type { State } from './state.ts';
import type { Tenant } from './types.ts';
import { createClaiming } from './writing.ts';

const domainPattern = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;

export const requireTenant = (state: State, tenantId: string): Tenant => {
  const tenant = state.tenants.read.get(tenantId.toLowerCase());
  if (!tenant) throw new KernelError('not-found', `There is no tenant ${tenantId}.`, { detail: { property: 'tenantId' } });
  return tenant;
};

/** Tenants. Domains are unique in the platform: they tell which tenant a user belongs to. */
export const tenantActions = (state: State): Directory['tenants'] => ({
  find: (idOrDomain) => state.tenants.read.get(idOrDomain.toLowerCase()) ?? state.tenants.byDomain(idOrDomain.toLowerCase())[0],
  list: () => [...state.tenants.read.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  async create({ displayName, domains, id = newGuid() }) {
    if (!isGuid(id)) throw invalid('id', `'${id}' is not a tenant id.`);
    if (id.toLowerCase() === firstPartyTenantId) throw conflict('id', "The tenant is Microsoft's own.");
    if (!isText(displayName, { max: 256 })) throw invalid('displayName', 'The display name is empty or too long.');
    const tenant: Tenant = {
      id: id.toLowerCase(),
      displayName,
      domains: domains.map((domain) => domain.toLowerCase()),
      createdDateTime: state.clock.date().toISOString(),
    };
    if (tenant.domains.length === 0) throw invalid('domains', 'A tenant needs a domain.');
    const wrong = tenant.domains.find((domain) => !domainPattern.test(domain));
    if (wrong !== undefined) throw invalid('domains', `'${wrong}' is not a domain name.`);
    const wanted = [
      { name: claims.tenant(tenant.id), taken: `The tenant ${tenant.id} exists already.`, property: 'id' },
      ...tenant.domains.map((domain) => ({
        name: claims.domain(domain),
        taken: `The domain ${domain} belongs to another tenant.`,
        property: 'domains',
      })),
    ];
    await createClaiming(state, wanted, [state.tenants.written.putOperation(tenant.id, tenant), ...firstPartyPrincipals(state, tenant.id)]);
    return tenant;
  },
});
