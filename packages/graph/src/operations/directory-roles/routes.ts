import { GraphError } from '../../errors.ts';
import { directoryRoleKind, directoryRolesOf, type DirectoryRole } from '../../kinds/directory-role.ts';
import type { Route } from '../../operation.ts';
import { permissions } from '../../permissions.ts';
import { page, scopeOf, single, type GraphRequest } from '../../request.ts';
import { sourceOf } from '../../sources.ts';
import { mixedListRoutes } from '../mixed-lists.ts';

const roleOf = (request: GraphRequest): DirectoryRole => {
  const id = request.keys['id'] ?? '';
  const role = directoryRolesOf(scopeOf(request)).find((candidate) => candidate.id === id);
  if (!role) throw new GraphError('notFound', { id });
  return role;
};

const permission = permissions.readDirectoryRoles;

/** Reading directory roles and who holds them. https://learn.microsoft.com/graph/api/resources/directoryrole */
export const directoryRoleRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: 'directoryRoles',
    permission,
    options: ['$select', '$filter'],
    run: (request) => page(request, directoryRoleKind, sourceOf(directoryRolesOf(scopeOf(request)))),
  },
  {
    method: 'GET',
    path: 'directoryRoles/{id}',
    permission,
    options: ['$select'],
    run: (request) => single(request, directoryRoleKind, roleOf(request)),
  },
  ...mixedListRoutes({
    path: 'directoryRoles/{id}/members',
    permission,
    ids: (request) =>
      request.directory.directoryRoles
        .ofRole(request.caller.tenantId, roleOf(request).roleTemplateId)
        .map(({ principalId }) => principalId)
        .toSorted(),
    types: ['user', 'group', 'servicePrincipal'],
  }),
];
