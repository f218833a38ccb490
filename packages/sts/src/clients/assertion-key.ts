import { createHash } from 'node:crypto';
import type { ParsedJwt } from '@podpass/crypto';
import type { ClientCertificate } from '@podpass/directory';
import { AadstsError } from '../errors.ts';

/** The key that an assertion names, as AADSTS700027 shows it. */
export interface NamedKey {
  readonly key: string;
  readonly clientId: string;
}

type Match = (certificate: ClientCertificate) => boolean;

const registrationMissing = 'The certificate with identifier used to sign the client assertion is not registered on application.';
const noChains =
  'The x5c header is read only as a copy of a registered certificate: authentication by subject name and issuer is not offered.';

/**
 * Finds the registered certificate that the header names by `x5t#S256`, `x5t` or both, or else by a `kid` that holds a thumbprint. A chain
 * in `x5c` is no trust of its own: its leaf must be the registered certificate. Throws AADSTS50027 when no key is named, 700027 for an
 * unknown one.
 */
export const findNamedCertificate = (
  registered: readonly ClientCertificate[],
  { assertion, clientId }: { readonly assertion: ParsedJwt; readonly clientId: string },
): { readonly certificate: ClientCertificate; readonly key: string } => {
  const { header } = assertion;
  const names = [thumbprintOf(header['x5t#S256']), thumbprintOf(header['x5t'])].filter((name) => name !== undefined);
  const [key = thumbprintOf(header['kid'])] = names;
  if (key === undefined) {
    throw new AadstsError(50027, {
      hint: 'No certificate SHA-1 thumbprint, certificate SHA-256 thumbprint, nor keyId specified in token header.',
    });
  }
  const matches: readonly Match[] = names.length > 0 ? names.map(named) : [named(key)];
  const certificate = registered.find((candidate) => matches.every((match) => match(candidate)));
  const chain = header['x5c'];
  if (certificate && (chain === undefined || leafDigest(chain) === certificate.x5tS256)) return { certificate, key: shown(key) };
  throw new AadstsError(700027, {
    data: { what: registrationMissing, reason: 'The key was not found.', thumbprint: shown(key), app: clientId },
    ...(chain === undefined ? {} : { hint: noChains }),
  });
};

/** Base64url without padding; clients also write padded and plain base64, and hexadecimal text as `kid`. */
const thumbprintOf = (value: unknown): string | undefined => {
  if (typeof value !== 'string' || value === '') return undefined;
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(value)) return Buffer.from(value, 'hex').toString('base64url');
  return value.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
};

const named =
  (thumbprint: string): Match =>
  ({ x5t, x5tS256 }) =>
    thumbprint === x5t || thumbprint === x5tS256;

/** As Entra writes thumbprints: hexadecimal in upper case. */
const shown = (thumbprint: string): string => {
  const octets = Buffer.from(thumbprint, 'base64url');
  return octets.length === 20 || octets.length === 32 ? octets.toString('hex').toUpperCase() : thumbprint;
};

/** SHA-256 of the leaf of an `x5c` header: standard base64 of the DER (RFC 7515, 4.1.6). */
const leafDigest = (chain: unknown): string | undefined => {
  const leaf: unknown = Array.isArray(chain) ? chain[0] : chain;
  return typeof leaf === 'string' ? createHash('sha256').update(Buffer.from(leaf, 'base64')).digest('base64url') : undefined;
};
