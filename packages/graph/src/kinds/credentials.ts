import type { ClientCertificate, ClientSecret } from '@podpass/directory';
import type { Entity } from '../odata/types.ts';

/** Graph writes whole seconds without a fraction. */
export const wireTime = (time: string): string => time.replace(/\.0+Z$/, 'Z');

/**
 * A secret without its text: that is shown once, by the operation which made it.
 * https://learn.microsoft.com/graph/api/resources/passwordcredential
 */
export const passwordCredential = ({ displayName, endDateTime, hint, keyId, startDateTime }: Omit<ClientSecret, 'secretHash'>): Entity => ({
  customKeyIdentifier: null,
  displayName: displayName ?? null,
  endDateTime: wireTime(endDateTime),
  hint,
  keyId,
  secretText: null,
  startDateTime: wireTime(startDateTime),
});

/**
 * A certificate as lists and whole objects show it: `key` is null there, and the certificate only when `$select` asks for it in the
 * answer of one object. `customKeyIdentifier` is the thumbprint.
 * https://learn.microsoft.com/graph/api/resources/keycredential
 */
export const keyCredential = (certificate: ClientCertificate, withKey: boolean): Entity => ({
  customKeyIdentifier: Buffer.from(certificate.x5t, 'base64url').toString('base64'),
  displayName: certificate.displayName ?? null,
  endDateTime: wireTime(certificate.endDateTime),
  key: withKey ? certificate.certificate : null,
  keyId: certificate.keyId,
  startDateTime: wireTime(certificate.startDateTime),
  type: 'AsymmetricX509Cert',
  usage: 'Verify',
});

/** A secret as the directory gives it once. */
export interface MadeSecret {
  readonly keyId: string;
  readonly secretText: string;
  readonly hint: string;
  readonly displayName?: string;
  readonly startDateTime: string;
  readonly endDateTime: string;
}

/** A secret with its text: only for the answer of the operation that made it. */
export const shownSecret = ({ secretText, ...secret }: MadeSecret): Entity => ({ ...passwordCredential(secret), secretText });
