import { defineErrors, type ErrorRow } from '@podpass/arm';

/**
 * The provider's own errors. The texts of identity operations and of the deny assignment are those that users quote in
 * public issues (aad-pod-identity 515, terraform-provider-azurerm, AKS `nrg-lockdown`); the others are our own words.
 */
export const computeErrors = {
  /** `response` is the identity service's own error, see `identityProblems`. */
  FailedIdentityOperation: {
    status: 400,
    message:
      "Identity operation for resource '{resource}' failed with error 'Failed to perform resource identity operation. Status: 'BadRequest'. Response: '{response}'.'.",
  },
  /** The misspelling is Azure's. */
  InvalidIdentityValues: {
    status: 400,
    message:
      "Invalid value for the identities '{ids}'. The 'UserAssignedIdentities' property keys should only be empty json objects, null or the resource exisiting property.",
  },
  LinkedInvalidPropertyId: {
    status: 400,
    message:
      "Property id '{id}' at path 'identity.userAssignedIdentities' is invalid. Expect fully qualified resource Id that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.",
  },
  DenyAssignmentAuthorizationFailed: {
    status: 403,
    message:
      "The client '{label}' with object id '{objectId}' has permission to perform action '{action}' on scope '{scope}'; however, the access is denied because of the deny assignment with name 'kubernetes.azure.com/{assignment}: node resource group deny assignment created by Azure Kubernetes Services for nrg-lockdown, see: https://aka.ms/aks/nrg_lockdown' and Id '{id}' at scope '{group}'.",
  },
  CreationNotSupported: {
    status: 400,
    code: 'NotSupported',
    message:
      "The virtual machine scale set '{name}' does not exist, and scale sets are not created by themselves here: they come with the agent pools of managed clusters (az aks create, az aks nodepool add).",
  },
  /** After Azure's sentence about machines; that about scale sets is not published. */
  MarkedForDeletion: {
    status: 409,
    code: 'OperationNotAllowed',
    message:
      "Operation 'write' is not allowed on the virtual machine scale set '{name}' since it is marked for deletion. You can only wait for the ongoing deletion to complete.",
  },
  PropertyChangeNotAllowed: {
    status: 400,
    message:
      "Changing property '{property}' is not allowed. Only 'identity' and 'tags' of a scale set can be changed; the rest follows its agent pool.",
  },
  InstanceNotFound: {
    status: 404,
    code: 'NotFound',
    message: "The entity was not found: there is no instance '{instance}' in the virtual machine scale set '{name}'.",
  },
} as const satisfies Readonly<Record<string, ErrorRow>>;

const response = (message: string) => JSON.stringify({ error: { code: 'BadRequest', message } });

/** What the identity service says inside `FailedIdentityOperation`. */
export const identityProblems = {
  /** All missing ids in one pair of quotes. Azure seems to stop at the first; naming all spares clients the retries. */
  notFound: (ids: readonly string[]) => response(`Resource '${ids.join(',')}' was not found.`),
  notExpected: response('The request format was unexpected, a non-UserAssigned identity type should not contain: userAssignedIdentities'),
  expected: response('The request format was unexpected : Request requires identities to be assigned.'),
  /** Our own words: Azure's limit and its text are not published. */
  tooMany: (limit: number) => response(`A resource can have at most ${limit} user-assigned identities.`),
} as const;

export const fail = defineErrors(computeErrors);
