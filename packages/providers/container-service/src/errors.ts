import { defineErrors, type ErrorRow } from '@podpass/arm';

/** The provider's own errors. Codes are the service's; texts that it does not publish are in our own words. */
export const containerServiceErrors = {
  InvalidClusterName: {
    status: 400,
    code: 'InvalidParameter',
    message:
      "The value of parameter resourceName '{name}' is invalid. It must be 1 to 63 characters of letters, digits, underscores and hyphens, and start and end with a letter or digit.",
  },
  InvalidParameter: { status: 400, message: 'The value of parameter {parameter} is invalid. {reason}' },
  PropertyChangeNotAllowed: { status: 400, message: "Changing property '{property}' is not allowed." },
  OIDCIssuerFeatureCannotBeDisabled: { status: 400, message: 'OIDC issuer feature cannot be disabled once it is enabled.' },
  WorkloadIdentityRequiresOIDCIssuer: {
    status: 400,
    message: 'Workload identity requires the OIDC issuer: set oidcIssuerProfile.enabled to true as well.',
  },
  OIDCIssuerNotEnabled: {
    status: 400,
    message: 'The OIDC issuer of the managed cluster is not enabled, so it has no service account signing keys to rotate.',
  },
  K8sVersionNotSupported: {
    status: 400,
    message:
      'Managed cluster {name} is on version {version}, which is not supported in this region. Please use [az aks get-versions] command to get the supported version list in this region. For more information, please check https://aka.ms/supported-version-list',
  },
  OperationNotAllowed: {
    status: 409,
    message:
      "Operation is not allowed because there's an in progress {operation} managed cluster operation on the managed cluster started at {time}. Please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details.",
  },
  ClusterNotReady: {
    status: 409,
    code: 'OperationNotAllowed',
    message: "The managed cluster '{name}' is not ready: its provisioning state is {state}.",
  },
  NodeResourceGroupExists: {
    status: 409,
    code: 'ReservedResourceGroupName',
    message: "The node resource group '{group}' exists already. Delete it, or choose another name by nodeResourceGroup.",
  },
  IdentityNotFound: {
    status: 400,
    code: 'ResourceNotFound',
    message: "The user-assigned identity '{id}' was not found.",
  },
  // The texts of the pod identity add-on stand in public issues (AKS 2011 and 3833, azure-docs 72221, quickstart-templates
  // 12928), as far as they do not say otherwise.
  PodIdentityAddonFeatureFlagNotEnabled: {
    status: 400,
    message: "PodIdentity addon is not allowed since feature 'Microsoft.ContainerService/EnablePodIdentityPreview' is not enabled.",
  },
  /** The code of this text is not published. */
  PodIdentityRequiresManagedIdentity: { status: 400, code: 'InvalidParameter', message: 'PodIdentity addon requires managed identity.' },
  /** Code and text are each Azure's own; that they belong together is not published. */
  PodIdentityAddonWithKubeNetNotAllowed: {
    status: 400,
    message: 'Network plugin kubenet is not supported to use with PodIdentity addon.',
  },
  PodIdentityAddonUserAssignedIdentitiesNotAllowedInCreation: {
    status: 400,
    message: 'PodIdentity addon does not support assigning pod identities on creation.',
  },
  PodIdentityAddonIdentitiesAssignmentError: {
    status: 400,
    message:
      "Cluster identity has no assignment permission over identity 'resourceId: {resourceId} - clientId: {clientId} - objectId: {objectId}'. Please grant at least 'Managed Identity Operator' permission before assigning pod identity.",
  },
  /** What the operation says at its end when entries failed; the entries say which and why. Our own words. */
  ReconcilePodIdentityAddonError: {
    status: 500,
    message: "Reconciling the PodIdentity addon failed for {count} pod identities, the first being '{entry}': {reason}",
  },
  PodIdentityNotFound: {
    status: 400,
    code: 'PodIdentityAddonIdentitiesAssignmentError',
    message: "The identity '{id}' of the pod identity '{entry}' does not exist any more. Remove the pod identity, then add it again.",
  },
  AgentPoolNotFound: {
    status: 404,
    code: 'NotFound',
    message: "The agent pool '{pool}' of the managed cluster '{name}' could not be found.",
  },
  AgentPoolChangeNotSupported: {
    status: 400,
    code: 'NotSupported',
    message: 'Agent pools cannot be deleted one by one here. Podpass supports adding a pool, and changing the number of nodes of a pool.',
  },
} as const satisfies Readonly<Record<string, ErrorRow>>;

export const fail = defineErrors(containerServiceErrors);
