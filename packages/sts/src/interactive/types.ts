import type { User } from '@podpass/directory';

/**
 * What users hold between requests. All of it is stored as digests (SHA-256), bounded in number, and forgotten when it
 * has expired. Times are seconds of the platform's clock.
 */

/** What a user agreed to at a sign-in: carried from the authorization to the code, and from the code to the refresh tokens. */
export interface SignIn {
  readonly tenantId: string;
  readonly userId: string;
  readonly clientId: string;
  readonly family?: '1';
  /** The scope parameter as it was asked. */
  readonly scope: string;
  /** `amr` of the tokens: `pwd`. */
  readonly methods: readonly string[];
  /** When the user showed the password. */
  readonly authTime: number;
  /** Signed in by a single page application: its refresh tokens live a day and are redeemed across origins only. */
  readonly spa?: true;
  /** Whether the client proved itself at the sign-in, and must do so again for every refresh. Undefined: as the application's registration says. */
  readonly confidential?: boolean;
}

/** An authorization code and what its redemption must match. */
export interface AuthorizationCode extends SignIn {
  readonly redirectUri: string;
  /** Platform of the redirect URI: `spa` codes are redeemed across origins only, `web` ones with a credential only. */
  readonly platform: 'web' | 'spa' | 'publicClient';
  readonly challenge?: { readonly method: 'S256' | 'plain'; readonly value: string };
  readonly nonce?: string;
  /** Version of the endpoint that issued it. */
  readonly version: 1 | 2;
}

export interface AuthorizationCodes {
  issue(code: AuthorizationCode, user: User): Promise<string>;
  /** What a code stands for, used or not, without taking it out: its tenant and client decide how the redemption is authenticated. */
  find(code: string): Promise<AuthorizationCode | undefined>;
  /**
   * Takes the code out: it works once, whatever becomes of the redemption. A second use of a code revokes the refresh tokens that came of the first (RFC 6749, 4.1.2) and gives
   * `used`; `expired` after ten minutes; `revoked` when the user's sessions ended meanwhile; `unknown` else.
   */
  redeem(
    code: string,
    user: User | undefined,
  ): Promise<
    { readonly code: AuthorizationCode; readonly familyId: string } | { readonly failure: 'unknown' | 'used' | 'expired' | 'revoked' }
  >;
}

/** One redeemable refresh token: RFC 9700, 4.14.2. */
export interface RefreshSession extends SignIn {
  /** Shared by all refresh tokens that descend from one sign-in. */
  readonly familyId: string;
  /** When this token was issued. */
  readonly issued: number;
  /** See `stampOf`: what ends the session when it changes. */
  readonly stamp: string;
}

export type RefreshFailure = 'unknown' | 'reused' | 'revoked' | { readonly expiredAfter: number; readonly issued: number };

/**
 * Refresh tokens rotate: each is good for one redemption, which gives the next of its family. A token that comes a second time revokes
 * the whole family. All state changes are one transaction each: of two redemptions at once, one wins and the other is a re-use.
 */
export interface RefreshTokens {
  /** The first of a family. `familyId` ties it to an authorization code; throws AADSTS54005 when that family was revoked meanwhile. */
  issue(signIn: SignIn, user: User, familyId?: string): Promise<string>;
  /** Looks a token up without using it: the grant's other checks come first. A token that was used before revokes its family here already. */
  find(token: string): Promise<RefreshSession | { readonly failure: RefreshFailure; readonly session?: RefreshSession }>;
  /** Uses the token and gives its successor; `reused` when another was faster or it was used before (the family is then revoked). */
  rotate(token: string, user: User): Promise<{ readonly token: string } | { readonly failure: 'reused' | 'unknown' }>;
  /** Whether the session began under the user's present password and after the last revocation. */
  isCurrent(session: RefreshSession, user: User): boolean;
  revokeFamily(tenantId: string, userId: string, familyId: string): Promise<void>;
  /** Revokes all refresh tokens of a user and returns how many there were. */
  revokeUser(tenantId: string, userId: string): Promise<number>;
}

/** An account that a browser is signed in to. */
export interface SignedInAccount {
  readonly tenantId: string;
  readonly userId: string;
  /** When the password was shown. */
  readonly authTime: number;
  readonly methods: readonly string[];
  readonly stamp: string;
}

/** Where a browser's journey through the pages leads. It travels in the forms, signed and bound to the browser. */
export type Flow = AuthorizeFlow | DeviceFlow | AdminConsentFlow;

interface FlowBase {
  /** Id of the tenant whose users may sign in; undefined when every tenant's may. */
  readonly tenantId?: string;
  readonly clientId: string;
  readonly loginHint?: string;
}

export type ResponseMode = 'query' | 'fragment' | 'form_post';

export interface AuthorizeFlow extends FlowBase {
  readonly kind: 'authorize';
  readonly version: 1 | 2;
  readonly redirectUri: string;
  readonly platform: AuthorizationCode['platform'];
  readonly returns: { readonly code: boolean; readonly idToken: boolean };
  readonly responseMode: ResponseMode;
  /** `scope` at version 2, `resource` at version 1. */
  readonly scope: string;
  readonly state?: string;
  readonly nonce?: string;
  readonly challenge?: AuthorizationCode['challenge'];
  readonly prompt?: 'none' | 'login' | 'select_account' | 'consent';
  readonly clientInfo: boolean;
}

export interface DeviceFlow extends FlowBase {
  readonly kind: 'device';
  readonly version: 1 | 2;
  readonly deviceId: string;
  readonly scope: string;
}

export interface AdminConsentFlow extends FlowBase {
  readonly kind: 'admin-consent';
  readonly redirectUri?: string;
  readonly state?: string;
  /** Version 2 may ask for single scopes; everything that the application registered when absent. */
  readonly scope?: string;
}
