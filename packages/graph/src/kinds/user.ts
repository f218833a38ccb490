import type { User } from '@podpass/directory';
import { isGuid } from '@podpass/kernel';
import type { EntityKind, FilterOperator, Property } from '../odata/types.ts';
import { wireTime } from './credentials.ts';
import { memberOfNavigation } from './memberships-navigation.ts';

const textOperators: readonly FilterOperator[] = ['eq', 'ne', 'not', 'ge', 'in', 'startswith'];

type TextName =
  | 'department'
  | 'displayName'
  | 'givenName'
  | 'jobTitle'
  | 'mail'
  | 'mailNickname'
  | 'surname'
  | 'usageLocation'
  | 'userPrincipalName';

const text = (name: TextName, more: Partial<Property<User>> = {}): Property<User> => ({
  name,
  type: 'string',
  filter: textOperators,
  read: (user) => user[name],
  ...more,
});

/** Which operators each property has: https://learn.microsoft.com/graph/aad-advanced-queries?tabs=http#user-properties */
export const userKind: EntityKind<User> = {
  type: 'user',
  resource: 'User',
  set: 'users',
  // The usual ones first, in Graph's order. https://learn.microsoft.com/graph/api/resources/user
  properties: [
    { name: 'businessPhones', type: 'string', collection: true, read: () => [] },
    text('displayName', { orderBy: true, search: true }),
    text('givenName'),
    text('jobTitle'),
    text('mail', { filter: [...textOperators, 'endswith'], search: true }),
    { name: 'mobilePhone', type: 'string', read: (user) => user.mobilePhone },
    { name: 'officeLocation', type: 'string', read: (user) => user.officeLocation },
    { name: 'preferredLanguage', type: 'string', read: (user) => user.preferredLanguage },
    text('surname'),
    text('userPrincipalName', {
      filter: [...textOperators, 'endswith'],
      orderBy: true,
      search: true,
      lookUp: ({ directory, tenantId }, name) => directory.users.byPrincipalName(tenantId, name),
    }),
    {
      name: 'id',
      type: 'string',
      filter: ['eq', 'ne', 'not', 'in'],
      read: (user) => user.id,
      lookUp: ({ directory, tenantId }, id) => (isGuid(id) ? directory.users.byId(tenantId, id.toLowerCase()) : undefined),
    },
    { name: 'accountEnabled', type: 'boolean', filter: ['eq', 'ne', 'not', 'in'], selectOnly: true, read: (user) => user.accountEnabled },
    {
      name: 'createdDateTime',
      type: 'dateTime',
      filter: ['eq', 'ne', 'not', 'ge', 'in'],
      orderBy: true,
      selectOnly: true,
      read: (user) => wireTime(user.createdDateTime),
    },
    { name: 'deletedDateTime', type: 'dateTime', selectOnly: true, read: () => null },
    text('department', { selectOnly: true }),
    text('mailNickname', { selectOnly: true }),
    {
      name: 'signInSessionsValidFromDateTime',
      type: 'dateTime',
      selectOnly: true,
      read: (user) => wireTime(user.signInSessionsValidFromDateTime),
    },
    text('usageLocation', { selectOnly: true }),
    { name: 'userType', type: 'string', filter: ['eq', 'ne', 'not', 'in'], selectOnly: true, read: () => 'Member' },
    { name: 'identities', type: 'complex', collection: true, selectOnly: true, read: (user) => identitiesOf(user) },
  ],
  navigations: [memberOfNavigation],
};

/** https://learn.microsoft.com/graph/api/resources/objectidentity */
const identitiesOf = ({ userPrincipalName }: User) => [
  { signInType: 'userPrincipalName', issuer: userPrincipalName.split('@').at(-1) ?? '', issuerAssignedId: userPrincipalName },
];
