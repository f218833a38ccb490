import type { PermissionScope } from '../types.ts';

const scope = (type: PermissionScope['type'], id: string, value: string, displayName: string): PermissionScope => ({
  id,
  value,
  type,
  adminConsentDisplayName: displayName,
  adminConsentDescription: `For the signed-in user: ${displayName.charAt(0).toLowerCase()}${displayName.slice(1)}.`,
  userConsentDisplayName: displayName,
  userConsentDescription: `For you: ${displayName.charAt(0).toLowerCase()}${displayName.slice(1)}.`,
  isEnabled: true,
});

/**
 * Delegated permissions: who may consent, id, value. Ids, values and consent types: https://learn.microsoft.com/graph/permissions-reference
 * (the descriptions are ours).
 */
export const graphScopes: readonly PermissionScope[] = [
  scope('Admin', 'c79f8feb-a9db-4090-85f9-90d820caa0eb', 'Application.Read.All', 'Read applications'),
  scope('Admin', 'bdfbf15f-ee85-4955-8675-146e8e5296b5', 'Application.ReadWrite.All', 'Read and write all applications'),
  scope(
    'Admin',
    '84bccea3-f856-4a8a-967b-dbe0a3d53a64',
    'AppRoleAssignment.ReadWrite.All',
    'Manage app permission grants and app role assignments',
  ),
  scope('Admin', 'e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20', 'AuditLog.Read.All', 'Read audit log data'),
  scope(
    'Admin',
    '41ce6ca6-6826-4807-84f1-1c82854f7ee5',
    'DelegatedPermissionGrant.ReadWrite.All',
    'Manage all delegated permission grants',
  ),
  scope('Admin', '0e263e50-5827-48a4-b97c-d940288653c7', 'Directory.AccessAsUser.All', 'Access the directory as the signed-in user'),
  scope('Admin', '06da0dbc-49e2-44d2-8312-53f166ab848a', 'Directory.Read.All', 'Read directory data'),
  scope('Admin', 'c5366453-9fb0-48a5-a156-24f0c49a4b84', 'Directory.ReadWrite.All', 'Read and write directory data'),
  scope('User', '64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0', 'email', 'View email addresses'),
  scope('Admin', '5f8c59db-677d-491f-a6b8-5f174b11ec1d', 'Group.Read.All', 'Read all groups'),
  scope('Admin', '4e46008b-f24c-477d-8fff-7bb4ec7aafe0', 'Group.ReadWrite.All', 'Read and write all groups'),
  scope('Admin', 'bc024368-1153-4739-b217-4326f2e966d0', 'GroupMember.Read.All', 'Read group memberships'),
  scope('Admin', 'f81125ac-d3b7-4573-a3b2-7099cc39df9e', 'GroupMember.ReadWrite.All', 'Read and write group memberships'),
  scope('User', '7427e0e9-2fba-42fe-b0c0-848c9e6a8182', 'offline_access', 'Keep access to data that was given access to'),
  scope('User', '37f7f235-527c-4136-accd-4a02d197296e', 'openid', 'Sign users in'),
  scope('Admin', '4908d5b9-3fb2-4b1e-9336-1888b7937185', 'Organization.Read.All', 'Read organization information'),
  scope('User', '14dad69e-099b-42c9-810b-d002981feec1', 'profile', "View users' basic profile"),
  scope('Admin', 'd01b97e9-cbc0-49fe-810a-750afd5527a3', 'RoleManagement.ReadWrite.Directory', 'Read and write directory RBAC settings'),
  scope('User', 'e1fe6dd8-ba31-4d61-89e7-88639da4683d', 'User.Read', 'Sign in and read user profile'),
  scope('Admin', 'a154be20-db9c-4678-8ab7-66f6cc099a59', 'User.Read.All', "Read all users' full profiles"),
  scope('User', 'b340eb25-3456-403f-be2f-af7a0d370277', 'User.ReadBasic.All', "Read all users' basic profiles"),
  scope('Admin', '204e0828-b5ca-4ad8-b9f3-f32a958e7cc4', 'User.ReadWrite.All', "Read and write all users' full profiles"),
];
