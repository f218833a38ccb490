import type { DirectoryObject } from '@podpass/directory';
import type { Navigation, ReadScope } from '../odata/types.ts';
import { mostExpanded } from '../wire.ts';

/** The first objects of a list of ids, as many as an expansion sends; those that were deleted meanwhile are left out. The rest of a long list is not looked at. */
export const objectsById = ({ directory, tenantId }: ReadScope, ids: readonly string[]): readonly DirectoryObject[] => {
  const found: DirectoryObject[] = [];
  for (const id of ids) {
    const object = directory.objectById(tenantId, id);
    if (object) found.push(object);
    if (found.length >= mostExpanded) break;
  }
  return found;
};

/** `owners` of an application or a service principal. */
export const ownersNavigation: Navigation<{ readonly id: string }> = {
  name: 'owners',
  related: ({ id }, scope) => objectsById(scope, scope.directory.owners.of(scope.tenantId, id)),
};
