import { firstPartyTenantId } from '@podpass/directory';
import { isGuid } from '@podpass/kernel';
import type { NewTenant, Tenants } from '../tenants/tenants.ts';
import type { ControlRoute } from './control.ts';
import { ControlRefusal, readFields, refusing } from './request.ts';

/** Longest display name, in characters; what Graph takes for an organization. */
const longestName = 256;
/** Longest domain: `admin@` and the domain are a user principal name, which has 113 characters at most. */
const longestDomain = 107;
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const domainPattern = new RegExp(`^${label}(?:\\.${label})+$`);

/** Tenants that Microsoft's clients know by these ids: its own and the one of personal accounts. */
const reserved: readonly string[] = [firstPartyTenantId, '9188040d-6c67-4c5b-b112-36a304b66dad', '00000000-0000-0000-0000-000000000000'];

const readTenant = (body: unknown): NewTenant => {
  const { displayName, domain, id } = readFields(body, ['displayName', 'domain', 'id']);
  if (typeof displayName !== 'string' || displayName.trim() === '' || displayName.length > longestName || /\p{Cc}/u.test(displayName))
    throw new ControlRefusal(`displayName must be a text of 1 to ${longestName} characters without control characters.`);
  const lower = typeof domain === 'string' && domain.length <= longestDomain ? domain.toLowerCase() : '';
  if (!domainPattern.test(lower))
    throw new ControlRefusal(`domain must be a DNS name such as contoso.onmicrosoft.com, of at most ${longestDomain} characters.`);
  if (id === undefined) return { displayName, domain: lower };
  if (typeof id !== 'string' || !isGuid(id)) throw new ControlRefusal('id must be a GUID.');
  const tenantId = id.toLowerCase();
  if (reserved.includes(tenantId)) throw new ControlRefusal(`The id ${tenantId} is reserved.`);
  return { displayName, domain: lower, tenantId };
};

/** Lists tenants and creates them. The administrator's password is in the answer to its creation and nowhere else. */
export const tenantRoutes = (tenants: Tenants): readonly ControlRoute[] => [
  { method: 'GET', path: '/tenants', handle: async () => ({ tenants: tenants.list() }) },
  { method: 'POST', path: '/tenants', handle: async ({ body }) => refusing(tenants.create(readTenant(body))) },
];
