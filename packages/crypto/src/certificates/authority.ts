import { createPrivateKey, X509Certificate } from 'node:crypto';
import { KernelError, type Clock } from '@podpass/kernel';
import type { CertificateAuthority } from '../types.ts';
import { generateCertificateKey, privateCryptoKey, signingAlgorithm } from './key-pair.ts';
import { issueLeaf } from './leaf.ts';
import { loadX509 } from './library.ts';
import { nameConstraints, nameConstraintsOid } from './name-constraints.ts';
import { serialNumber, validity } from './validity.ts';

/** Days that a leaf is valid unless its request says otherwise. */
const leafDays = 90;

export interface NewAuthority {
  readonly commonName: string;
  /** DNS names that the authority may issue for, each with all names below it. Empty: no limit. */
  readonly permittedDns: readonly string[];
  /** Addresses or blocks (`10.0.0.0/8`). Where DNS names are limited and this is empty, no address may be issued for. */
  readonly permittedIps?: readonly string[];
  /** Give the machine's own time where real clients check the certificates: they know nothing of a shifted clock. */
  readonly clock: Clock;
  readonly days: number;
}

/**
 * Creates a self-signed authority (ECDSA P-256) that may issue leaves only, limited to the permitted names by a critical
 * extension: who trusts it, trusts it for nothing else. Throws KernelError `invalid` for a permitted name that is none.
 */
export const createCertificateAuthority = async (request: NewAuthority): Promise<CertificateAuthority> => {
  const { commonName, permittedDns, permittedIps = [], clock, days } = request;
  const limited = permittedDns.length > 0 || permittedIps.length > 0;
  const constraints = limited ? nameConstraints({ dns: permittedDns, ips: permittedIps }) : undefined;
  const { publicKey, pem } = await generateCertificateKey();
  const privateKey = await privateCryptoKey(pem);
  const x509 = await loadX509();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    keys: { publicKey, privateKey },
    serialNumber: serialNumber(),
    signingAlgorithm,
    ...validity(clock, days),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      ...(constraints ? [new x509.Extension(nameConstraintsOid, true, new Uint8Array(constraints))] : []),
    ],
  });
  return loadCertificateAuthority({ certificate: pemText(certificate.toString('pem')), privateKey: pem, clock });
};

/**
 * Loads an authority from what `certificate` and `exportPrivate` gave. Throws KernelError `corrupt` when one of them cannot be read or
 * they do not belong together.
 */
export const loadCertificateAuthority = (stored: {
  readonly certificate: string;
  readonly privateKey: string;
  readonly clock: Clock;
}): CertificateAuthority => {
  const { certificate, privateKey, clock } = stored;
  const notAfter = checkPair(certificate, privateKey);
  const issuer = { certificate, privateKey, notAfter, clock };
  return {
    certificate,
    exportPrivate: () => privateKey,
    issueServer: ({ dns, ips = [], days = leafDays }) => {
      // Verifiers take a common name for a DNS name where there is no other: an address there would break name constraints.
      const commonName = dns.find((name) => name.length <= 64);
      return issueLeaf(issuer, { usage: 'server', commonName, organizations: [], dns, ips, days });
    },
    issueClient: ({ commonName, organizations = [], days = leafDays }) =>
      issueLeaf(issuer, { usage: 'client', commonName, organizations, dns: [], ips: [], days }),
  };
};

const checkPair = (certificate: string, privateKey: string): number => {
  try {
    const parsed = new X509Certificate(certificate);
    if (parsed.ca && parsed.checkPrivateKey(createPrivateKey(privateKey))) return parsed.validToDate.getTime();
  } catch {
    // Said below; the parser's message could quote key material.
  }
  throw new KernelError('corrupt', 'A stored certificate authority cannot be read, or its certificate and key do not belong together.');
};

const pemText = (pem: string): string => `${pem.trim()}\n`;
