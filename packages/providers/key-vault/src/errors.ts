import { defineErrors, type ErrorRow } from '@podpass/arm';

/** The provider's own errors; texts as the public service words them (issues of its client tools). */
export const keyVaultErrors = {
  VaultNameNotValid: {
    status: 400,
    message:
      "The vault name '{name}' is invalid. A vault's name must be between 3-24 alphanumeric characters. The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens. Follow this link for more information: https://go.microsoft.com/fwlink/?linkid=2147742",
  },
  VaultAlreadyExists: {
    status: 409,
    message:
      "The vault name '{name}' is already in use. Vault names are globally unique so it is possible that the name is already taken. If you are sure that the vault name was not taken then it is possible that a vault with the same name was recently deleted but not purged after being placed in a recoverable state. If the vault is in a recoverable state then the vault will need to be purged before reusing the name. For more information about VaultAlreadyExists, soft delete and purging a vault follow this link https://go.microsoft.com/fwlink/?linkid=2147740.",
  },
  ConflictError: {
    status: 409,
    message:
      'A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.',
  },
  PurgeProtectionOff: {
    status: 400,
    code: 'BadRequest',
    message:
      'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.',
  },
  SoftDeleteOff: {
    status: 400,
    code: 'BadRequest',
    message:
      'The property "enableSoftDelete" can be set to false only for creating new vault. Enabling the \'soft delete\' functionality is an irreversible action.',
  },
  RetentionOutOfRange: {
    status: 400,
    code: 'BadRequest',
    message: 'The property "softDeleteRetentionInDays" must be between {min} and {max}, inclusive.',
  },
  RetentionFixed: {
    status: 400,
    code: 'BadRequest',
    message: 'The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.',
  },
  InsufficientPermissions: {
    status: 403,
    message:
      'Caller is not allowed to change permission model. For more information on how to change the permissions model follow this link: https://go.microsoft.com/fwlink/?linkid=2155160. Details: oid={objectId}; action={action}; resource={vault}; decision=NotAllowed;',
  },
  WrongTenant: {
    status: 400,
    code: 'BadRequest',
    message:
      "The tenant '{tenant}' of the vault is not the tenant of the subscription; Podpass vaults belong to the subscription's tenant.",
  },
  VaultNotFound: {
    status: 404,
    code: 'ResourceNotFound',
    message:
      "The Resource 'Microsoft.KeyVault/vaults/{name}' under resource group '{group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
  },
  DeletedVaultNotFound: { status: 404, message: "The specified deleted vault '{name}' does not exist." },
  MethodNotAllowed: { status: 400, message: "Operation 'DeletedVaultPurge' is not allowed." },
} as const satisfies Readonly<Record<string, ErrorRow>>;

export const fail = defineErrors(keyVaultErrors);
