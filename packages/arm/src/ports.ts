import type { Caller } from '@podpass/directory';

/** One entry of a cluster's pod identity profile, as the host applies it. */
export interface PodIdentityEntry {
  readonly name: string;
  readonly namespace: string;
  /** What the pods' label must carry. */
  readonly selector: string;
  readonly resourceId: string;
  readonly clientId: string;
}

export interface PodIdentityException {
  readonly name: string;
  readonly namespace: string;
  readonly podLabels: Readonly<Record<string, string>>;
}

/** The pod identity add-on of a cluster: managed mode. */
export interface PodIdentityAddon {
  readonly allowKubenet: boolean;
  readonly identities: readonly PodIdentityEntry[];
  readonly exceptions: readonly PodIdentityException[];
}

/** A node and the scale-set instance that it is. */
export interface NodePlacement {
  readonly name: string;
  readonly pool: string;
  /** Resource id of the scale set; its type is `Microsoft.Compute/virtualMachineScaleSets`. */
  readonly scaleSetId: string;
  /** Number of the instance, as a string. */
  readonly instanceId: string;
  /** `azure:///subscriptions/…/virtualMachineScaleSets/…/virtualMachines/N`. */
  readonly providerId: string;
  /** Pods that the node takes at most. */
  readonly maxPods: number;
}

/** What providers need of the world outside ARM. `apps/server` plugs the implementations in. */
export interface ClusterDescription {
  /** Random and immutable; the last segment of the issuer URL. */
  readonly uid: string;
  readonly resourceId: string;
  readonly tenantId: string;
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
  /** API server host name, `{dnsPrefix}-{8}.hcp.{region}.azmk8s.io`. */
  readonly fqdn: string;
  readonly kubernetesVersion: string;
  readonly nodes: readonly NodePlacement[];
  readonly subscriptionId: string;
  readonly nodeResourceGroup: string;
  readonly networkPlugin: string;
  /** Undefined while the add-on is off. */
  readonly podIdentity: PodIdentityAddon | undefined;
  /** Whether the Azure Policy add-on is on. */
  readonly policyEnabled: boolean;
  /** Ends with a slash. */
  readonly issuerUrl: string;
  readonly oidcIssuerEnabled: boolean;
  readonly workloadIdentityEnabled: boolean;
}

/** One entry of the pod identity profile that the host could not apply; the message goes into the entry's `provisioningInfo`. */
export interface PodIdentityFailure {
  readonly name: string;
  readonly namespace: string;
  readonly message: string;
}

/** What became of a creation or an update. A host that has nothing to report returns nothing. */
export interface ClusterUpdate {
  /** Entries that failed while the rest was applied. */
  readonly podIdentityFailures?: readonly PodIdentityFailure[];
}

export interface ClusterHost {
  /** Starts the cluster; settles when its API server answers and its node is ready. */
  create(cluster: ClusterDescription): Promise<ClusterUpdate | undefined | void>;
  /** Applies changed settings (workload identity, pod identity and policy on or off, node list). */
  update(cluster: ClusterDescription): Promise<ClusterUpdate | undefined | void>;
  delete(uid: string): Promise<void>;
  /** One rotation: the new key signs, the one before stays published, older ones go. */
  rotateSigningKeys(uid: string): Promise<void>;
  /** A kubeconfig in YAML. */
  kubeconfig(uid: string, kind: 'user' | 'admin'): Promise<string>;
  /** The newest Kubernetes version that clusters can run, for example `1.35.2`. */
  readonly kubernetesVersion: string;
}

export interface VaultDescription {
  readonly resourceId: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly tenantId: string;
  readonly location: string;
  readonly enableRbacAuthorization: boolean;
  readonly accessPolicies: readonly unknown[];
  readonly enablePurgeProtection: boolean;
  readonly softDeleteRetentionInDays: number;
}

export interface VaultHost {
  /** Whether a vault of that name exists anywhere, live or soft-deleted (names are global, case-insensitive). */
  nameState(name: string): 'free' | 'live' | 'deleted';
  /** Creates or updates the vault behind its host name. */
  put(vault: VaultDescription): Promise<void>;
  /** Soft-deletes: the host stops serving, the contents stay. */
  delete(name: string): Promise<void>;
  recover(name: string): Promise<void>;
  purge(name: string): Promise<void>;
  /** `https://{name}.vault.azure.net/` */
  uri(name: string): string;
}

export interface AccessQuestion {
  readonly caller: Caller;
  /** For example `Microsoft.KeyVault/vaults/write`. */
  readonly action: string;
  /** Full resource id, or `/subscriptions/{id}`, or `/`. */
  readonly scope: string;
  readonly plane: 'control' | 'data';
}

/** Answered from memory. `because` names the assignment that allowed, or says what was missing, for explanations. */
export interface AccessCheck {
  check(question: AccessQuestion): { readonly allowed: boolean; readonly because: string };
  /** Whether the caller holds any role at the scope, above it or below it: who sees a subscription at all. */
  reaches(caller: Caller, scope: string): boolean;
}
