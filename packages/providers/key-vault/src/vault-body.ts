import { dictionary, flag, list, optional, record, tags, text, unsupported, whole, word, type Shaped } from '@podpass/arm';
import { policyLimit } from './wire.ts';

const id = text({ max: 36, pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, rule: 'must be a GUID' });
const empty = (value: unknown) => Array.isArray(value) && value.length === 0;
const says = (word: string) => (value: unknown) => typeof value === 'string' && value.toLowerCase() === word;
const openOnly = 'is not supported: Podpass vaults have no network rules, they are reachable wherever the platform is';

const policy = record({
  tenantId: id,
  objectId: id,
  applicationId: optional(id),
  permissions: dictionary(list(text({ max: 40 }), 40), 8),
});

const sku = record({ family: optional(word(['A'])), name: word(['standard', 'premium']) });

/** The properties of a vault that a client may give. What is echoed from an answer (vaultUri and so on) is passed over. */
const fields = {
  accessPolicies: optional(list(policy, policyLimit)),
  enabledForDeployment: optional(flag()),
  enabledForDiskEncryption: optional(flag()),
  enabledForTemplateDeployment: optional(flag()),
  enableSoftDelete: optional(flag()),
  softDeleteRetentionInDays: optional(whole({ min: -1_000_000, max: 1_000_000 })),
  enableRbacAuthorization: optional(flag()),
  enablePurgeProtection: optional(flag()),
  createMode: optional(word(['default', 'recover'])),
  publicNetworkAccess: unsupported(openOnly, says('enabled')),
  networkAcls: optional(
    record({
      bypass: optional(word(['AzureServices', 'None'])),
      defaultAction: unsupported(openOnly, says('allow')),
      ipRules: unsupported(openOnly, empty),
      virtualNetworkRules: unsupported(openOnly, empty),
    }),
  ),
} as const;

const patchProperties = record({ ...fields, tenantId: optional(id), sku: optional(sku) });

export const vaultPut = record({
  location: optional(text({ max: 60 })),
  tags: optional(tags()),
  properties: record({ ...fields, tenantId: id, sku }),
});
export const vaultPatch = record({ tags: optional(tags()), properties: optional(patchProperties) });

export type VaultProperties = Shaped<typeof patchProperties>;
