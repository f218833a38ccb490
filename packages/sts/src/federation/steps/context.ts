import type { FederatedCredential } from '@podpass/directory';
import type { PresentedAssertion } from '../../clients/types.ts';
import type { Step } from '../../requests/token-request.ts';
import type { Services } from '../../services.ts';

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
  /** The holder's credentials in force that the assertion has matched so far. */
  candidates?: readonly FederatedCredential[];
}

export type FederatedStep = Step<FederatedContext>;
