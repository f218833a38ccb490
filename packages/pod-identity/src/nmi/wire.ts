import { crdPath } from '../crds/index.ts';

/**
 * Names, defaults and limits of NMI. Source: aad-pod-identity v1.8.17 (its documentation, manifests and help text) as
 * collected in October 2023.
 */
export const productVersion = 'v1.8.17';
export const userAgent = (commit: string): string => `aad-pod-identity/NMI/${productVersion}/${commit}`;

/** Where MIC keeps the assigned identities of identities that serve all namespaces. */
export const sharedNamespace = 'default';
/** Besides MIC's namespace, where pods may be trusted as parts of their node. */
export const systemNamespace = 'kube-system';

export const status = { created: 'Created', assigned: 'Assigned', legacy: '' } as const;

export const paths = {
  pods: '/api/v1/pods',
  identities: crdPath('identity'),
  bindings: crdPath('binding'),
  assigned: crdPath('assigned'),
  exceptions: crdPath('exception'),
  secret: (namespace: string, name: string): string => `/api/v1/namespaces/${namespace}/secrets/${name}`,
} as const;

/** Routes as they are told to metrics and logs; what a client wrote never is. */
export const routeNames = {
  token: '/metadata/identity/oauth2/token',
  host: '/host/token',
  blocked: 'blocked',
  instance: '/metadata/instance',
  other: 'default',
} as const;

/** Headers of /host/token. */
export const hostHeaders = { namespace: 'podns', name: 'podname' } as const;

/** How long a pod that the network knows may be unknown to the API server's cache, in milliseconds: four rounds of 300. */
export const podWait = 1_200;
/** Seconds that `--set-retry-after-header` tells. */
export const retryAfter = '20';

export const kubeletConfig = { path: '/etc/default/kubelet', kubenet: '--network-plugin=kubenet' } as const;

/** Token service of an identity without `adEndpoint`. */
export const defaultAuthority = 'https://login.microsoftonline.com';
/** Where a secret of an identity may be sent; anybody may write `adEndpoint` who may write an AzureIdentity. */
export const defaultAuthorityHosts: readonly string[] = ['login.microsoftonline.com'];
/** The machine's api-version that NMI asks with. */
export const machineApiVersion = '2018-02-01';
/** Most auxiliary tenants of one identity. Entra allows three. */
export const auxiliaryTenantLimit = 3;

/** Longest text of a client in a log or audit line. */
export const auditText = 256;
