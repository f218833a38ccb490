/**
 * Every operation that Key Vault documents for its vaults, and what becomes of it here. `served` rows have a route;
 * `refused` rows are answered with 501 after the caller was authenticated.
 * Source: https://learn.microsoft.com/rest/api/keyvault/ (API versions up to 2026-04-01).
 */
export interface LedgerRow {
  readonly operation: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** `{version?}` may be absent or empty: the newest version. */
  readonly path: string;
  readonly status: 'served' | 'refused';
}

type Method = LedgerRow['method'];
const rows = (status: LedgerRow['status'], list: readonly (readonly [string, Method, string])[]): LedgerRow[] =>
  list.map(([operation, method, path]) => ({ operation, method, path, status }));

export const ledger: readonly LedgerRow[] = [
  ...rows('served', [
    ['setSecret', 'PUT', '/secrets/{name}'],
    ['getSecret', 'GET', '/secrets/{name}/{version?}'],
    ['getSecrets', 'GET', '/secrets'],
    ['getSecretVersions', 'GET', '/secrets/{name}/versions'],
    ['updateSecret', 'PATCH', '/secrets/{name}/{version?}'],
    ['deleteSecret', 'DELETE', '/secrets/{name}'],
    ['getDeletedSecrets', 'GET', '/deletedsecrets'],
    ['getDeletedSecret', 'GET', '/deletedsecrets/{name}'],
    ['recoverDeletedSecret', 'POST', '/deletedsecrets/{name}/recover'],
    ['purgeDeletedSecret', 'DELETE', '/deletedsecrets/{name}'],
  ]),
  ...rows('refused', [
    ['backupSecret', 'POST', '/secrets/{name}/backup'],
    ['restoreSecret', 'POST', '/secrets/restore'],
    ['createKey', 'POST', '/keys/{name}/create'],
    ['importKey', 'PUT', '/keys/{name}'],
    ['getKeys', 'GET', '/keys'],
    ['getKey', 'GET', '/keys/{name}/{version?}'],
    ['getKeyVersions', 'GET', '/keys/{name}/versions'],
    ['updateKey', 'PATCH', '/keys/{name}/{version?}'],
    ['deleteKey', 'DELETE', '/keys/{name}'],
    ['backupKey', 'POST', '/keys/{name}/backup'],
    ['restoreKey', 'POST', '/keys/restore'],
    ['rotateKey', 'POST', '/keys/{name}/rotate'],
    ['getKeyRotationPolicy', 'GET', '/keys/{name}/rotationpolicy'],
    ['updateKeyRotationPolicy', 'PUT', '/keys/{name}/rotationpolicy'],
    ['encrypt', 'POST', '/keys/{name}/{version}/encrypt'],
    ['decrypt', 'POST', '/keys/{name}/{version}/decrypt'],
    ['sign', 'POST', '/keys/{name}/{version}/sign'],
    ['verify', 'POST', '/keys/{name}/{version}/verify'],
    ['wrapKey', 'POST', '/keys/{name}/{version}/wrapkey'],
    ['unwrapKey', 'POST', '/keys/{name}/{version}/unwrapkey'],
    ['release', 'POST', '/keys/{name}/{version}/release'],
    ['getRandomBytes', 'POST', '/rng'],
    ['getDeletedKeys', 'GET', '/deletedkeys'],
    ['getDeletedKey', 'GET', '/deletedkeys/{name}'],
    ['recoverDeletedKey', 'POST', '/deletedkeys/{name}/recover'],
    ['purgeDeletedKey', 'DELETE', '/deletedkeys/{name}'],
    ['createCertificate', 'POST', '/certificates/{name}/create'],
    ['importCertificate', 'POST', '/certificates/{name}/import'],
    ['getCertificates', 'GET', '/certificates'],
    ['getCertificate', 'GET', '/certificates/{name}/{version?}'],
    ['getCertificateVersions', 'GET', '/certificates/{name}/versions'],
    ['updateCertificate', 'PATCH', '/certificates/{name}/{version?}'],
    ['deleteCertificate', 'DELETE', '/certificates/{name}'],
    ['getCertificatePolicy', 'GET', '/certificates/{name}/policy'],
    ['updateCertificatePolicy', 'PATCH', '/certificates/{name}/policy'],
    ['getCertificateOperation', 'GET', '/certificates/{name}/pending'],
    ['updateCertificateOperation', 'PATCH', '/certificates/{name}/pending'],
    ['deleteCertificateOperation', 'DELETE', '/certificates/{name}/pending'],
    ['mergeCertificate', 'POST', '/certificates/{name}/pending/merge'],
    ['getCertificateContacts', 'GET', '/certificates/contacts'],
    ['setCertificateContacts', 'PUT', '/certificates/contacts'],
    ['deleteCertificateContacts', 'DELETE', '/certificates/contacts'],
    ['getCertificateIssuers', 'GET', '/certificates/issuers'],
    ['getCertificateIssuer', 'GET', '/certificates/issuers/{name}'],
    ['setCertificateIssuer', 'PUT', '/certificates/issuers/{name}'],
    ['updateCertificateIssuer', 'PATCH', '/certificates/issuers/{name}'],
    ['deleteCertificateIssuer', 'DELETE', '/certificates/issuers/{name}'],
    ['backupCertificate', 'POST', '/certificates/{name}/backup'],
    ['restoreCertificate', 'POST', '/certificates/restore'],
    ['getDeletedCertificates', 'GET', '/deletedcertificates'],
    ['getDeletedCertificate', 'GET', '/deletedcertificates/{name}'],
    ['recoverDeletedCertificate', 'POST', '/deletedcertificates/{name}/recover'],
    ['purgeDeletedCertificate', 'DELETE', '/deletedcertificates/{name}'],
  ]),
];
