import type { Caller } from '@podpass/directory';

/**
 * What the data plane needs of the world outside it, and what it offers to the control plane. The shapes equal the
 * ports that ARM declares; they are repeated here because the data plane stands on its own and imports neither ARM
 * nor the role engine.
 */
export interface VaultDescription {
  /** Full ARM id of the vault. */
  readonly resourceId: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  /** Only tokens of this tenant are accepted. */
  readonly tenantId: string;
  readonly location: string;
  /** Roles when true, access policies when false. */
  readonly enableRbacAuthorization: boolean;
  /** As ARM carries them: `{ tenantId, objectId, applicationId?, permissions: { secrets: [...] } }`. */
  readonly accessPolicies: readonly unknown[];
  readonly enablePurgeProtection: boolean;
  readonly softDeleteRetentionInDays: number;
}

export interface VaultHost {
  /** Whether a vault of that name exists anywhere, live or soft-deleted (names are global, case-insensitive). */
  nameState(name: string): 'free' | 'live' | 'deleted';
  /** Creates or updates the vault behind its host name. Throws KernelError `conflict` while the name is soft-deleted. */
  put(vault: VaultDescription): Promise<void>;
  /** Soft-deletes: the host stops serving, the contents stay. Throws KernelError `not-found` when it is not live. */
  delete(name: string): Promise<void>;
  /** Throws KernelError `not-found` when the vault is not soft-deleted. */
  recover(name: string): Promise<void>;
  /** Removes a soft-deleted vault with all its contents. Throws KernelError `not-found` when it is not soft-deleted. */
  purge(name: string): Promise<void>;
  /** `https://{name}.vault.azure.net/` */
  uri(name: string): string;
}

export interface AccessQuestion {
  readonly caller: Caller;
  readonly action: string;
  readonly scope: string;
  readonly plane: 'control' | 'data';
}

export interface AccessCheck {
  check(question: AccessQuestion): { readonly allowed: boolean; readonly because: string };
}
