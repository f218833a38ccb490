import { defineProvider } from '@podpass/arm';
import { assignmentDelete } from './assignment-delete.ts';
import { assignmentPut } from './assignment-put.ts';
import { assignmentGet, assignmentsList } from './assignment-read.ts';
import type { AuthorizationDependencies } from './assignment.ts';
import { definitionDelete, definitionGet, definitionPut, definitionsList } from './definitions.ts';
import { versions } from './wire.ts';

/** Microsoft.Authorization over the platform's role-based access control. */
export const authorizationProvider = (dependencies: AuthorizationDependencies) =>
  defineProvider({
    namespace: 'Microsoft.Authorization',
    types: [
      {
        type: 'roleAssignments',
        apiVersions: versions.assignments,
        regional: false,
        operations: [
          assignmentPut(dependencies),
          assignmentGet(dependencies),
          assignmentsList(dependencies),
          assignmentDelete(dependencies),
        ],
      },
      {
        type: 'roleDefinitions',
        apiVersions: versions.definitions,
        regional: false,
        operations: [definitionsList(dependencies), definitionGet(dependencies), definitionPut, definitionDelete],
      },
    ],
  });
