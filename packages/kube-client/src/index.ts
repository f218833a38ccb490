/**
 * `kube-client` owns how the platform's own parts speak to an API server: requests with a certificate or a rotating
 * token, caches kept by list and watch, leader election, events. It knows paths and objects, not kinds, so that
 * controllers stay free of transport and the transport stays free of controllers.
 */
export * from './types.ts';
export { createKubeClient } from './client.ts';
export { isKubeStatus, kubeErrorOf, KubeError } from './error.ts';
export { createInformer } from './informer.ts';
export { inClusterClient, type ClusterLaunch, type InClusterOptions } from './in-cluster.ts';
export { runWithLease, type LeaseOptions, type LeaseOutcome } from './lease/run.ts';
export { createEventRecorder, type EventRecorder, type EventRecorderOptions, type RecordedEvent } from './events.ts';
export { keyOf, readKubeObject } from './object.ts';
export { microTimestamp, pause, timestamp } from './time.ts';
