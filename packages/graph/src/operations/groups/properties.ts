import type { JsonBody } from '../../body.ts';
import { GraphError } from '../../errors.ts';
import { flag, invalid, isOwnAnnotation, listOf, optional, record, sized, type Reader } from '../../values.ts';

/** References are read later, when the caller's tenant is at hand. */
const later: Reader<unknown> = (value) => value;

const mostGroupTypes = 10;
const groupTypes: Reader<readonly string[]> = (value, place) => {
  if (Array.isArray(value) && value.length > mostGroupTypes) throw invalid(place);
  return listOf(sized(), mostGroupTypes)(value, place);
};

const readers = {
  description: optional(sized({ most: 1024 })),
  displayName: sized({ least: 1 }),
  groupTypes,
  mailEnabled: flag,
  mailNickname: sized({ least: 1, most: 64 }),
  securityEnabled: flag,
  'members@odata.bind': later,
  'owners@odata.bind': later,
};

/** Properties of Graph's group that are not kept here. https://learn.microsoft.com/graph/api/resources/group#properties */
const absent = [
  'allowExternalSenders',
  'assignedLabels',
  'autoSubscribeNewMembers',
  'classification',
  'hideFromAddressLists',
  'hideFromOutlookClients',
  'isAssignableToRole',
  'isManagementRestricted',
  'membershipRule',
  'membershipRuleProcessingState',
  'preferredDataLocation',
  'preferredLanguage',
  'resourceBehaviorOptions',
  'resourceProvisioningOptions',
  'theme',
  'uniqueName',
  'visibility',
  'writebackConfiguration',
];

const nickname = /^[^\s@()\\[\]";:<>,\u0080-\uffff]+$/;

/** Reads a group's properties from a body. Throws a 400 that says so for a group that is not a plain security group. */
export const readGroup = (body: JsonBody, required: readonly string[] = []) => {
  const read = record(readers, {
    required,
    absent,
    // What changes nothing here.
    ignored: (name, value) =>
      isOwnAnnotation(name) || (name === 'isAssignableToRole' && value === false) || (name === 'visibility' && value === null),
  })(body, { resource: 'Group', property: '' });
  const { mailEnabled, securityEnabled, groupTypes, mailNickname } = read;
  if (mailEnabled === true || securityEnabled === false || (groupTypes?.length ?? 0) > 0) throw new GraphError('groupKind');
  if (mailNickname !== undefined && !nickname.test(mailNickname)) {
    throw new GraphError('invalidValue', { property: 'mailNickname', resource: 'Group' });
  }
  return read;
};
