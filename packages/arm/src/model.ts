import type { Caller } from '@podpass/directory';

export interface Subscription {
  /** Lower-case GUID. */
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly displayName: string;
}

/** Who made a resource and who changed it last; times are ISO 8601 in UTC. */
export interface SystemData {
  readonly createdBy: string;
  readonly createdByType: 'User' | 'Application';
  readonly createdAt: string;
  readonly lastModifiedBy: string;
  readonly lastModifiedByType: 'User' | 'Application';
  readonly lastModifiedAt: string;
}

/** A resource as it is stored. `state` is its provider's own; what the wire shows is made from it at every answer. */
export interface Resource<State = unknown> {
  /** As its provider writes it, with the client's casing of names. */
  readonly id: string;
  readonly name: string;
  /** For example `Microsoft.KeyVault/vaults`. */
  readonly type: string;
  readonly tenantId: string;
  /** Lower case. */
  readonly subscriptionId: string;
  /** As the client wrote it; undefined for resources outside any group. */
  readonly resourceGroup: string | undefined;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly state: State;
  readonly system: SystemData;
}

/** State of a resource group. */
export interface GroupState {
  readonly provisioningState: 'Succeeded' | 'Deleting';
  /** The resource that the group belongs to, such as the cluster of a node resource group. */
  readonly managedBy: string | undefined;
}

export const groupType = 'Microsoft.Resources/resourceGroups';

/**
 * State of a user-assigned identity. It stands here and not in its provider because clusters refer to identities and
 * bring their own kubelet identity along.
 */
export interface IdentityState {
  /** Object id of the service principal. */
  readonly principalId: string;
  readonly clientId: string;
  readonly isolationScope: string | undefined;
}

export const identityType = 'Microsoft.ManagedIdentity/userAssignedIdentities';

/**
 * State of a virtual machine scale set. It stands here and not in its provider because clusters make the sets behind
 * their agent pools, and because identities are assigned to them by others.
 */
export interface ScaleSetState {
  readonly provisioningState: 'Succeeded' | 'Updating' | 'Deleting';
  readonly vmSize: string;
  readonly capacity: number;
  /** GUID, immutable. */
  readonly uniqueId: string;
  /** Names of the machines, by instance number. */
  readonly machines: readonly { readonly instanceId: string; readonly nodeName: string; readonly vmId: string }[];
  /** Object id of the system-assigned identity; undefined while there is none. */
  readonly principalId: string | undefined;
  /** User-assigned identities. `id` as the client wrote it; ids are compared without regard to case. */
  readonly identities: readonly { readonly id: string; readonly clientId: string; readonly principalId: string }[];
  /** Ids of all identities in use; read by the listing of an identity's associated resources. */
  readonly identityIds: readonly string[];
}

export const scaleSetType = 'Microsoft.Compute/virtualMachineScaleSets';

/** The system data of a change by `caller` at `now` (ISO 8601) to what was there before. */
export const stamp = (caller: Caller, now: string, before?: SystemData): SystemData => {
  const by = { name: caller.label, type: caller.kind === 'user' ? ('User' as const) : ('Application' as const) };
  return {
    createdBy: before?.createdBy ?? by.name,
    createdByType: before?.createdByType ?? by.type,
    createdAt: before?.createdAt ?? now,
    lastModifiedBy: by.name,
    lastModifiedByType: by.type,
    lastModifiedAt: now,
  };
};
