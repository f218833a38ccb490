import type { FirstPartyApplication } from './types.ts';

/** The API server of every AKS cluster with Entra sign-in. Its tokens always carry groups: the cluster's role bindings name them. */
export const containerServiceServer: FirstPartyApplication = {
  appId: '6dae42f8-4368-4678-94ff-3960e28e3630',
  displayName: 'Azure Kubernetes Service AAD Server',
  identifierUris: [],
  appRoles: [],
  permissionScopes: [
    {
      id: '34a47c2f-cd0d-47b4-a93c-2c41130c671c',
      value: 'user.read',
      type: 'User',
      adminConsentDisplayName: 'user.read',
      adminConsentDescription: "Lets the application read the signed-in user's profile.",
      isEnabled: true,
    },
  ],
  requestedAccessTokenVersion: 1,
  groupMembershipClaims: 'SecurityGroup',
};
