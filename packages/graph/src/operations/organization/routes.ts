import type { Tenant } from '@podpass/directory';
import { GraphError } from '../../errors.ts';
import { domainKind, domainsOf, organizationKind } from '../../kinds/organization.ts';
import type { Route } from '../../operation.ts';
import { permissions } from '../../permissions.ts';
import { page, single, type GraphRequest } from '../../request.ts';
import { sourceOf } from '../../sources.ts';

/** The caller's own tenant. */
const tenantOf = ({ directory, caller }: GraphRequest): Tenant => {
  const tenant = directory.tenants.find(caller.tenantId);
  if (!tenant) throw new GraphError('notFound', { id: caller.tenantId });
  return tenant;
};

const byId = <T extends { readonly id: string }>(values: readonly T[], id = ''): T => {
  const found = values.find((value) => value.id === id.toLowerCase());
  if (!found) throw new GraphError('notFound', { id });
  return found;
};

/** https://learn.microsoft.com/graph/api/organization-list and https://learn.microsoft.com/graph/api/domain-list */
export const organizationRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: 'organization',
    permission: permissions.readOrganization,
    options: ['$select', '$top'],
    run: (request) => page(request, organizationKind, sourceOf([tenantOf(request)])),
  },
  {
    method: 'GET',
    path: 'organization/{id}',
    permission: permissions.readOrganization,
    options: ['$select'],
    run: (request) => single(request, organizationKind, byId([tenantOf(request)], request.keys['id'])),
  },
  {
    method: 'GET',
    path: 'domains',
    permission: permissions.readDomains,
    options: ['$select', '$top', '$skiptoken'],
    run: (request) => page(request, domainKind, sourceOf(domainsOf(tenantOf(request)))),
  },
  {
    method: 'GET',
    path: 'domains/{id}',
    permission: permissions.readDomains,
    options: ['$select'],
    run: (request) => single(request, domainKind, byId(domainsOf(tenantOf(request)), request.keys['id'])),
  },
];
