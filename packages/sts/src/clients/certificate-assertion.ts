import { verifyJwtTimes, verifyJwtWithCertificate, type ParsedJwt } from '@podpass/crypto';
import type { ClientCertificate, Tenant } from '@podpass/directory';
import { AadstsError } from '../errors.ts';
import { dotNetTime } from '../federation/dot-net-time.ts';
import type { Services } from '../services.ts';
import { assertionSkew } from '../wire.ts';
import { isRealmAudience } from './assertion-audience.ts';
import { findNamedCertificate, type NamedKey } from './assertion-key.ts';
import { certificatesOf } from './credentials-of.ts';
import { findClient } from './find-client.ts';
import type { Client } from './types.ts';

const algorithms = ['RS256', 'PS256'] as const;

export interface CertificateAssertion {
  readonly tenant: Tenant;
  readonly client: Client;
  /** Parsed, not verified; its `iss` is the client's id. */
  readonly assertion: ParsedJwt;
}

/**
 * Believes an assertion that is signed with a certificate which is registered on the application or on its service principal.
 * https://learn.microsoft.com/entra/identity-platform/certificate-credentials; the order: algorithm, key, its validity, signature, subject,
 * audience, times. Throws AADSTS5002738, 50027, 700027, 700021, 700023, 700024.
 */
export const verifyCertificateAssertion = async (services: Services, presented: CertificateAssertion): Promise<void> => {
  const { tenant, client, assertion } = presented;
  checkAlgorithm(assertion);
  const { certificate, key } = findNamedCertificate(certificatesOf(client), { assertion, clientId: client.clientId });
  checkValidity(services, certificate, { key, clientId: client.clientId });
  await checkSignature(presented, certificate, key);
  // What was taken off while the signature was checked counts no more.
  const present = certificatesOf(findClient(services, tenant, client.clientId));
  if (!present.some(({ x5tS256 }) => x5tS256 === certificate.x5tS256)) {
    throw keyError('The key was not found.', { key, clientId: client.clientId });
  }
  checkClaims(services, presented);
};

const checkAlgorithm = ({ header }: ParsedJwt): void => {
  const { alg } = header;
  if (typeof alg !== 'string') throw new AadstsError(50027);
  if (algorithms.some((name) => name === alg)) return;
  throw new AadstsError(5002738, { data: { algorithm: alg }, hint: "Assertions signed with a certificate may also use 'PS256'." });
};

const checkValidity = ({ clock }: Services, certificate: ClientCertificate, { key, clientId }: NamedKey): void => {
  const now = clock.now();
  if (now >= Date.parse(certificate.endDateTime)) throw keyError('The key used is expired.', { key, clientId });
  // Entra's words for this one are not verified.
  if (now < Date.parse(certificate.startDateTime)) throw keyError('The key used is not yet valid.', { key, clientId });
};

const checkSignature = async ({ assertion, client }: CertificateAssertion, certificate: ClientCertificate, key: string): Promise<void> => {
  const failure = await verifyJwtWithCertificate(assertion, certificate.certificate, { algorithms });
  if (!failure) return;
  if (failure.reason === 'malformed' || failure.reason === 'critical') throw new AadstsError(50027);
  throw keyError('The provided signature value did not match the expected signature value.', { key, clientId: client.clientId });
};

const keyError = (reason: string, { key, clientId }: NamedKey) =>
  new AadstsError(700027, {
    data: { what: 'Client assertion contains an invalid signature.', reason, thumbprint: key, app: clientId },
  });

const checkClaims = ({ clock, names, directory }: Services, { tenant, client, assertion }: CertificateAssertion): void => {
  const { claims } = assertion;
  const { sub } = claims;
  if (typeof sub !== 'string' || sub.toLowerCase() !== client.clientId) throw new AadstsError(700021);
  if (!isRealmAudience(claims['aud'], { names, directory, tenant })) throw new AadstsError(700023);
  const failure = verifyJwtTimes(claims, { now: clock.seconds(), skew: assertionSkew });
  if (!failure) return;
  if (failure.reason === 'missing-expiry' || failure.reason === 'malformed-time') throw new AadstsError(50027);
  const data = { now: dotNetTime(clock.now() / 1000), notBefore: dotNetTime(claims['nbf']), expiry: dotNetTime(claims['exp']) };
  throw new AadstsError(700024, { data });
};
