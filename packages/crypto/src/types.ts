/** A JSON Web Key for RSA signature verification, as JWKS documents carry it (RFC 7517). */
export interface PublicJwk {
  readonly kty: string;
  readonly kid: string;
  readonly use?: string;
  readonly alg?: string;
  readonly n?: string;
  readonly e?: string;
  readonly x5c?: readonly string[];
  readonly x5t?: string;
  readonly [member: string]: unknown;
}

export interface Jwks {
  readonly keys: readonly PublicJwk[];
}

/** An RS256 key pair that can sign. Private parts never leave it except sealed. */
export interface SigningKey {
  /** base64url of SHA-256 over the DER SubjectPublicKeyInfo, as Kubernetes names its keys. */
  readonly kid: string;
  readonly publicJwk: PublicJwk;
  /** RS256 over `data`, off the event loop. */
  sign(data: Buffer): Promise<Buffer>;
  /** PKCS#8 PEM, for sealing only. */
  exportPrivate(): string;
}

/** A parsed, NOT verified token. */
export interface ParsedJwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** The bytes that were signed: `header.payload`. */
  readonly signed: Buffer;
  readonly signature: Buffer;
}

export type JwtFailure =
  | { readonly reason: 'malformed'; readonly message: string }
  | { readonly reason: 'algorithm'; readonly algorithm: string }
  | { readonly reason: 'critical'; readonly message: string }
  | { readonly reason: 'unknown-key'; readonly kid: string | undefined }
  | { readonly reason: 'signature' };

/** Seals small values at rest: AES-256-GCM under a per-value data key wrapped by the master key. */
export interface Envelope {
  /** `context` is authenticated, not stored: opening needs the same one. */
  seal(plaintext: Uint8Array, context: string): Buffer;
  /** Throws KernelError `corrupt` when the box was altered, or sealed under another key or context. */
  open(box: Uint8Array, context: string): Buffer;
}

export interface IssuedCertificate {
  /** Leaf first, then the issuing CA, in PEM. */
  readonly certificate: string;
  readonly privateKey: string;
}

export interface CertificateAuthority {
  readonly certificate: string;
  /** For sealing only. */
  exportPrivate(): string;
  /** A server certificate for these DNS names and IP addresses. */
  issueServer(names: { dns: readonly string[]; ips?: readonly string[]; days?: number }): Promise<IssuedCertificate>;
  /** A client certificate: Kubernetes reads the user from `commonName` and the groups from `organizations`. */
  issueClient(subject: { commonName: string; organizations?: readonly string[]; days?: number }): Promise<IssuedCertificate>;
}
