import type { ClientCertificate, ClientSecret, CredentialOwner } from '@podpass/directory';
import type { GraphRequest } from '../../request.ts';
import { readKeyCredentials } from './reading/key-credentials.ts';
import { readKeptSecrets } from './reading/password-credentials.ts';

/** What a PATCH replaces. */
interface Replacement {
  readonly owner: CredentialOwner;
  readonly present: { readonly certificates: readonly ClientCertificate[]; readonly secrets: readonly ClientSecret[] };
  readonly body: { readonly keyCredentials?: unknown; readonly passwordCredentials?: unknown };
  readonly resource: string;
}

/** Checks `keyCredentials` and `passwordCredentials` of a PATCH, and gives what writes them: nothing is written before everything is checked. */
export const replaceCredentials = (
  { directory, clock }: GraphRequest,
  { owner, present, body, resource }: Replacement,
): (() => Promise<void>) => {
  const { keyCredentials, passwordCredentials } = body;
  const place = { resource, property: 'keyCredentials' };
  const certificates =
    keyCredentials === undefined
      ? undefined
      : readKeyCredentials(keyCredentials, { place, present: present.certificates, now: clock.date() });
  const kept =
    passwordCredentials === undefined
      ? undefined
      : readKeptSecrets(passwordCredentials, { resource, property: 'passwordCredentials' }, present.secrets);
  return async () => {
    if (certificates) await directory.credentials.setCertificates(owner, certificates);
    if (kept) await directory.credentials.keepSecrets(owner, kept);
  };
};
