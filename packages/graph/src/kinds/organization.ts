import type { Tenant } from '@podpass/directory';
import type { EntityKind } from '../odata/types.ts';
import { constant } from './constant.ts';
import { wireTime } from './credentials.ts';

/** https://learn.microsoft.com/graph/api/resources/organization */
export const organizationKind: EntityKind<Tenant> = {
  type: 'organization',
  resource: 'Organization',
  set: 'organization',
  properties: [
    { name: 'id', type: 'string', read: ({ id }) => id },
    constant('deletedDateTime', null),
    constant('businessPhones', []),
    constant('city', null),
    constant('country', null),
    constant('countryLetterCode', null),
    { name: 'createdDateTime', type: 'dateTime', read: ({ createdDateTime }) => wireTime(createdDateTime) },
    constant('defaultUsageLocation', null),
    { name: 'displayName', type: 'string', read: ({ displayName }) => displayName },
    constant('onPremisesSyncEnabled', null),
    constant('postalCode', null),
    constant('preferredLanguage', null),
    constant('state', null),
    constant('street', null),
    constant('technicalNotificationMails', []),
    constant('tenantType', 'AAD'),
    constant('assignedPlans', []),
    constant('provisionedPlans', []),
    { name: 'verifiedDomains', type: 'complex', collection: true, read: ({ domains }) => domains.map(verifiedDomain) },
  ],
};

const verifiedDomain = (name: string, index: number) => ({
  capabilities: '',
  isDefault: index === 0,
  isInitial: index === 0,
  name,
  type: 'Managed',
});

/** A verified domain; its name is its id. */
export interface Domain {
  readonly id: string;
  readonly isDefault: boolean;
}

export const domainsOf = ({ domains }: Tenant): readonly Domain[] => domains.map((id, index) => ({ id, isDefault: index === 0 }));

/** https://learn.microsoft.com/graph/api/resources/domain */
export const domainKind: EntityKind<Domain> = {
  type: 'domain',
  resource: 'Domain',
  set: 'domains',
  properties: [
    constant('authenticationType', 'Managed'),
    constant('availabilityStatus', null),
    { name: 'id', type: 'string', read: ({ id }) => id },
    constant('isAdminManaged', true),
    { name: 'isDefault', type: 'boolean', read: ({ isDefault }) => isDefault },
    { name: 'isInitial', type: 'boolean', read: ({ isDefault }) => isDefault },
    constant('isRoot', true),
    constant('isVerified', true),
    constant('supportedServices', []),
    constant('passwordValidityPeriodInDays', null),
    constant('passwordNotificationWindowInDays', null),
    constant('state', null),
  ],
};
