import { KernelError, type Clock } from '@podpass/kernel';
import type { IssuedCertificate } from '../types.ts';
import { generateCertificateKey, privateCryptoKey, signingAlgorithm } from './key-pair.ts';
import { loadX509, type X509Library } from './library.ts';
import { serialNumber, validity } from './validity.ts';

export interface Issuer {
  readonly certificate: string;
  readonly privateKey: string;
  /** When the issuer itself ends, in milliseconds since the epoch: no leaf outlives it. */
  readonly notAfter: number;
  readonly clock: Clock;
}

export interface LeafRequest {
  readonly usage: 'server' | 'client';
  readonly commonName: string | undefined;
  readonly organizations: readonly string[];
  readonly dns: readonly string[];
  readonly ips: readonly string[];
  readonly days: number;
}

const keyPurposes = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;

/** Issues one certificate with a key pair of its own. Throws KernelError `invalid` when a server names nothing or a client has no name. */
export const issueLeaf = async (issuer: Issuer, request: LeafRequest): Promise<IssuedCertificate> => {
  if (request.usage === 'server' && request.dns.length + request.ips.length === 0) {
    throw new KernelError('invalid', 'A server certificate needs a DNS name or an address.');
  }
  if (request.usage === 'client' && !request.commonName) throw new KernelError('invalid', 'A client certificate needs a common name.');
  const [x509, key, signingKey] = await Promise.all([loadX509(), generateCertificateKey(), privateCryptoKey(issuer.privateKey)]);
  const authority = new x509.X509Certificate(issuer.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    // One relative name for each organization: Kubernetes reads each of them as a group.
    subject: [...request.organizations.map((name) => ({ O: [name] })), ...(request.commonName ? [{ CN: [request.commonName] }] : [])],
    issuer: authority.subjectName,
    publicKey: key.publicKey,
    signingKey,
    signingAlgorithm,
    ...validity(issuer.clock, request.days, issuer.notAfter),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([keyPurposes[request.usage]]),
      await x509.SubjectKeyIdentifierExtension.create(key.publicKey),
      authorityKeyIdentifier(x509, authority),
      ...alternativeNames(x509, request),
    ],
  });
  return { certificate: `${certificate.toString('pem').trim()}\n${issuer.certificate}`, privateKey: key.pem };
};

/** The issuer's own identifier, as it stands in its certificate. */
const authorityKeyIdentifier = (x509: X509Library, authority: InstanceType<X509Library['X509Certificate']>) => {
  const identifier = authority.getExtension(x509.SubjectKeyIdentifierExtension);
  if (!identifier) throw new KernelError('corrupt', 'The certificate authority has no subject key identifier.');
  return new x509.AuthorityKeyIdentifierExtension(identifier.keyId);
};

const alternativeNames = (x509: X509Library, { dns, ips }: LeafRequest) => {
  if (dns.length + ips.length === 0) return [];
  return [
    new x509.SubjectAlternativeNameExtension([
      ...dns.map((value) => ({ type: 'dns' as const, value })),
      ...ips.map((value) => ({ type: 'ip' as const, value })),
    ]),
  ];
};
