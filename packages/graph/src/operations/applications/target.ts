import type { Application, Tenant } from '@podpass/directory';
import { GraphError } from '../../errors.ts';
import type { GraphRequest } from '../../request.ts';

/** The application that the path names. */
export const applicationOf = ({ directory, caller, keys }: GraphRequest): Application => {
  const id = keys['id'] ?? '';
  const application = directory.applications.byId(caller.tenantId, id);
  if (!application) throw new GraphError('notFound', { id });
  return application;
};

/** The caller's tenant. */
export const tenantOf = ({ directory, caller }: GraphRequest): Tenant => {
  const tenant = directory.tenants.find(caller.tenantId);
  if (!tenant) throw new GraphError('identityNotFound');
  return tenant;
};
