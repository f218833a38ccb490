import { rootCertificates } from 'node:tls';
import { stat } from 'node:fs/promises';
import { collection, type Store } from '@podpass/store';
import { createCertificateAuthority, loadCertificateAuthority, type CertificateAuthority, type Envelope } from '@podpass/crypto';
import type { Clock } from '@podpass/kernel';
import { permittedNames, type CloudProfile } from '../profile.ts';
import type { DataFolder } from './folder.ts';
import { javaTrustStore } from './java-trust-store.ts';
import { writeFileWhole } from './write-file.ts';

interface StoredAuthority {
  readonly certificate: string;
  readonly privateKey: string;
  /** The names that it may sign for; absent in authorities of versions before the portal's host was served. */
  readonly permitted?: readonly string[];
}

/**
 * The platform's own certificate authority: made at first start, constrained to the profile's names and loopback, its
 * key sealed in the store. Its certificate is written beside the public roots, so that clients trust it by environment
 * variables and the system's trust store stays as it is.
 */
export const openAuthority = async (deps: {
  store: Store;
  envelope: Envelope;
  clock: Clock;
  folder: DataFolder;
  profile: CloudProfile;
}): Promise<{ readonly authority: CertificateAuthority; readonly permits: (name: string) => boolean }> => {
  const { store, envelope, clock, folder, profile } = deps;
  const stored = collection<StoredAuthority>(store, { prefix: '/server/authority/', sealed: envelope });
  const present = await stored.get('tls');
  const permitted =
    present === undefined
      ? permittedNames(profile)
      : (present.value.permitted ?? permittedNames(profile).filter((name) => name !== profile.portal));
  const authority =
    present === undefined
      ? await createCertificateAuthority({
          commonName: 'Podpass local CA',
          permittedDns: permitted,
          permittedIps: ['127.0.0.1', '::1'],
          clock,
          days: 3650,
        })
      : loadCertificateAuthority({ ...present.value, clock });
  if (present === undefined)
    await stored.create('tls', { certificate: authority.certificate, privateKey: authority.exportPrivate(), permitted });
  const published =
    present !== undefined &&
    (
      await Promise.all(
        [folder.ca, folder.caBundle, folder.javaTrustStore].map((file) =>
          stat(file).then(
            (s) => s.size > 0,
            () => false,
          ),
        ),
      )
    ).every(Boolean);
  if (!published) {
    await writeFileWhole(folder.ca, authority.certificate, 0o644);
    const trusted = [...rootCertificates, authority.certificate].map((pem) => pem.trim());
    await writeFileWhole(folder.caBundle, `${trusted.join('\n')}\n`, 0o644);
    await writeFileWhole(folder.javaTrustStore, javaTrustStore(trusted), 0o644);
  }
  return { authority, permits: (name) => permitted.includes(name) };
};
