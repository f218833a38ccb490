import type { PermissionScope } from '../types.ts';

/** The scope by which most of Azure's APIs let a client act for a user; each API has its own id for it. */
export const userImpersonation = (id: string, api: string): PermissionScope => ({
  id,
  value: 'user_impersonation',
  type: 'User',
  adminConsentDisplayName: `Access ${api} as organization users`,
  adminConsentDescription: `Lets the application use ${api} with the rights of the signed-in user.`,
  userConsentDisplayName: `Access ${api} as you`,
  userConsentDescription: `Lets the application use ${api} with your rights.`,
  isEnabled: true,
});
