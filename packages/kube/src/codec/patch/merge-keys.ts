/**
 * How strategic merge patch treats lists and maps, by message and field; from the `patchStrategy` and `patchMergeKey`
 * tags of the Go types in k8s.io/api. A list that is not named here is replaced as a whole.
 */
export type ListStrategy =
  /** Elements are objects, identified by this member. */
  | { readonly key: string }
  /** Elements are texts, the list is a set. */
  | { readonly set: true };

const byName: ListStrategy = { key: 'name' };

const containers: readonly (readonly [string, ListStrategy])[] = ['Container', 'EphemeralContainer'].flatMap((message) => [
  [`${message}.ports`, { key: 'containerPort' }],
  [`${message}.env`, byName],
  [`${message}.volumeMounts`, { key: 'mountPath' }],
  [`${message}.volumeDevices`, { key: 'devicePath' }],
]);

const podSpec: readonly (readonly [string, ListStrategy])[] = [
  ...['containers', 'initContainers', 'ephemeralContainers', 'volumes', 'imagePullSecrets', 'schedulingGates', 'resourceClaims'].map(
    (field) => [`PodSpec.${field}`, byName] as const,
  ),
  ['PodSpec.hostAliases', { key: 'ip' }],
  ['PodSpec.topologySpreadConstraints', { key: 'topologyKey' }],
];

const lists = new Map<string, ListStrategy>([
  ...containers,
  ...podSpec,
  ['ContainerStatus.allocatedResourcesStatus', byName],
  ['CSINodeSpec.drivers', byName],
  ['MutatingWebhook.matchConditions', byName],
  ['MutatingWebhookConfiguration.webhooks', byName],
  ['NodeSpec.podCIDRs', { set: true }],
  ['NodeStatus.addresses', { key: 'type' }],
  ['ObjectMeta.finalizers', { set: true }],
  ['ObjectMeta.ownerReferences', { key: 'uid' }],
  ['PodStatus.hostIPs', { key: 'ip' }],
  ['PodStatus.podIPs', { key: 'ip' }],
  ['PodStatus.resourceClaimStatuses', byName],
  ['ServiceAccount.secrets', byName],
  ['ServiceSpec.ports', { key: 'port' }],
  ['ValidatingAdmissionPolicySpec.matchConditions', byName],
  ['ValidatingAdmissionPolicySpec.variables', byName],
  ['ValidatingWebhook.matchConditions', byName],
  ['ValidatingWebhookConfiguration.webhooks', byName],
]);

const replacedMaps = new Set(['PodDisruptionBudgetSpec.selector']);

/** Members whose patches say with `$retainKeys` which members of the map (or of each element) stay. */
const retained = new Set(['DeploymentSpec.strategy', 'PodSpec.resourceClaims', 'PodSpec.volumes', 'PodStatus.resourceClaimStatuses']);

/** The keys by which server-side apply identifies elements, where they are not just the key of the patch. */
const listMapKeys = new Map<string, readonly string[]>([
  ['Container.ports', ['containerPort', 'protocol']],
  ['EphemeralContainer.ports', ['containerPort', 'protocol']],
  ['PodSpec.topologySpreadConstraints', ['topologyKey', 'whenUnsatisfiable']],
  ['ServiceSpec.ports', ['port', 'protocol']],
]);

/** Merged by patches, yet a whole to server-side apply. */
const atomic = new Set(['PodStatus.hostIPs']);

const bare = (message: string) => message.slice(message.lastIndexOf('.') + 1);

/** `message` is the full name in the schema. Undefined: the list is replaced. */
export const listStrategy = (message: string, field: string): ListStrategy | undefined =>
  lists.get(`${bare(message)}.${field}`) ?? (field === 'conditions' ? { key: 'type' } : undefined);

/** Whether a map member is replaced as a whole instead of merged. */
export const replacesMap = (message: string, field: string): boolean => replacedMaps.has(`${bare(message)}.${field}`);

/** What OpenAPI documents tell clients about a member, so that they compute the patches that the server applies. */
export interface PatchMetadata {
  /** `merge`, `replace`, `retainKeys`; several are joined by commas. Absent: the default of the member's type. */
  readonly strategy?: string;
  readonly mergeKey?: string;
  readonly listType?: 'atomic' | 'map' | 'set';
  readonly listMapKeys?: readonly string[];
}

const listMetadata = (name: string, strategy: ListStrategy): Omit<PatchMetadata, 'strategy'> => {
  if (!('key' in strategy)) return { listType: 'set' };
  const mergeKey = strategy.key;
  if (atomic.has(name)) return { mergeKey, listType: 'atomic' };
  return { mergeKey, listType: 'map', listMapKeys: listMapKeys.get(name) ?? [mergeKey] };
};

/** `message` is the full name in the schema; `list` tells whether the member is one. */
export const patchMetadata = (message: string, { name: field, list }: { name: string; list: boolean }): PatchMetadata => {
  const name = `${bare(message)}.${field}`;
  const strategy = list ? listStrategy(message, field) : undefined;
  const merges = [
    ...(strategy === undefined ? [] : ['merge']),
    ...(retained.has(name) ? ['retainKeys'] : []),
    ...(replacedMaps.has(name) ? ['replace'] : []),
  ];
  return {
    ...(merges.length === 0 ? {} : { strategy: merges.join(',') }),
    ...(strategy === undefined ? {} : listMetadata(name, strategy)),
  };
};
