import { defineProvider } from '@podpass/arm';
import { assignmentDelete, assignmentGet, assignmentPatch, assignmentsList } from './assignment-operations.ts';
import { assignmentPut } from './assignment-put.ts';
import { definitionType } from './definitions/operations.ts';
import type { PolicyProviderDependencies } from './dependencies.ts';
import { versions } from './wire.ts';

export type { PolicyProviderDependencies } from './dependencies.ts';

/** Azure Policy's part of Microsoft.Authorization. */
export const policyProvider = (dependencies: PolicyProviderDependencies) =>
  defineProvider({
    namespace: 'Microsoft.Authorization',
    types: [
      definitionType,
      {
        type: 'policyAssignments',
        apiVersions: versions,
        regional: false,
        operations: [
          assignmentPut(dependencies),
          assignmentGet(dependencies),
          assignmentPatch(dependencies),
          assignmentsList(dependencies),
          assignmentDelete(dependencies),
        ],
      },
    ],
  });
