import type { JwtFailure, ParsedJwt } from '../types.ts';
import { decodeBase64url } from './base64url.ts';
import { parseStrictJsonObject } from './strict-json.ts';

/** Deep enough for every token that is issued in practice; a bound on what a hostile one may cost. */
const maxDepth = 16;
const defaultMaxBytes = 16 * 1024;

/**
 * Parses a compact JWS (RFC 7515, 7.1) strictly, without verifying it: three segments of unpadded base64url, the first two
 * JSON objects without duplicate members. White space around the token is cut off, because SDKs send a file's last
 * line break; white space within refuses it. The third segment may be empty, so that `alg: none` is named as what it
 * is when the signature is verified. Never throws. `maxBytes` is 16 KiB unless told.
 */
export const parseJwt = (token: string, options: { readonly maxBytes?: number } = {}): ParsedJwt | { readonly failure: JwtFailure } => {
  if (token.length > (options.maxBytes ?? defaultMaxBytes)) return malformed('The token is too long.');
  const compact = token.trim();
  const segments = compact.split('.', 4);
  const [headerText, claimsText, signatureText] = segments;
  if (segments.length !== 3 || !headerText || !claimsText || signatureText === undefined) {
    return malformed('The token does not consist of three segments.');
  }
  const headerOctets = decodeBase64url(headerText);
  const claimsOctets = decodeBase64url(claimsText);
  const signature = decodeBase64url(signatureText);
  if (!headerOctets || !claimsOctets || !signature) return malformed('A segment of the token is not base64url.');
  const header = parseStrictJsonObject(headerOctets, maxDepth);
  if ('problem' in header) return malformed(`The token's header ${header.problem}.`);
  const claims = parseStrictJsonObject(claimsOctets, maxDepth);
  if ('problem' in claims) return malformed(`The token's payload ${claims.problem}.`);
  const signed = Buffer.from(compact.slice(0, headerText.length + 1 + claimsText.length), 'latin1');
  return { header: header.value, claims: claims.value, signed, signature };
};

const malformed = (message: string): { readonly failure: JwtFailure } => ({ failure: { reason: 'malformed', message } });
