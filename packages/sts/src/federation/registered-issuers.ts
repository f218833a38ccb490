import { X509Certificate } from 'node:crypto';
import { KernelError, type Clock } from '@podpass/kernel';
import { collection, mirror, type Store } from '@podpass/store';
import { portOf } from './issuer-url.ts';
import type { RegisteredIssuer, RegisteredIssuers } from './types.ts';

/** Bounds on what an operator may register, and on the PEM text of one CA. */
export const registrationLimits = { issuers: 100, issuerLength: 600, caLength: 64 * 1024, certificates: 20 } as const;

/** Opens the register of internal issuers. */
export const createRegisteredIssuers = async (store: Store, clock: Clock): Promise<RegisteredIssuers> => {
  const written = collection<RegisteredIssuer>(store, { prefix: 'sts/registered-issuers' });
  const read = await mirror(store, written);
  const byAddress = read.index(({ issuer }) => addressOf(issuer));
  /** Registrations one after the other: each counts those before it. */
  let last: Promise<unknown> = Promise.resolve();

  const write = async ({ issuer, ca }: { readonly issuer: string; readonly ca?: string }): Promise<RegisteredIssuer> => {
    if (read.get(issuer) === undefined && read.size >= registrationLimits.issuers) {
      throw new KernelError('conflict', `At most ${registrationLimits.issuers} issuers can be registered.`);
    }
    const registered: RegisteredIssuer = { issuer, ...(ca === undefined ? {} : { ca }), registeredDateTime: clock.date().toISOString() };
    await written.put(issuer, registered);
    return registered;
  };

  return {
    list: () => [...read.values()].toSorted((a, b) => (a.issuer < b.issuer ? -1 : 1)),
    get: (issuer) => read.get(issuer),
    reaches: (host, port) => byAddress(`${plainHost(host)}:${port}`).length > 0,
    async register(registration) {
      checkIssuer(registration.issuer);
      if (registration.ca !== undefined) checkCertificates(registration.ca);
      const before = last;
      const mine = before.catch(() => undefined).then(() => write(registration));
      last = mine;
      return mine;
    },
    remove: async (issuer) => (await written.delete(issuer)) !== undefined,
    close: () => read.close(),
  };
};

const plainHost = (host: string): string =>
  host
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^\[(.*)\]$/, '$1');

const addressOf = (issuer: string): string | undefined => {
  const url = URL.parse(issuer);
  return url ? `${plainHost(url.hostname)}:${portOf(url)}` : undefined;
};

const invalid = (message: string, property: string) => new KernelError('invalid', message, { detail: { property } });

const checkIssuer = (issuer: string): void => {
  const url = URL.parse(issuer);
  // What the parser would mend, such as spaces or control characters around it, no token carries.
  const clean = issuer.length <= registrationLimits.issuerLength && /^https:\/\/[\x21-\x7e]+$/.test(issuer);
  if (!url || !clean || url.hostname === '' || url.username !== '' || url.password !== '' || /[?#\\]/.test(issuer)) {
    throw invalid('An issuer is an https URL without query, fragment and credentials.', 'issuer');
  }
};

const pemBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

const checkCertificates = (ca: string): void => {
  const blocks = ca.length <= registrationLimits.caLength ? (ca.match(pemBlock) ?? []) : [];
  // Text beside the blocks, above all a private key, has no business here.
  const rest = ca.replaceAll(pemBlock, '').trim();
  const good = blocks.length > 0 && blocks.length <= registrationLimits.certificates && rest === '' && blocks.every(isCertificate);
  if (!good) throw invalid('The CA must be one or more certificates in PEM.', 'ca');
};

const isCertificate = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
};
