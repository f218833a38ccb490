import type { Admin } from '@podpass/conformance';
import { automationToken, type Client } from './client.ts';
import { exchangeAudience } from './issuer.ts';

/** An identity that was made over the wire: its resource id, and the client id of its principal. */
export interface ModelIdentity {
  readonly resourceId: string;
  readonly clientId: string;
}

const arm = 'management.azure.com';
const apiVersion = '2024-11-30';

/** The subject of one credential of one identity. */
export const subjectOf = (identity: number, credential: number): string => `system:serviceaccount:team-${identity}:app-${credential}`;

/** Creates a user-assigned identity for each issuer, with one federated credential that trusts it, as `az` would. */
export const createIdentities = async (client: Client, admin: Admin, issuers: readonly string[]): Promise<readonly ModelIdentity[]> => {
  const bearer = await automationToken(client, admin, 'https://management.core.windows.net');
  const put = (path: string, version: string, json: object) =>
    client.call({ host: arm, method: 'PUT', path: `${path}?api-version=${version}`, bearer, json });
  const group = `/subscriptions/${admin.subscriptionId}/resourceGroups/bench`;
  await put(group, '2024-11-01', { location: 'westeurope' });
  const made: ModelIdentity[] = [];
  for (const [index, issuer] of issuers.entries()) {
    const resourceId = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/model-${index}`;
    const { properties } = await put(resourceId, apiVersion, { location: 'westeurope' });
    await put(`${resourceId}/federatedIdentityCredentials/credential-0`, apiVersion, {
      properties: { issuer, subject: subjectOf(0, 0), audiences: [exchangeAudience] },
    });
    made.push({ resourceId, clientId: (properties as { clientId: string }).clientId });
  }
  return made;
};
