/** Paths, versions and names of Microsoft.Authorization. Everything here hangs on a scope of any kind. */
const base = '{scope}/providers/Microsoft.Authorization';

export const paths = {
  assignments: `${base}/roleAssignments`,
  assignment: `${base}/roleAssignments/{roleAssignmentName}`,
  definitions: `${base}/roleDefinitions`,
  definition: `${base}/roleDefinitions/{roleDefinitionId}`,
} as const;

export const versions = {
  assignments: ['2022-04-01', '2020-10-01-preview', '2020-04-01-preview', '2015-07-01'],
  definitions: ['2022-05-01-preview', '2022-04-01', '2018-01-01-preview', '2015-07-01'],
} as const;

export const types = {
  assignment: 'Microsoft.Authorization/roleAssignments',
  definition: 'Microsoft.Authorization/roleDefinitions',
} as const;

/** When the built-in roles were last changed, as their answers say: the date of this table, not of each role. */
export const builtInDate = '2026-07-01T00:00:00.0000000Z';

/** Id of a role definition. Under a subscription it carries the subscription's id, in one spelling everywhere. */
export const definitionId = (subscriptionId: string | undefined, guid: string): string =>
  `${subscriptionId === undefined ? '' : `/subscriptions/${subscriptionId}`}/providers/${types.definition}/${guid}`;
