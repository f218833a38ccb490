import type { AppRole, PermissionScope } from '../types.ts';

/** One of Microsoft's own APIs, which every tenant knows through a service principal. */
export interface FirstPartyApplication {
  readonly appId: string;
  readonly displayName: string;
  /** Without a final slash. */
  readonly identifierUris: readonly string[];
  readonly appRoles: readonly AppRole[];
  readonly permissionScopes: readonly PermissionScope[];
  readonly requestedAccessTokenVersion: 1 | 2;
  /** `SecurityGroup` and the like: whether users' tokens carry their groups. */
  readonly groupMembershipClaims: string | null;
}
