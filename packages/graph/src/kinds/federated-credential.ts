import type { FederatedCredential } from '@podpass/directory';
import type { EntityKind } from '../odata/types.ts';

/**
 * Federated identity credentials of one application. `claimsMatchingExpression` belongs to Graph's beta version there; it is part of v1.0
 * here, because flexible credentials would be out of reach otherwise.
 * https://learn.microsoft.com/graph/api/resources/federatedidentitycredential
 */
export const federatedCredentialKind = (applicationId: string): EntityKind<FederatedCredential> => ({
  type: 'federatedIdentityCredential',
  resource: 'FederatedIdentityCredential',
  set: `applications('${applicationId}')/federatedIdentityCredentials`,
  properties: [
    {
      name: 'id',
      type: 'guid',
      filter: ['eq'],
      read: ({ id }) => id,
      lookUp: ({ directory, tenantId }, id) => directory.federatedCredentials.byId(tenantId, applicationId, id),
    },
    {
      name: 'name',
      type: 'string',
      filter: ['eq'],
      read: ({ name }) => name,
      lookUp: ({ directory, tenantId }, name) => directory.federatedCredentials.get(tenantId, applicationId, name),
    },
    { name: 'issuer', type: 'string', filter: ['eq'], read: ({ issuer }) => issuer },
    { name: 'subject', type: 'string', filter: ['eq'], read: ({ subject }) => subject },
    { name: 'description', type: 'string', read: ({ description }) => description },
    { name: 'audiences', type: 'string', collection: true, read: ({ audiences }) => audiences },
    {
      name: 'claimsMatchingExpression',
      type: 'complex',
      read: ({ claimsMatchingExpression: expression }) =>
        expression && { value: expression.value, languageVersion: expression.languageVersion },
    },
  ],
});
