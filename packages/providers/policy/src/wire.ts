/** Paths, versions, names and limits of Azure Policy: https://learn.microsoft.com/rest/api/policy/ */
const namespace = 'Microsoft.Authorization';
const under = (scope: string) => `${scope}/providers/${namespace}`;

export const paths = {
  definitions: `${under('')}/policyDefinitions`,
  definition: `${under('')}/policyDefinitions/{policyDefinitionName}`,
  ownDefinitions: `${under('/subscriptions/{subscriptionId}')}/policyDefinitions`,
  ownDefinition: `${under('/subscriptions/{subscriptionId}')}/policyDefinitions/{policyDefinitionName}`,
  assignments: `${under('{scope}')}/policyAssignments`,
  assignment: `${under('{scope}')}/policyAssignments/{policyAssignmentName}`,
} as const;

export const versions = ['2025-11-01', '2025-03-01', '2025-01-01', '2024-05-01', '2023-04-01', '2022-06-01', '2021-06-01'] as const;

export const types = {
  definition: `${namespace}/policyDefinitions`,
  assignment: `${namespace}/policyAssignments`,
} as const;

export const definitionId = (name: string): string => `/providers/${types.definition}/${name}`;
export const assignmentId = (scope: string, name: string): string => `${scope}/providers/${types.assignment}/${name}`;

export const limits = {
  /** Characters: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftauthorization */
  name: 64,
  displayName: 128,
  description: 512,
  message: 512,
  /** Per scope: https://learn.microsoft.com/azure/governance/policy/overview#maximum-count-of-azure-policy-objects */
  assignments: 200,
  notScopes: 400,
  /** Characters of one item of a parameter, and items of one list. */
  item: 1_024,
  items: 500,
} as const;

/** Namespaces that policies of clusters never look at, whatever their parameters say. */
export const alwaysExcluded: readonly string[] = ['kube-system', 'gatekeeper-system', 'azure-arc'];
