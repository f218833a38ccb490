import type { ServicePrincipal } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { servicePrincipalKind } from '../entities.ts';
import { GraphError } from '../errors.ts';
import { parseFilter } from '../filter.ts';
import { permissions, requirePermission } from '../permissions.ts';
import { inOrderOfIds, page, single, type GraphRequest } from '../request.ts';

/**
 * GET /servicePrincipals: all, or by `servicePrincipalNames/any(c:c eq '…')`, `appId eq '…'` or `id eq '…'`.
 * https://learn.microsoft.com/graph/api/serviceprincipal-list
 */
export const listServicePrincipals = (request: GraphRequest): Answer => {
  const { caller, directory, exchange } = request;
  requirePermission(caller, permissions.readServicePrincipals);
  const filter = exchange.query.get('$filter');
  if (filter === null) return page(request, servicePrincipalKind, inOrderOfIds(directory.servicePrincipals.list(caller.tenantId)));
  const found = findBy(request, filter);
  return page(request, servicePrincipalKind, found ? [found] : []);
};

const findBy = ({ caller, directory }: GraphRequest, filter: string): ServicePrincipal | undefined => {
  const { property, collection, value } = parseFilter(filter);
  if (collection && property === 'serviceprincipalnames') return directory.servicePrincipalByName(caller.tenantId, value);
  if (!collection && property === 'appid') return directory.servicePrincipals.byAppId(caller.tenantId, value);
  if (!collection && property === 'id') return directory.servicePrincipals.byId(caller.tenantId, value);
  throw new GraphError('badFilter');
};

/** GET /servicePrincipals/{id}. https://learn.microsoft.com/graph/api/serviceprincipal-get */
export const getServicePrincipal = (request: GraphRequest): Answer => {
  const { caller, directory, key } = request;
  requirePermission(caller, permissions.readServicePrincipals);
  const principal = directory.servicePrincipals.byId(caller.tenantId, key);
  if (!principal) throw new GraphError('notFound', { id: key });
  return single(request, servicePrincipalKind, principal);
};
