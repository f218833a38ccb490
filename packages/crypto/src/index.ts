/**
 * `crypto` owns keys and everything that is signed, verified or sealed: RS256 keys and JWKS, JSON Web Tokens,
 * certificates, envelopes and password hashes. No other package touches jose, X.509 or a cipher, so that the rules
 * (algorithm allow-lists, constant-time comparison, no header-supplied keys) are written once.
 */
export * from './types.ts';
export { generateSigningKey, importSigningKey } from './keys/signing-key.ts';
export { createKeyPool, type KeyPool } from './keys/key-pool.ts';
export { createKeyRing, type KeyRing } from './keys/key-ring.ts';
export { signJwt, type JwtHeaderOptions } from './jwt/sign.ts';
export { parseJwt } from './jwt/parse.ts';
export { verifyJwtSignature } from './jwt/verify.ts';
export { verifyJwtWithCertificate, type CertificateAlgorithm } from './jwt/verify-with-certificate.ts';
export { verifyJwtTimes, type JwtTimeFailure } from './jwt/times.ts';
export { createEnvelope } from './secrets/envelope.ts';
export { hashPassword, verifyPassword } from './secrets/password.ts';
export { constantTimeEqual } from './secrets/equal.ts';
export { createCertificateAuthority, loadCertificateAuthority } from './certificates/authority.ts';
export { verifyClientCertificate, type ClientIdentity } from './certificates/client-certificate.ts';
export { parseClientCertificate, type ParsedClientCertificate } from './certificates/parse-client-certificate.ts';
export { certificateCache, type CertificateCache } from './certificates/certificate-cache.ts';
