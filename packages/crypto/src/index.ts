/**
 * `crypto` owns keys and everything that is signed, verified or sealed: RS256 keys and JWKS, JSON Web Tokens,
 * certificates, envelopes and password hashes. No other package touches jose, X.509 or a cipher, so that the rules
 * (algorithm allow-lists, constant-time comparison, no header-supplied keys) are written once.
 */
export * from './types.ts';
