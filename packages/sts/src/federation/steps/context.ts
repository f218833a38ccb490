import type { PresentedAssertion } from '../../clients/types.ts';
import type { Step } from '../../requests/token-request.ts';
import type { Services } from '../../services.ts';
import type { Trusted } from '../trust.ts';

/** The object that owns the federated credentials of a client: the managed identity itself, or the application in its home tenant. */
interface CredentialHolder {
  readonly kind: 'managedIdentity' | 'application';
  readonly tenantId: string;
  readonly id: string;
}

/** A federated assertion on its way through the pipeline. */
export interface FederatedContext {
  readonly services: Services;
  readonly presented: PresentedAssertion;
  /** Whether the token service itself is the issuer: a managed identity's token as credential of an application. */
  own: boolean;
  holder?: CredentialHolder;
  /** What the holder's credentials in force trust. */
  trust?: readonly Trusted[];
  /** Those that name the assertion's issuer and audience. */
  trusted?: Trusted;
}

export type FederatedStep = Step<FederatedContext>;
