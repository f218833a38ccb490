/*
 * Every path, header, label, default and limit of the Kubernetes API surface. Unless said otherwise the source is
 * https://kubernetes.io/docs/reference/using-api/ and the API conventions of the Kubernetes project.
 */

/** Largest request body in bytes: what kube-apiserver accepts (`MaxRequestBodyBytes`). */
export const bodyLimit = 3 * 1024 * 1024;

export const mediaTypes = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
  text: 'text/plain',
  jwks: 'application/jwk-set+json',
  jsonPatch: 'application/json-patch+json',
  mergePatch: 'application/merge-patch+json',
  strategicPatch: 'application/strategic-merge-patch+json',
  applyPatch: 'application/apply-patch+yaml',
  /** The answer must carry exactly this type, or clients do not recognise aggregated discovery. */
  discovery: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  /** Swagger 2.0 as protobuf: what is answered, and what clients ask for. */
  swaggerProtobuf: 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
  swaggerProtobufAsked: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
} as const;

export const requestMediaTypes: readonly string[] = [mediaTypes.json, mediaTypes.yaml, mediaTypes.protobuf];
export const patchMediaTypes: readonly string[] = [mediaTypes.jsonPatch, mediaTypes.mergePatch, mediaTypes.strategicPatch];

export const users = {
  anonymous: 'system:anonymous',
  apiServer: 'kube-apiserver',
  serviceAccountPrefix: 'system:serviceaccount:',
  nodePrefix: 'system:node:',
} as const;

export const groups = {
  masters: 'system:masters',
  authenticated: 'system:authenticated',
  unauthenticated: 'system:unauthenticated',
  serviceAccounts: 'system:serviceaccounts',
  nodes: 'system:nodes',
} as const;

export const names = {
  defaultServiceAccount: 'default',
  rootCaConfigMap: 'kube-root-ca.crt',
  namespaceLabel: 'kubernetes.io/metadata.name',
  hostnameLabel: 'kubernetes.io/hostname',
  initialEventsEnd: 'k8s.io/initial-events-end',
  tokenMountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
  scheduler: 'default-scheduler',
  nodeLeaseNamespace: 'kube-node-lease',
  foregroundFinalizer: 'foregroundDeletion',
  orphanFinalizer: 'orphan',
  definitionFinalizer: 'customresourcecleanup.apiextensions.k8s.io',
  approvalAnnotation: 'api-approved.kubernetes.io',
  notReadyTaint: 'node.kubernetes.io/not-ready',
  unreachableTaint: 'node.kubernetes.io/unreachable',
  unschedulableTaint: 'node.kubernetes.io/unschedulable',
} as const;

/** Namespaces that exist from the start. */
export const systemNamespaces: readonly string[] = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
/** Namespaces that may not be deleted (NamespaceLifecycle admission). */
export const immortalNamespaces: readonly string[] = ['default', 'kube-public', 'kube-system'];

export const tokens = {
  /** Seconds; TokenRequest's default. */
  defaultExpiration: 3600,
  /** Seconds; shorter requests are refused. */
  minExpiration: 600,
  /** Seconds; longer requests are refused. */
  maxExpiration: 2 ** 32,
  /** The lifetime that kubelets ask for on behalf of `kube-api-access` volumes. */
  apiAccessExpiration: 3607,
  /** Seconds that such a token really lives, so that clients that never re-read it keep working. */
  extendedExpiration: 31_536_000,
  /** Seconds of tolerated clock difference. */
  leeway: 10,
  /** Milliseconds for which a bound pod may have been deleted. */
  deletedGrace: 60_000,
} as const;

export const limits = {
  /** Items of a list page when the client asked for more or for none with a selector scan. */
  scanPage: 500,
  /** Open watches per cluster. */
  watches: 2_000,
  /** Events that a slow watcher may be behind before its watch is ended. */
  watchBacklog: 10_000,
  /** Milliseconds between bookmarks. */
  bookmarkPeriod: 60_000,
  /** Milliseconds before a watch's deadline at which the last bookmark goes out. */
  lastBookmark: 2_000,
  /** Seconds; the shortest lifetime of a watch without `timeoutSeconds` (kube-apiserver: 1800, up to twice that). */
  watchMinimum: 1_800,
  /** Attempts of a patch whose object keeps changing underneath. */
  patchAttempts: 5,
  /** Operations of one JSON patch. */
  patchOperations: 10_000,
  /** Objects deleted by one transaction. */
  deleteBatch: 200,
  /** Verified bearer tokens that are remembered. */
  tokenCache: 4_096,
  /** Verified client certificates that are remembered. */
  certificateCache: 1_024,
  /** Bytes of a webhook's answer. */
  webhookAnswer: 3 * 1024 * 1024,
  /** Bytes of a log without `follow`. */
  logBytes: 64 * 1024 * 1024,
} as const;

/** Milliseconds that events are kept. */
export const eventTimeToLive = 3_600_000;

/** Default `terminationGracePeriodSeconds`. */
export const defaultGraceSeconds = 30;

/** The range from which services get their cluster IPs (the AKS default `10.0.0.0/16`). */
export const serviceRange = { prefix: '10.0', kubernetes: '10.0.0.1' } as const;

/** The port at which the API is reached by name. */
export const apiPort = 443;

/** `Cache-Control: max-age` of the published issuer documents, in seconds: short, so that a rotation is seen promptly. */
export const issuerMaxAge = { discovery: 10, jwks: 2 } as const;
