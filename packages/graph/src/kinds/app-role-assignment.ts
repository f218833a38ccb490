import type { AppRoleAssignment, DirectoryObject } from '@podpass/directory';
import type { EntityKind, ReadScope } from '../odata/types.ts';
import { wireTime } from './credentials.ts';

const displayName = (id: string, { directory, tenantId }: ReadScope): string | undefined => nameOf(directory.objectById(tenantId, id));

const nameOf = (object: DirectoryObject | undefined): string | undefined => object?.value.displayName;

/**
 * Assignments of app roles, in the set that they were asked in: `servicePrincipals('…')/appRoleAssignedTo` and the like.
 * https://learn.microsoft.com/graph/api/resources/approleassignment
 */
export const appRoleAssignmentKind = (set: string): EntityKind<AppRoleAssignment> => ({
  type: 'appRoleAssignment',
  resource: 'AppRoleAssignment',
  set,
  properties: [
    { name: 'id', type: 'string', filter: ['eq'], read: ({ id }) => id },
    { name: 'deletedDateTime', type: 'dateTime', read: () => null },
    { name: 'appRoleId', type: 'guid', filter: ['eq'], read: ({ appRoleId }) => appRoleId },
    { name: 'createdDateTime', type: 'dateTime', read: ({ createdDateTime }) => wireTime(createdDateTime) },
    {
      name: 'principalDisplayName',
      type: 'string',
      filter: ['eq', 'startswith'],
      read: ({ principalId }, scope) => displayName(principalId, scope),
    },
    { name: 'principalId', type: 'guid', filter: ['eq'], read: ({ principalId }) => principalId },
    { name: 'principalType', type: 'string', filter: ['eq'], read: ({ principalType }) => principalType },
    { name: 'resourceDisplayName', type: 'string', read: ({ resourceId }, scope) => displayName(resourceId, scope) },
    { name: 'resourceId', type: 'guid', filter: ['eq'], read: ({ resourceId }) => resourceId },
  ],
});
