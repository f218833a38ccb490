/** What MIC shows to the outside: flags and variables are in `flags/`, objects in `crds/`. */

/** `source.component` of its events. */
export const eventSource = 'aadpodidentity.k8s.io';
export const micVersion = 'v1.8.17';
export const userAgent = `aad-pod-identity/MIC/${micVersion}`;

/** Where assigned identities of identities that are not namespaced live. */
export const sharedNamespace = 'default';

export const limits = {
  /** Milliseconds before what failed is tried again: doubling from the first to the last. */
  firstRetry: 1_000,
  longestRetry: 60_000,
  /** Rounds of work on one scale set that follow each other at once; further ones are this many milliseconds apart. */
  burst: 4,
  pace: 200,
  /** Milliseconds without work after which a new burst may begin. */
  calm: 1_000,
} as const;

/** Reasons of events. */
export const reasons = {
  applied: 'binding applied',
  removed: 'binding removed',
  applyError: 'binding apply error',
  removeError: 'binding remove error',
  statusError: 'status update error',
} as const;

/** Values of the metrics' label operation_type. */
export const operations = {
  addition: 'assigned_identity_addition',
  deletion: 'assigned_identity_deletion',
  update: 'assigned_identity_update',
  status: 'update_azure_assigned_identity_status',
  get: 'vmss_get',
  change: 'vmss_update',
} as const;

/** ARM: https://learn.microsoft.com/rest/api/compute/virtual-machine-scale-sets/update */
export const arm = {
  apiVersion: '2019-12-01',
  /** Identities in one PATCH. */
  chunk: 150,
  timeout: 30_000,
  /** Milliseconds between looks at a running operation when the server names none: doubling from the first to the last. */
  firstPoll: 100,
  longestPoll: 5_000,
  /** Milliseconds for a whole operation. */
  longestOperation: 600_000,
  /** Milliseconds of pause after a 429 that names none. */
  defaultRetry: 10_000,
  longestMessage: 1_000,
} as const;
