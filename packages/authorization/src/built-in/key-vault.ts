import { alertRules, deployments, readAuthorization, readGroups, role, support, under } from './common.ts';

/** What most Key Vault roles may do on the control plane: look, never change. */
const management = [
  readAuthorization,
  alertRules,
  deployments,
  readGroups,
  support,
  'Microsoft.KeyVault/checkNameAvailability/read',
  'Microsoft.KeyVault/deletedVaults/read',
  'Microsoft.KeyVault/locations/*/read',
  'Microsoft.KeyVault/vaults/*/read',
  'Microsoft.KeyVault/operations/read',
];
const vault = 'Microsoft.KeyVault/vaults';
const secretUse = under(vault, ['secrets/getSecret/action', 'secrets/readMetadata/action']);

export const keyVault = [
  role('00482a5a-887f-4fb3-b363-3b7fe8e74483', 'Key Vault Administrator', 'Everything inside a vault: secrets, keys and certificates.', {
    actions: management,
    dataActions: [`${vault}/*`],
  }),
  role('21090545-7ca7-4776-b22c-e363652d74d2', 'Key Vault Reader', 'Sees the metadata inside a vault, but no secret values.', {
    actions: management,
    dataActions: under(vault, ['*/read', 'secrets/readMetadata/action']),
  }),
  role('b86a8fe4-44ce-4948-aee5-eccb2c155cd7', 'Key Vault Secrets Officer', 'Everything with the secrets of a vault.', {
    actions: management,
    dataActions: [`${vault}/secrets/*`],
  }),
  role('4633458b-17de-408a-b874-0445c86b69e6', 'Key Vault Secrets User', 'Reads the values of secrets.', { dataActions: secretUse }),
  role('14b46e9e-c2b7-41b4-b07b-48a6ebf60603', 'Key Vault Crypto Officer', 'Everything with the keys of a vault.', {
    actions: management,
    dataActions: under(vault, ['keys/*', 'keyrotationpolicies/*']),
  }),
  role('12338af0-0e69-4776-bea7-57ae8d297424', 'Key Vault Crypto User', 'Uses keys for cryptographic operations.', {
    dataActions: under(`${vault}/keys`, [
      'read',
      'update/action',
      'backup/action',
      'encrypt/action',
      'decrypt/action',
      'wrap/action',
      'unwrap/action',
      'sign/action',
      'verify/action',
    ]),
  }),
  role('e147488a-f6f5-4113-8e2d-b22465e65bf6', 'Key Vault Crypto Service Encryption User', 'Wraps and unwraps with keys, for services.', {
    actions: under('Microsoft.EventGrid/eventSubscriptions', ['write', 'read', 'delete']),
    dataActions: under(`${vault}/keys`, ['read', 'wrap/action', 'unwrap/action']),
  }),
  role('08bbd89e-9f13-488c-ac41-acfcb10c90ab', 'Key Vault Crypto Service Release User', 'Releases keys to attested environments.', {
    dataActions: [`${vault}/keys/release/action`],
  }),
  role('a4417e6f-fecd-4de8-b567-7b0420556985', 'Key Vault Certificates Officer', 'Everything with the certificates of a vault.', {
    actions: management,
    dataActions: under(vault, ['certificatecas/*', 'certificates/*', 'certificatecontacts/write']),
  }),
  role('db79e9a7-68ee-4b58-9aeb-b90e7c24fcba', 'Key Vault Certificate User', 'Reads certificates with their keys and secrets.', {
    dataActions: [...under(vault, ['certificates/read']), ...secretUse, `${vault}/keys/read`],
  }),
  role('f25e0fa2-a7c8-4377-a976-54943a77a395', 'Key Vault Contributor', 'Manages vaults, without access to what is inside.', {
    actions: [readAuthorization, alertRules, 'Microsoft.KeyVault/*', deployments, readGroups, support],
    notActions: under('Microsoft.KeyVault', ['locations/deletedVaults/purge/action', 'hsmPools/*', 'managedHsms/*']),
  }),
] as const;
