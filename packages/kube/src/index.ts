/**
 * `kube` owns the embedded Kubernetes API server: storage layout, wire formats, authentication, role-based access,
 * admission, service account tokens and the built-in controllers. It knows nothing of Azure: the issuer and the
 * webhook are configuration to it, as they are to any cluster.
 */
export * from './types.ts';
export { resources } from './resources/table.ts';
export { createClusters, type ClustersOptions } from './clusters.ts';
