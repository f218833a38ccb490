/**
 * Names, paths, defaults and limits of the workload identity webhook.
 * Source: the upstream project's release v1.6.0 (June 2026) and its documentation; the older layout is that of v1.5.1.
 */
const prefix = 'azure.workload.identity/';

/** On pods: only pods with the value `true` reach the webhook. The API server selects, the webhook does not ask again. */
export const useLabel = `${prefix}use`;
export const clientIdAnnotation = `${prefix}client-id`;
export const tenantIdAnnotation = `${prefix}tenant-id`;
export const expirationAnnotation = `${prefix}service-account-token-expiration`;
export const skipContainersAnnotation = `${prefix}skip-containers`;
export const injectProxyAnnotation = `${prefix}inject-proxy-sidecar`;
export const proxyPortAnnotation = `${prefix}proxy-sidecar-port`;

/** Seconds. */
export const defaultExpiration = 3600;
export const minExpiration = 3600;
export const maxExpiration = 86_400;

export const defaultAudience = 'api://AzureADTokenExchange';
export const defaultServiceAccount = 'default';

/** Where the token lies in the container; differs between releases. */
export interface Layout {
  readonly mountPath: string;
  /** Path inside the volume. */
  readonly tokenPath: string;
  /** Fixed name, or undefined when it is derived from the pod's name. */
  readonly volumeName: string | undefined;
}

export const layouts = {
  'v1.6': { mountPath: '/var/run/secrets/azure/wi', tokenPath: 'token/azure-identity-token', volumeName: undefined },
  'v1.5': { mountPath: '/var/run/secrets/azure/tokens', tokenPath: 'azure-identity-token', volumeName: 'azure-identity-token' },
} as const satisfies Readonly<Record<string, Layout>>;

export const volumeNamePrefix = 'azure-workload-identity-reserved-';
/** Hexadecimal digits of the pod name's SHA-256 in the volume's name: 63 characters in all. */
export const volumeHashLength = 30;

/** Azure environments and the authority that they stand for. Names are compared without case. */
export const authorityHosts: ReadonlyMap<string, string> = new Map([
  ['azurepubliccloud', 'https://login.microsoftonline.com/'],
  ['azurecloud', 'https://login.microsoftonline.com/'],
  ['azureusgovernmentcloud', 'https://login.microsoftonline.us/'],
  ['azureusgovernment', 'https://login.microsoftonline.us/'],
  ['azurechinacloud', 'https://login.chinacloudapi.cn/'],
  ['azuregermancloud', 'https://login.microsoftonline.de/'],
]);
export const defaultEnvironment = 'AzurePublicCloud';

export const mutatePath = '/mutate-v1-pod';
export const healthPath = '/healthz';
export const readyPath = '/readyz';
export const reviewVersions: readonly string[] = ['admission.k8s.io/v1', 'admission.k8s.io/v1beta1'];
/** The API server's own limit for objects is 1.5 MiB; a review holds up to two of them. */
export const maxReviewBytes = 3 * 1024 * 1024;

/** Names of the upstream manifests. */
export const names = {
  namespace: 'azure-workload-identity-system',
  configuration: 'azure-wi-webhook-mutating-webhook-configuration',
  webhook: 'mutation.azure-workload-identity.io',
  service: 'azure-wi-webhook-webhook-service',
  serviceAccount: 'azure-wi-webhook-admin',
  clusterRole: 'azure-wi-webhook-manager-role',
  clusterRoleBinding: 'azure-wi-webhook-manager-rolebinding',
} as const;
export const systemLabel = 'azure-workload-identity.io/system';
