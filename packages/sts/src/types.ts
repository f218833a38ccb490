import type { Envelope, Jwks, SigningKey } from '@podpass/crypto';
import type { AccessTokenVerifier, Directory } from '@podpass/directory';
import type { Surface, WireClient } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import type { Store } from '@podpass/store';
import type { Telemetry } from '@podpass/telemetry';
import type { RegisteredIssuers } from './federation/types.ts';
import type { SigningKeys } from './keys/types.ts';

/** A resource that every tenant knows: an API of the platform or of Azure. */
export interface KnownResource {
  readonly appId: string;
  readonly displayName: string;
  /** Identifier URIs without a final slash; compared without regard to case. */
  readonly uris: readonly string[];
  /** Delegated scopes that users' tokens carry; the first answers `.default` with all of them. */
  readonly scopes: readonly string[];
}

/** The names under which the token service is reached and what it issues tokens for. */
export interface LoginProfile {
  /** For example `login.microsoftonline.com`. */
  readonly loginHost: string;
  /** Port of the login origin when it is not 443. */
  readonly port?: number;
  /** Further hosts that are served and may stand in clients' authorities. */
  readonly aliases?: readonly string[];
  /** Host of Microsoft Graph, for the discovery document. */
  readonly graphHost?: string;
  /** Resources beside those of the public cloud; one with a known `appId` adds its URIs to that. */
  readonly knownResources?: readonly KnownResource[];
}

export interface TokenServiceOptions {
  readonly store: Store;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly envelope: Envelope;
  /** Fetches the discovery documents and keys of foreign issuers. */
  readonly wire: WireClient;
  readonly profile: LoginProfile;
  /** Gives the signing key at first start. */
  readonly keyPool: { take(): Promise<SigningKey> };
  /** Milliseconds that never jump, for cool-downs against foreign issuers. Replaced only in tests. */
  readonly monotonic?: () => number;
}

export interface TokenService {
  readonly surface: Surface;
  /** The portal's service through which the Azure CLI consents on behalf of all users. `served` says whether certificates may name its host. */
  portal(options: { readonly verifier: AccessTokenVerifier; readonly served: boolean }): Surface;
  /** The published signing keys: the same object until they change. */
  jwks(): Jwks;
  /** Lists and rotates the signing keys. */
  readonly keys: Pick<SigningKeys, 'list' | 'rotate'>;
  /** Internal issuers that the operator vouches for. */
  readonly issuers: Omit<RegisteredIssuers, 'close'>;
  /**
   * Issues a managed identity's token without an assertion: for the metadata endpoint, which has established the identity by other means. Only such
   * tokens may serve as federated credentials of applications. Throws KernelError `not-found` for an unknown identity, `invalid` for an unknown resource.
   */
  managedIdentityToken(request: {
    readonly tenantId: string;
    readonly principalId: string;
    readonly resource: string;
  }): Promise<{ readonly token: string; readonly notBefore: number; readonly expiry: number }>;
  /** The issuers of this tenant's access tokens, versions 1 and 2. */
  issuersFor(tenantId: string): readonly string[];
  /** Revokes all refresh tokens of a user and returns how many there were. */
  revokeSessions(tenantId: string, userId: string): Promise<number>;
  close(): Promise<void>;
}
