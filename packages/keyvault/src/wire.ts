/**
 * Paths, headers, limits and defaults of the Key Vault data plane.
 * Sources: https://learn.microsoft.com/rest/api/keyvault/ (October 2026), recorded sessions of the Azure SDKs, and
 * https://learn.microsoft.com/azure/key-vault/secrets/about-secrets for the limits.
 */

/** Cloud-specific names. The defaults are those of the public cloud. */
export interface KeyVaultProfile {
  /** DNS suffix of vaults with its leading dot. */
  readonly suffix: string;
  /** Audience of access tokens; the challenge announces it and SDKs check it against the vault's host name. */
  readonly resource: string;
  /** Host of the token service, for the challenge. */
  readonly loginHost: string;
  /**
   * What happens to a get outside a secret's nbf/exp window. Azure answers such gets (`azure`). Podpass by default
   * refuses secrets that are not valid yet (`not-before`), so that a test of the time window cannot pass by accident;
   * `strict` refuses expired ones as well.
   */
  readonly validityWindow?: 'azure' | 'not-before' | 'strict';
}

export const publicCloud: KeyVaultProfile = {
  suffix: '.vault.azure.net',
  resource: 'https://vault.azure.net',
  loginHost: 'login.microsoftonline.com',
};

/** Application id of the Key Vault resource: version 2 access tokens carry it as their audience. */
export const keyVaultAppId = 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093';

/** Stable and preview versions that the published specifications and SDK releases name. */
export const apiVersions: ReadonlySet<string> = new Set([
  '2016-10-01',
  '7.0',
  '7.1',
  '7.2',
  '7.3',
  '7.4',
  '7.5',
  '7.6',
  '7.1-preview',
  '7.2-preview',
  '7.3-preview',
  '7.4-preview.1',
  '7.5-preview.1',
  '7.6-preview.1',
  '7.6-preview.2',
  '2025-06-01-preview',
  '7.7-preview.1',
  '2025-07-01',
  '2026-04-01',
]);
export const latestApiVersion = '2026-04-01';

/** `x-ms-keyvault-service-version` of a 2026 capture's generation. */
export const serviceVersion = '1.9.2701.1';

export const secretNamePattern = /^[0-9a-zA-Z-]{1,127}$/;
export const versionPattern = /^[0-9a-fA-F]{32}$/;
/** Largest secret value in UTF-8 bytes (25 KB). */
export const maxValueBytes = 25_600;
export const maxContentTypeLength = 255;
export const maxTags = 15;
/** Characters in a tag's name, and in its value. */
export const maxTagLength = 256;
/** A value of 25 KB whose every byte is escaped (`\u0000`), plus tags and the rest. */
export const maxBodyBytes = 256 * 1024;
export const maxPageSize = 25;
/** Attempts of a compare-and-set before the caller is asked to retry. */
export const maxAttempts = 64;

export const secondsPerDay = 86_400;
/** Retention for which Azure names the recovery level without `Customized`. */
export const defaultRetentionDays = 90;

export const helpNotFound = 'https://go.microsoft.com/fwlink/?linkid=2125182';
export const helpAccessPolicy = 'https://go.microsoft.com/fwlink/?linkid=2125287';
