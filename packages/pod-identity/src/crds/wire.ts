/** Names of aad-pod-identity's API: https://azure.github.io/aad-pod-identity/docs/concepts/azureidentity/ and its neighbours. */
export const group = 'aadpodidentity.k8s.io';
export const version = 'v1';
export const apiVersion = `${group}/${version}`;

/** Label of pods; its value is what bindings select. */
export const bindingLabel = 'aadpodidbinding';
/** Annotation of an AzureIdentity that only pods of its own namespace may use. */
export const behaviorAnnotation = 'aadpodidentity.k8s.io/Behavior';
export const namespacedBehavior = 'namespaced';
export const assignedFinalizer = 'azureassignedidentity.finalizers.aadpodidentity.k8s.io';
/** Annotation of an AzureAssignedIdentity, which upstream does not have: uid of the pod, because a name can come again with another pod. */
export const podUidAnnotation = 'aadpodidentity.k8s.io/pod-uid';
/** Label of an AzureAssignedIdentity: the node of its pod. */
export const nodeLabel = 'nodename';

export const kinds = {
  identity: { kind: 'AzureIdentity', plural: 'azureidentities', singular: 'azureidentity' },
  binding: { kind: 'AzureIdentityBinding', plural: 'azureidentitybindings', singular: 'azureidentitybinding' },
  assigned: { kind: 'AzureAssignedIdentity', plural: 'azureassignedidentities', singular: 'azureassignedidentity' },
  exception: { kind: 'AzurePodIdentityException', plural: 'azurepodidentityexceptions', singular: 'azurepodidentityexception' },
} as const;
export type PodIdentityKind = keyof typeof kinds;

/** Path of a collection in one namespace, or in all; with `name`, of one object. */
export const crdPath = (kind: PodIdentityKind, namespace?: string, name?: string): string => {
  const inside = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `/apis/${apiVersion}${inside}/${kinds[kind].plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
};
