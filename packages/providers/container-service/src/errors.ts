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
