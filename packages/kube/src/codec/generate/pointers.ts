/**
 * Go writes a field that is no pointer even when it is zero, and its JSON omits that zero. The descriptors do not tell
 * pointers from values, so the value fields are named here, from the published Go types (k8s.io/api). Fields that the
 * OpenAPI models require are kept whatever they hold.
 */

/** Numbers and booleans held by value: `Message.field`, or `*.field` for all messages. */
const valueScalars = new Set(
  `*.generation *.observedGeneration *.minReadySeconds *.readOnly *.remainingItems
  Container.stdin Container.stdinOnce Container.tty EphemeralContainerCommon.stdin EphemeralContainerCommon.stdinOnce EphemeralContainerCommon.tty
  ContainerPort.hostPort ContainerStateTerminated.signal
  PodSpec.hostNetwork PodSpec.hostPID PodSpec.hostIPC
  Probe.initialDelaySeconds Probe.timeoutSeconds Probe.periodSeconds Probe.successThreshold Probe.failureThreshold
  GCEPersistentDiskVolumeSource.partition AWSElasticBlockStoreVolumeSource.partition
  ISCSIVolumeSource.chapAuthDiscovery ISCSIVolumeSource.chapAuthSession ISCSIPersistentVolumeSource.chapAuthDiscovery
  ISCSIPersistentVolumeSource.chapAuthSession ScaleIOVolumeSource.sslEnabled ScaleIOPersistentVolumeSource.sslEnabled
  ServiceSpec.publishNotReadyAddresses ServiceSpec.healthCheckNodePort ServicePort.nodePort
  NodeSpec.unschedulable ContainerImage.sizeBytes
  DeploymentSpec.paused
  DeploymentStatus.replicas DeploymentStatus.updatedReplicas DeploymentStatus.readyReplicas DeploymentStatus.availableReplicas
  DeploymentStatus.unavailableReplicas
  ReplicaSetStatus.fullyLabeledReplicas ReplicaSetStatus.readyReplicas ReplicaSetStatus.availableReplicas
  ReplicationControllerStatus.fullyLabeledReplicas ReplicationControllerStatus.readyReplicas ReplicationControllerStatus.availableReplicas
  DaemonSetStatus.updatedNumberScheduled DaemonSetStatus.numberAvailable DaemonSetStatus.numberUnavailable
  StatefulSetStatus.readyReplicas StatefulSetStatus.currentReplicas StatefulSetStatus.updatedReplicas StatefulSetStatus.availableReplicas
  StatefulSetOrdinals.start
  JobStatus.active JobStatus.succeeded JobStatus.failed
  HorizontalPodAutoscalerStatus.currentReplicas
  ScaleSpec.replicas ServiceBackendPort.number PriorityClass.globalDefault
  Event.count EventSeries.count Event.deprecatedCount Status.code StatusDetails.retryAfterSeconds
  TokenReviewStatus.authenticated SubjectAccessReviewStatus.denied`.split(/\s+/u),
);

/** Messages held by value that Go writes even when empty. Kept as `{}` where the models require them. */
const valueMessages = new Set(
  `*.metadata *.spec *.status *.template Container.resources EphemeralContainerCommon.resources *.strategy *.updateStrategy
  *.state *.lastState *.source *.loadBalancer *.nodeInfo *.daemonEndpoints *.kubeletEndpoint *.user *.userInfo
  PersistentVolumeClaimSpec.resources *.regarding *.related`.split(/\s+/u),
);

/** Texts held by pointer: empty ones mean something. */
const pointerTexts = new Set(['storageClassName', 'volumeAttributesClassName'].map((name) => `*.${name}`));

const named = (set: ReadonlySet<string>, message: string, field: string) => set.has(`${message}.${field}`) || set.has(`*.${field}`);

/** Whether a zero value of this field is dropped, as Go's JSON drops it. */
export const dropsZero = (field: { message: string; name: string; type: string; required: boolean }): boolean => {
  if (field.type === 's' || field.type === 'y') return !named(pointerTexts, field.message, field.name);
  if (field.required) return false;
  return 'bild'.includes(field.type) ? named(valueScalars, field.message, field.name) : named(valueMessages, field.message, field.name);
};
