import type { ParsedJwt } from '@podpass/crypto';
import type { Application, RedirectUris, ServicePrincipal, Tenant } from '@podpass/directory';
import type { Trail } from '../requests/token-request.ts';

/** A client of the token service, as a tenant knows it. */
export interface Client {
  /** Client id in lower case. */
  readonly clientId: string;
  readonly displayName: string;
  /** Family of client ids: a member may redeem the refresh tokens of another. */
  readonly family: '1' | undefined;
  /** One of Microsoft's own public clients: consented to everything, known to every tenant. */
  readonly firstParty: boolean;
  /** Undefined for first-party clients only. */
  readonly principal: ServicePrincipal | undefined;
  /** The application, in whatever tenant it lives; undefined for first-party clients and managed identities. */
  readonly application: Application | undefined;
  readonly redirectUris: RedirectUris;
  /** Whether it may act without a credential where no redirect URI tells its platform (device code, password). */
  readonly fallbackPublic: boolean;
}

/** How the client proved itself: `appidacr` and `azpacr` of its tokens. `federated` counts as an assertion there. */
export type ClientProof = 'none' | 'secret' | 'certificate' | 'federated';

/** A client assertion on its way to being believed: parsed, NOT verified. */
export interface PresentedAssertion {
  readonly tenant: Tenant;
  readonly clientId: string;
  readonly principal: ServicePrincipal;
  readonly assertion: ParsedJwt;
  /** `iss` of the assertion, not empty. */
  readonly issuer: string;
  readonly trail: Trail;
}
