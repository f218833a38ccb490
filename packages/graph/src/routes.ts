import type { Route } from './operation.ts';
import { applicationRoutes } from './operations/applications/routes.ts';
import { batchRoutes } from './operations/batch/routes.ts';
import { directoryObjectRoutes } from './operations/directory-objects/routes.ts';
import { directoryRoleRoutes } from './operations/directory-roles/routes.ts';
import { federatedCredentialRoutes } from './operations/federated-credentials/routes.ts';
import { grantRoutes } from './operations/grants/routes.ts';
import { groupRoutes } from './operations/groups/routes.ts';
import { organizationRoutes } from './operations/organization/routes.ts';
import { servicePrincipalRoutes } from './operations/service-principals/routes.ts';
import { userRoutes } from './operations/users/routes.ts';

/** Every operation that is offered. */
export const routes: readonly Route[] = [
  ...userRoutes,
  ...groupRoutes,
  ...directoryObjectRoutes,
  ...directoryRoleRoutes,
  ...organizationRoutes,
  ...batchRoutes,
  ...applicationRoutes,
  ...servicePrincipalRoutes,
  ...federatedCredentialRoutes,
  ...grantRoutes,
];
