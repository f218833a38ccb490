import type { JsonObject } from '@podpass/kernel';
import { canonicalise } from '../canonical.ts';
import type { GroupVersionKind } from '../types.ts';
import { defaultBinding, defaultEvent, defaultNamespace, defaultRole, defaultSecret, defaultTokenRequest } from './access.ts';
import { defaultMutatingWebhooks, defaultValidatingWebhooks } from './admission.ts';
import { defaultDefinition } from './definitions.ts';
import { type Draft } from './fill.ts';
import { defaultEndpoints, defaultEndpointSlice, defaultIngress, defaultNetworkPolicy, defaultService } from './network.ts';
import { defaultPod } from './pod.ts';
import {
  defaultAutoscaler,
  defaultCronJob,
  defaultDaemonSet,
  defaultDeployment,
  defaultJob,
  defaultReplicaSet,
  defaultStatefulSet,
} from './workloads.ts';

const rbac = 'rbac.authorization.k8s.io/v1';
const admission = 'admissionregistration.k8s.io/v1';

/** By `group/version/Kind`; every function is idempotent and works on a private copy. */
const table: Readonly<Record<string, (draft: Draft) => void>> = {
  '/v1/Endpoints': defaultEndpoints,
  '/v1/Event': defaultEvent,
  '/v1/Namespace': defaultNamespace,
  '/v1/Pod': defaultPod,
  '/v1/ReplicationController': defaultReplicaSet,
  '/v1/Secret': defaultSecret,
  '/v1/Service': defaultService,
  [`${admission}/MutatingWebhookConfiguration`]: defaultMutatingWebhooks,
  [`${admission}/ValidatingWebhookConfiguration`]: defaultValidatingWebhooks,
  'apiextensions.k8s.io/v1/CustomResourceDefinition': defaultDefinition,
  'apps/v1/DaemonSet': defaultDaemonSet,
  'apps/v1/Deployment': defaultDeployment,
  'apps/v1/ReplicaSet': defaultReplicaSet,
  'apps/v1/StatefulSet': defaultStatefulSet,
  'authentication.k8s.io/v1/TokenRequest': defaultTokenRequest,
  'autoscaling/v1/HorizontalPodAutoscaler': defaultAutoscaler,
  'autoscaling/v2/HorizontalPodAutoscaler': defaultAutoscaler,
  'batch/v1/CronJob': defaultCronJob,
  'batch/v1/Job': defaultJob,
  'discovery.k8s.io/v1/EndpointSlice': defaultEndpointSlice,
  'networking.k8s.io/v1/Ingress': defaultIngress,
  'networking.k8s.io/v1/NetworkPolicy': defaultNetworkPolicy,
  [`${rbac}/ClusterRole`]: defaultRole,
  [`${rbac}/ClusterRoleBinding`]: defaultBinding,
  [`${rbac}/Role`]: defaultRole,
  [`${rbac}/RoleBinding`]: defaultBinding,
};

/**
 * Brings an object into the stored form: drops null members, unknown fields and what Go's JSON omits, then fills in
 * what the API server fills in. Objects that came as JSON and as protobuf end up alike. Returns a new object and is
 * idempotent; kinds that are not built in come back unchanged. Check types and unknown fields before. Admission's additions (tolerations, service
 * account volumes) and allocated values (clusterIP) are not defaults and not made here.
 * Source: pkg/apis/…/defaults.go of Kubernetes.
 */
export const applyDefaults = (gvk: GroupVersionKind, object: JsonObject): JsonObject => {
  const key = `${gvk.group}/${gvk.version}/${gvk.kind}`;
  const defaulter = Object.hasOwn(table, key) ? table[key] : undefined;
  const canonical = canonicalise(gvk, object);
  if (defaulter === undefined) return canonical;
  const draft: Draft = structuredClone(canonical) as Draft;
  defaulter(draft);
  return draft as JsonObject;
};
