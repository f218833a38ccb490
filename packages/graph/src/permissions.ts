import type { Caller } from '@podpass/directory';
import { GraphError } from './errors.ts';

/** What an operation needs: one delegated scope of the caller's `scp`, or one of its application `roles`. */
export interface Permission {
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
}

const directoryScopes = ['Directory.AccessAsUser.All', 'Directory.Read.All', 'Directory.ReadWrite.All'];
const directoryRoles = ['Directory.Read.All', 'Directory.ReadWrite.All'];

/** From each operation's page under https://learn.microsoft.com/graph/api/ , section Permissions. */
export const permissions = {
  readMe: { scopes: ['User.Read', 'User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All', ...directoryScopes], roles: [] },
  readUsers: {
    scopes: ['User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All', ...directoryScopes],
    roles: ['User.Read.All', 'User.ReadBasic.All', 'User.ReadWrite.All', ...directoryRoles],
  },
  readServicePrincipals: {
    scopes: ['Application.Read.All', 'Application.ReadWrite.All', ...directoryScopes],
    roles: ['Application.Read.All', 'Application.ReadWrite.All', 'Application.ReadWrite.OwnedBy', ...directoryRoles],
  },
  readObjects: { scopes: directoryScopes, roles: directoryRoles },
} as const satisfies Readonly<Record<string, Permission>>;

/** Throws a 403 unless the caller's token carries the permission. */
export const requirePermission = (caller: Caller, permission: Permission): void => {
  const { scp, roles } = caller.claims;
  const delegated = caller.kind === 'user' && typeof scp === 'string' ? scp.split(' ') : [];
  const granted: readonly unknown[] = caller.kind === 'app' && Array.isArray(roles) ? roles : [];
  const allowed = permission.scopes.some((scope) => delegated.includes(scope)) || permission.roles.some((role) => granted.includes(role));
  if (!allowed) throw new GraphError('denied');
};
