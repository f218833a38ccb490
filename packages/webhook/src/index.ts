/**
 * `webhook` owns the workload identity mutating admission webhook: the pure mutation of a pod, the HTTPS server that
 * speaks AdmissionReview, its reader of service accounts and its manifests. It knows a cluster only through the
 * Kubernetes API, so that the same code serves the embedded cluster and any other one.
 */
export * from './config.ts';
export * from './mutate-pod.ts';
export * from './webhook-server.ts';
export * from './service-account-reader.ts';
export * from './manifests.ts';
export * from './install.ts';
