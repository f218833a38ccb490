import type { Call } from '../request/call.ts';
import { Refusal } from '../errors.ts';
import type { VaultDescription } from '../ports.ts';
import { defaultRetentionDays, helpNotFound } from '../wire.ts';
import type { DeletedHead, SecretHead, SecretVersion } from './model.ts';

/** How a deleted secret can be brought back, in Key Vault's words. */
const recoveryLevel = (vault: VaultDescription): string => {
  const customized = vault.softDeleteRetentionInDays === defaultRetentionDays ? '' : 'Customized';
  return `${customized}Recoverable${vault.enablePurgeProtection ? '' : '+Purgeable'}`;
};

/** Ids repeat the authority of the request, port included: SDKs take the vault's address from them. */
const idOf = (call: Call, ...path: string[]): string => `https://${call.exchange.authority}/${path.join('/')}`;

/** Attributes, tags and content type: what every form of a secret shows. */
const properties = (call: Call, version: SecretVersion) => ({
  attributes: {
    enabled: version.enabled,
    ...(version.notBefore === undefined ? {} : { nbf: version.notBefore }),
    ...(version.expires === undefined ? {} : { exp: version.expires }),
    created: version.created,
    updated: version.updated,
    recoveryLevel: recoveryLevel(call.vault),
    recoverableDays: call.vault.softDeleteRetentionInDays,
  },
  ...(version.tags === undefined ? {} : { tags: version.tags }),
});
const contentType = (version: SecretVersion) => (version.contentType === undefined ? {} : { contentType: version.contentType });

/** A secret bundle; `value` only where the operation returns it. */
export const bundle = (call: Call, secret: { name: string; version: SecretVersion; value?: string }) => ({
  ...(secret.value === undefined ? {} : { value: secret.value }),
  ...contentType(secret.version),
  id: idOf(call, 'secrets', secret.name, secret.version.version),
  ...properties(call, secret.version),
});

/** A list item: the id without a version in lists of secrets, with one in lists of versions. */
export const item = (call: Call, head: SecretHead) => ({
  ...contentType(head.latest),
  id: idOf(call, 'secrets', head.name),
  ...properties(call, head.latest),
});

const deletion = (call: Call, head: DeletedHead) => ({
  recoveryId: idOf(call, 'deletedsecrets', head.name),
  deletedDate: head.deletedDate,
  scheduledPurgeDate: head.scheduledPurgeDate,
});

export const deletedBundle = (call: Call, head: DeletedHead) => ({
  ...deletion(call, head),
  ...bundle(call, { name: head.name, version: head.latest }),
});

export const deletedItem = (call: Call, head: DeletedHead) => ({ ...deletion(call, head), ...item(call, head) });

export const secretNotFound = (call: Call): Refusal => {
  const id = call.version === undefined ? call.secret.name : `${call.secret.name}/${call.version}`;
  return new Refusal(
    'secretNotFound',
    `A secret with (name/id) ${id} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see ${helpNotFound}`,
  );
};

export const deletedSecretNotFound = (call: Call): Refusal =>
  new Refusal('deletedSecretNotFound', `Deleted Secret not found: ${call.secret.name}`);
