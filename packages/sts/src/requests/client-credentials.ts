import type { ParsedJwt } from '@podpass/crypto';
import type { FederatedCredential, ServicePrincipal, Tenant } from '@podpass/directory';
import type { Services } from '../services.ts';
import type { Target } from './resource.ts';
import type { TokenRequest } from './token-request.ts';

/** A client credentials request on its way through a pipeline. */
export interface ClientCredentials {
  readonly services: Services;
  readonly request: TokenRequest;
  readonly clientId: string;
  readonly secret: string | undefined;
  tenant?: Tenant;
  principal?: ServicePrincipal;
  assertion?: ParsedJwt;
  /** `iss` of the assertion. */
  issuer?: string;
  /** The application's credentials that name the issuer. */
  candidates?: readonly FederatedCredential[];
  target?: Target;
}
