/**
 * The right that each served operation needs, as data. `action` is the data action of role assignments, `policy` the
 * entry of an access policy's `permissions.secrets`.
 * Source: https://learn.microsoft.com/azure/role-based-access-control/permissions/security#microsoftkeyvault and the
 * "requires the secrets/… permission" notes of the REST reference.
 */
export interface Permission {
  readonly action: string;
  readonly policy: string;
  /** A single secret's scope lies below the vault's. */
  readonly scope: 'vault' | 'secret';
}

const secrets = (operation: string): string => `Microsoft.KeyVault/vaults/secrets/${operation}`;

export const permissions = {
  setSecret: { action: secrets('setSecret/action'), policy: 'set', scope: 'secret' },
  getSecret: { action: secrets('getSecret/action'), policy: 'get', scope: 'secret' },
  getSecrets: { action: secrets('readMetadata/action'), policy: 'list', scope: 'vault' },
  getSecretVersions: { action: secrets('readMetadata/action'), policy: 'list', scope: 'secret' },
  updateSecret: { action: secrets('update/action'), policy: 'set', scope: 'secret' },
  deleteSecret: { action: secrets('delete'), policy: 'delete', scope: 'secret' },
  getDeletedSecrets: { action: secrets('readMetadata/action'), policy: 'list', scope: 'vault' },
  getDeletedSecret: { action: secrets('readMetadata/action'), policy: 'get', scope: 'secret' },
  recoverDeletedSecret: { action: secrets('recover/action'), policy: 'recover', scope: 'secret' },
  purgeDeletedSecret: { action: secrets('purge/action'), policy: 'purge', scope: 'secret' },
} as const satisfies Readonly<Record<string, Permission>>;

export type ServedOperation = keyof typeof permissions;
