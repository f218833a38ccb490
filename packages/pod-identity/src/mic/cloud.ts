/** A virtual machine scale set, as a node's `spec.providerID` names it. */
export interface ScaleSetRef {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  /** Resource id in lower case: what scale sets are compared by. */
  readonly id: string;
}

/** Resource ids of identities in lower case. An id is in one of the lists at most. */
export interface IdentityChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

export interface UpdateOptions {
  readonly signal: AbortSignal;
  /** Further attempts after some ids were refused and dropped. */
  readonly retries: number;
  /** Milliseconds before the second and later further attempts. */
  readonly retryInterval: number;
}

interface UpdateOutcome {
  /** Ids that could not be added, with the reason. Everything else of the change is done. */
  readonly refused: ReadonlyMap<string, string>;
}

/** `throttled`: try again after `retryIn`. `not-found`: there is no such scale set. `failed`: anything else. */
export type CloudErrorKind = 'throttled' | 'not-found' | 'failed';

/** Why the cloud did not do what was asked. The message is for logs and events: it never holds credentials. */
export class CloudError extends Error {
  readonly kind: CloudErrorKind;
  /** Milliseconds; only of `throttled`. */
  readonly retryIn: number;

  constructor(kind: CloudErrorKind, message: string, retryIn = 0) {
    super(message);
    this.name = 'CloudError';
    this.kind = kind;
    this.retryIn = retryIn;
  }
}

/** What MIC needs of Azure. Rejects with CloudError. */
export interface CloudProvider {
  /** The user-assigned identities of the scale set at this moment: resource ids in lower case. */
  getScaleSetIdentities(scaleSet: ScaleSetRef, signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** Adds and removes identities; ids that are there, or gone, already are no error. Others than the ones named are not touched. */
  updateScaleSetIdentities(scaleSet: ScaleSetRef, change: IdentityChange, options: UpdateOptions): Promise<UpdateOutcome>;
}

const providerId =
  /^azure:\/\/\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Compute\/virtualMachineScaleSets\/([^/]+)\/virtualMachines\/([^/]+)$/i;

/** The scale set of a node by its `spec.providerID`; undefined for anything else than a scale set's instance. */
export const scaleSetOf = (value: unknown): ScaleSetRef | undefined => {
  const match = typeof value === 'string' && value.length <= 1_024 ? providerId.exec(value) : null;
  const [, subscriptionId, resourceGroup, name] = match ?? [];
  if (subscriptionId === undefined || resourceGroup === undefined || name === undefined) return undefined;
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/virtualMachineScaleSets/${name}`;
  return { subscriptionId, resourceGroup, name, id: id.toLowerCase() };
};
