import { KernelError, isGuid, newGuid } from '@podpass/kernel';
import { claims } from './keys.ts';
import { createClaiming, type State } from './state.ts';
import type { Directory, Tenant } from './types.ts';

const domainPattern = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;

/** Tenants. Domains are unique in the platform: they tell which tenant a user belongs to. */
export const tenantActions = (state: State): Directory['tenants'] => ({
  find: (idOrDomain) => state.tenants.read.get(idOrDomain.toLowerCase()) ?? state.tenants.byDomain(idOrDomain.toLowerCase())[0],
  list: () => [...state.tenants.read.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  async create({ displayName, domains, id = newGuid() }) {
    if (!isGuid(id)) throw new KernelError('invalid', `'${id}' is not a tenant id.`);
    const tenant: Tenant = { id: id.toLowerCase(), displayName, domains: domains.map((domain) => domain.toLowerCase()) };
    if (tenant.domains.length === 0) throw new KernelError('invalid', 'A tenant needs a domain.');
    const wrong = tenant.domains.find((domain) => !domainPattern.test(domain));
    if (wrong !== undefined) throw new KernelError('invalid', `'${wrong}' is not a domain name.`);
    await createClaiming(
      state,
      [
        { name: claims.tenant(tenant.id), taken: `The tenant ${tenant.id} exists already.` },
        ...tenant.domains.map((domain) => ({ name: claims.domain(domain), taken: `The domain ${domain} belongs to another tenant.` })),
      ],
      [state.tenants.written.putOperation(tenant.id, tenant)],
    );
    return tenant;
  },
});
