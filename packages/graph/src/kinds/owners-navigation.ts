import type { DirectoryObject } from '@podpass/directory';
import type { Navigation, ReadScope } from '../odata/types.ts';

/** The objects of a list of ids; those that were deleted meanwhile are left out. */
export const objectsById = ({ directory, tenantId }: ReadScope, ids: readonly string[]): readonly DirectoryObject[] =>
  ids.map((id) => directory.objectById(tenantId, id)).filter((found) => found !== undefined);

/** `owners` of an application or a service principal. */
export const ownersNavigation: Navigation<{ readonly id: string }> = {
  name: 'owners',
  related: ({ id }, scope) => objectsById(scope, scope.directory.owners.of(scope.tenantId, id)),
};
