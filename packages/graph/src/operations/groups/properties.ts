import { boolean, listOf, nullable, readProperties, text, type JsonBody, type Reader } from '../../body.ts';
import { GraphError } from '../../errors.ts';

/** References are read later, when the caller's tenant is at hand. */
const later: Reader<unknown> = (value) => value;

const readers = {
  description: nullable(text({ most: 1024 })),
  displayName: text({ least: 1 }),
  groupTypes: listOf(text(), 10),
  mailEnabled: boolean,
  mailNickname: text({ least: 1, most: 64 }),
  securityEnabled: boolean,
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
  const read = readProperties(body, readers, {
    resource: 'Group',
    absent,
    required,
    // What changes nothing here.
    ignored: (name, value) => (name === 'isAssignableToRole' && value === false) || (name === 'visibility' && value === null),
  });
  const { mailEnabled, securityEnabled, groupTypes, mailNickname } = read;
  if (mailEnabled === true || securityEnabled === false || (groupTypes?.length ?? 0) > 0) throw new GraphError('groupKind');
  if (mailNickname !== undefined && !nickname.test(mailNickname)) {
    throw new GraphError('invalidValue', { property: 'mailNickname', resource: 'Group' });
  }
  return read;
};
