import type { Group } from '@podpass/directory';
import { isGuid } from '@podpass/kernel';
import type { EntityKind, Navigation } from '../odata/types.ts';
import { wireTime } from './credentials.ts';
import { memberOfNavigation } from './memberships-navigation.ts';
import { objectsById, ownersNavigation } from './owners-navigation.ts';

const absent = ['classification', 'expirationDateTime', 'isAssignableToRole', 'mail', 'membershipRule', 'membershipRuleProcessingState'];
const absentToo = [
  'onPremisesDomainName',
  'onPremisesLastSyncDateTime',
  'onPremisesNetBiosName',
  'onPremisesSamAccountName',
  'onPremisesSecurityIdentifier',
  'onPremisesSyncEnabled',
  'preferredDataLocation',
  'preferredLanguage',
];

const none = (names: readonly string[]) => names.map((name) => ({ name, type: 'string' as const, read: () => null }));

const members: Navigation<Group> = {
  name: 'members',
  related: ({ id }, scope) => objectsById(scope, scope.directory.members.of(scope.tenantId, id)),
};

/**
 * Security groups. https://learn.microsoft.com/graph/api/resources/group ; operators:
 * https://learn.microsoft.com/graph/aad-advanced-queries?tabs=http#group-properties
 */
export const groupKind: EntityKind<Group> = {
  type: 'group',
  resource: 'Group',
  set: 'groups',
  properties: [
    {
      name: 'id',
      type: 'string',
      filter: ['eq', 'ne', 'not', 'in'],
      read: (group) => group.id,
      lookUp: ({ directory, tenantId }, id) => (isGuid(id) ? directory.groups.byId(tenantId, id.toLowerCase()) : undefined),
    },
    { name: 'deletedDateTime', type: 'dateTime', read: () => null },
    {
      name: 'createdDateTime',
      type: 'dateTime',
      filter: ['eq', 'ne', 'not', 'ge', 'in'],
      orderBy: true,
      read: (group) => wireTime(group.createdDateTime),
    },
    {
      name: 'description',
      type: 'string',
      filter: ['eq', 'ne', 'not', 'ge', 'startswith'],
      search: true,
      read: (group) => group.description,
    },
    {
      name: 'displayName',
      type: 'string',
      filter: ['eq', 'ne', 'not', 'ge', 'in', 'startswith'],
      orderBy: true,
      search: true,
      read: (group) => group.displayName,
    },
    { name: 'groupTypes', type: 'string', collection: true, filter: ['eq', 'not'], read: () => [] },
    { name: 'mailEnabled', type: 'boolean', filter: ['eq', 'ne', 'not'], read: () => false },
    {
      name: 'mailNickname',
      type: 'string',
      filter: ['eq', 'ne', 'not', 'ge', 'in', 'startswith'],
      search: true,
      read: (group) => group.mailNickname,
    },
    { name: 'renewedDateTime', type: 'dateTime', read: (group) => wireTime(group.createdDateTime) },
    { name: 'securityEnabled', type: 'boolean', filter: ['eq', 'ne', 'not', 'in'], read: (group) => group.securityEnabled },
    { name: 'securityIdentifier', type: 'string', read: ({ id }) => securityIdentifierOf(id) },
    { name: 'proxyAddresses', type: 'string', collection: true, read: () => [] },
    { name: 'creationOptions', type: 'string', collection: true, read: () => [] },
    { name: 'resourceProvisioningOptions', type: 'string', collection: true, read: () => [] },
    { name: 'theme', type: 'string', read: () => null },
    { name: 'visibility', type: 'string', read: () => null },
    ...none(absent),
    ...none(absentToo),
  ],
  navigations: [members, ownersNavigation, memberOfNavigation],
};

/** The SID that Entra derives from an object id: `S-1-12-1` and its four 32-bit words, little-endian. */
const securityIdentifierOf = (id: string): string => {
  const [a = '', b = '', c = '', ...rest] = id.split('-');
  const swap = (text: string) => (text.match(/../g) ?? []).toReversed().join('');
  const bytes = Buffer.from(swap(a) + swap(b) + swap(c) + rest.join(''), 'hex');
  return ['S-1-12-1', ...[0, 4, 8, 12].map((at) => String(bytes.readUInt32LE(at)))].join('-');
};
