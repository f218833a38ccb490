/** The caller behind a verified access token. */
export interface Caller {
  readonly tenantId: string;
  /** Object id of the principal (`oid`). */
  readonly objectId: string;
  /** Client id of the application that asked for the token (`appid` or `azp`). */
  readonly appId: string;
  readonly kind: 'user' | 'app';
  /** `upn` of users. */
  readonly userPrincipalName: string | undefined;
  /** Display form for error texts: the upn of a user, the appid of an application. */
  readonly label: string;
  readonly issuer: string;
  readonly audience: string;
  /** Resource id of a managed identity (`xms_mirid`). */
  readonly managedIdentity: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
}

export type AccessTokenFailure =
  | { readonly reason: 'missing' }
  | { readonly reason: 'malformed' }
  | { readonly reason: 'signature' }
  | { readonly reason: 'expired'; readonly expiredAt: number }
  | { readonly reason: 'not-yet-valid' }
  | { readonly reason: 'audience'; readonly audience: string }
  | { readonly reason: 'issuer'; readonly issuer: string };

/** Checks an `Authorization` header's value against the tenants' signing keys, the clock and the accepted audiences. */
export interface AccessTokenVerifier {
  verify(
    authorization: string | undefined,
    accept: { audiences: readonly string[]; tenantId?: string },
  ): Promise<{ caller: Caller } | { failure: AccessTokenFailure }>;
}
