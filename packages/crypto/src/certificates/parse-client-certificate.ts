import { createHash, X509Certificate } from 'node:crypto';
import { rsaVerificationBits } from '../jwt/rsa-key.ts';

/** A certificate that a client registers to sign its assertions with. */
export interface ParsedClientCertificate {
  /** DER in base64, in one line. */
  readonly certificate: string;
  /** base64url of SHA-1 over the DER (RFC 7515, 4.1.7). */
  readonly x5t: string;
  /** base64url of SHA-256 over the DER (RFC 7515, 4.1.8). */
  readonly x5tS256: string;
  /** The subject's attributes in the certificate's order, `CN=name, O=name`. Free text of whoever made the certificate: to be shown, not trusted. */
  readonly subject: string;
  /** ISO 8601, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly keyType: 'RSA';
  readonly keyBits: number;
}

const maxBytes = 16 * 1024;
const sequence = 0x30;
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
const pemBlock = /-----BEGIN ([^-\r\n]*)-----([^-]*)-----END \1-----/g;

/**
 * Reads one X.509 certificate from DER bytes, base64 of DER with or without line breaks (Graph's `keyCredentials[].key`;
 * `az` sends the body of a PEM), PEM text, or base64 of PEM text. Refused, with words that never quote the input: more than 16 KiB, more than one
 * certificate, any private key, bytes after the certificate, keys other than RSA of 2048 to 8192 bits. Never throws.
 * Neither issuer nor signature of the certificate matters: whoever registers it vouches for it.
 */
export const parseClientCertificate = (input: string | Uint8Array): ParsedClientCertificate | { readonly failure: string } => {
  if (input.length > maxBytes) return { failure: 'The certificate is longer than 16 KiB.' };
  const der = derOf(input);
  if (!Buffer.isBuffer(der)) return der;
  try {
    return describe(der);
  } catch {
    return noCertificate;
  }
};

const noCertificate = { failure: 'The value is not an X.509 certificate.' };

const derOf = (input: string | Uint8Array): Buffer | { readonly failure: string } => {
  if (typeof input !== 'string') {
    const octets = Buffer.from(input);
    return octets[0] === sequence ? octets : textToDer(octets.toString('latin1'));
  }
  return textToDer(input);
};

const textToDer = (text: string, depth = 0): Buffer | { readonly failure: string } => {
  if (text.includes('-----BEGIN')) return pemToDer(text);
  const packed = text.replaceAll(/[ \t\r\n]/g, '');
  if (!base64.test(packed)) return noCertificate;
  const octets = Buffer.from(packed, 'base64');
  if (octets[0] === sequence) return octets;
  const inner = octets.toString('latin1');
  return depth === 0 && inner.includes('-----BEGIN') ? textToDer(inner, 1) : noCertificate;
};

const pemToDer = (text: string): Buffer | { readonly failure: string } => {
  if (/-----BEGIN [^-\r\n]*PRIVATE KEY-----/.test(text)) {
    return { failure: 'The value contains a private key: only the certificate may be registered.' };
  }
  const [block, ...more] = text.matchAll(pemBlock);
  if (more.length > 0) return { failure: 'The value contains more than one certificate.' };
  const [, label, body] = block ?? [];
  if (label !== 'CERTIFICATE' || body === undefined) return noCertificate;
  const packed = body.replaceAll(/[ \t\r\n]/g, '');
  return base64.test(packed) ? Buffer.from(packed, 'base64') : noCertificate;
};

const describe = (der: Buffer): ParsedClientCertificate | { readonly failure: string } => {
  const certificate = new X509Certificate(der);
  // The parser stops where the certificate ends, and looks for PEM within bytes: what it read must be all there is.
  if (!certificate.raw.equals(der)) return noCertificate;
  const keyBits = rsaVerificationBits(certificate.publicKey);
  if (keyBits === undefined) return { failure: 'The certificate must hold an RSA key of 2048 to 8192 bits.' };
  return {
    certificate: der.toString('base64'),
    x5t: createHash('sha1').update(der).digest('base64url'),
    x5tS256: createHash('sha256').update(der).digest('base64url'),
    subject: (certificate.subject ?? '').split('\n').join(', '),
    notBefore: certificate.validFromDate.toISOString(),
    notAfter: certificate.validToDate.toISOString(),
    keyType: 'RSA',
    keyBits,
  };
};
