import type { Navigation } from '../odata/types.ts';
import { objectsById } from './owners-navigation.ts';

/** `memberOf`: the groups that an object is in directly. */
export const memberOfNavigation: Navigation<{ readonly id: string }> = {
  name: 'memberOf',
  related: ({ id }, scope) => objectsById(scope, scope.directory.members.ofMember(scope.tenantId, id)),
};
