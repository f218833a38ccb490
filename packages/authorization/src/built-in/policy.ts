import { role, support, under } from './common.ts';

/** Roles around Azure Policy. */
export const policy = [
  role('36243c78-bf99-498c-9df9-86d9f8d28608', 'Resource Policy Contributor', 'Creates and changes policies, and reads all resources.', {
    actions: [
      '*/read',
      ...under('Microsoft.Authorization', ['policyassignments/*', 'policydefinitions/*', 'policyexemptions/*', 'policysetdefinitions/*']),
      'Microsoft.PolicyInsights/*',
      support,
    ],
  }),
] as const;
