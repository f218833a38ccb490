import { X509Certificate } from 'node:crypto';
import type { Clock } from '@podpass/kernel';
import { isObject } from '@podpass/kernel';

export interface ClientIdentity {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

const clientAuthentication = '1.3.6.1.5.5.7.3.2';
const maxAuthorities = 64;
const authorities = new Map<string, X509Certificate | undefined>();

/**
 * Who a client certificate names, or undefined unless `caPem` itself signed it, it is valid now, it is no authority and it is meant for clients.
 * Only the key of that one authority counts; chains and the machine's trusted roots do not.
 */
export const verifyClientCertificate = (certificate: X509Certificate, caPem: string, clock: Clock): ClientIdentity | undefined => {
  const authority = authorityOf(caPem);
  if (!authority || certificate.ca || !certificate.checkIssued(authority)) return undefined;
  const now = clock.now();
  if (!within(certificate, now) || !within(authority, now)) return undefined;
  // In node:crypto `keyUsage` lists the extended key usages.
  if (!certificate.keyUsage?.includes(clientAuthentication)) return undefined;
  return signedBy(certificate, authority) ? identityOf(certificate) : undefined;
};

const authorityOf = (pem: string): X509Certificate | undefined => {
  if (authorities.has(pem)) return authorities.get(pem);
  if (authorities.size >= maxAuthorities) authorities.clear();
  let authority: X509Certificate | undefined;
  try {
    const parsed = new X509Certificate(pem);
    authority = parsed.ca ? parsed : undefined;
  } catch {
    authority = undefined;
  }
  authorities.set(pem, authority);
  return authority;
};

const within = (certificate: X509Certificate, now: number): boolean =>
  now >= certificate.validFromDate.getTime() && now <= certificate.validToDate.getTime();

const signedBy = (certificate: X509Certificate, authority: X509Certificate): boolean => {
  try {
    return certificate.verify(authority.publicKey);
  } catch {
    return false;
  }
};

/**
 * The subject from its parsed attributes: the printed form of a subject can be made to look like another one. Two common names name nobody.
 */
const identityOf = (certificate: X509Certificate): ClientIdentity | undefined => {
  const { subject } = certificate.toLegacyObject();
  const attributes: unknown = subject;
  if (!isObject(attributes)) return undefined;
  const { CN: commonName, O: organization } = attributes;
  if (typeof commonName !== 'string' || commonName === '' || commonName.includes('\0')) return undefined;
  const organizations = organization === undefined ? [] : [organization].flat();
  return organizations.every((name) => typeof name === 'string') ? { commonName, organizations } : undefined;
};
