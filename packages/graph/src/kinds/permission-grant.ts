import type { PermissionGrant } from '@podpass/directory';
import type { EntityKind } from '../odata/types.ts';

/** https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant */
export const permissionGrantKind: EntityKind<PermissionGrant> = {
  type: 'oAuth2PermissionGrant',
  resource: 'OAuth2PermissionGrant',
  set: 'oauth2PermissionGrants',
  properties: [
    { name: 'clientId', type: 'guid', filter: ['eq'], read: ({ clientId }) => clientId },
    { name: 'consentType', type: 'string', filter: ['eq'], read: ({ consentType }) => consentType },
    {
      name: 'id',
      type: 'string',
      filter: ['eq'],
      read: ({ id }) => id,
      lookUp: ({ directory, tenantId }, id) => directory.permissionGrants.byId(tenantId, id),
    },
    { name: 'principalId', type: 'guid', filter: ['eq', 'ne'], read: ({ principalId }) => principalId },
    { name: 'resourceId', type: 'guid', filter: ['eq'], read: ({ resourceId }) => resourceId },
    { name: 'scope', type: 'string', read: ({ scope }) => scope },
  ],
};
