import { createSecureContext, type SecureContext, type SecureVersion } from 'node:tls';
import type { IssuedCertificate } from '@podpass/crypto';

/** Where the listener gets its certificates; must be quick for names that it gave before. */
export interface Certificates {
  forHost(name: string): Promise<IssuedCertificate>;
}

interface Entry {
  readonly issued: IssuedCertificate;
  readonly context: SecureContext;
}

/** Contexts that are kept; each holds a parsed key and chain. */
const kept = 256;

/**
 * TLS contexts by server name. Names that `serves` does not know are refused. A context is rebuilt when the source
 * gives another certificate, so that renewal is the source's business alone.
 */
export const secureContexts = (certificates: Certificates, options: { serves: (host: string) => boolean; minVersion: SecureVersion }) => {
  const contexts = new Map<string, Entry>();
  return async (name: string): Promise<SecureContext> => {
    const host = name.toLowerCase();
    if (!options.serves(host)) throw new Error('This server name is not served.');
    const issued = await certificates.forHost(host);
    const known = contexts.get(host);
    if (known?.issued === issued) return known.context;
    // An empty list of authorities: client certificates are the surfaces' to verify, and no names are announced.
    const context = createSecureContext({ cert: issued.certificate, key: issued.privateKey, ca: [], minVersion: options.minVersion });
    if (contexts.size >= kept) contexts.clear();
    contexts.set(host, { issued, context });
    return context;
  };
};
