/** API groups whose kinds the table holds: [API group, version, proto package, prefix that client-node gives colliding model names]. */
export const scope = [
  ['', 'v1', 'k8s.io.api.core.v1', 'Core'],
  ['apps', 'v1', 'k8s.io.api.apps.v1', 'Apps'],
  ['batch', 'v1', 'k8s.io.api.batch.v1', 'Batch'],
  ['rbac.authorization.k8s.io', 'v1', 'k8s.io.api.rbac.v1', 'Rbac'],
  ['authentication.k8s.io', 'v1', 'k8s.io.api.authentication.v1', 'Authentication'],
  ['authorization.k8s.io', 'v1', 'k8s.io.api.authorization.v1', 'Authorization'],
  ['admissionregistration.k8s.io', 'v1', 'k8s.io.api.admissionregistration.v1', 'Admissionregistration'],
  ['coordination.k8s.io', 'v1', 'k8s.io.api.coordination.v1', 'Coordination'],
  ['policy', 'v1', 'k8s.io.api.policy.v1', 'Policy'],
  ['autoscaling', 'v1', 'k8s.io.api.autoscaling.v1', 'Autoscaling'],
  ['autoscaling', 'v2', 'k8s.io.api.autoscaling.v2', 'Autoscaling'],
  ['networking.k8s.io', 'v1', 'k8s.io.api.networking.v1', 'Networking'],
  ['storage.k8s.io', 'v1', 'k8s.io.api.storage.v1', 'Storage'],
  ['events.k8s.io', 'v1', 'k8s.io.api.events.v1', 'Events'],
  ['scheduling.k8s.io', 'v1', 'k8s.io.api.scheduling.v1', 'Scheduling'],
  ['discovery.k8s.io', 'v1', 'k8s.io.api.discovery.v1', 'Discovery'],
  ['node.k8s.io', 'v1', 'k8s.io.api.node.v1', 'Node'],
  ['certificates.k8s.io', 'v1', 'k8s.io.api.certificates.v1', 'Certificates'],
] as const;

/** Kinds of apimachinery that travel in bodies under any group. */
export const metaKinds = ['DeleteOptions', 'Status'] as const;

/** Kinds known from the models alone: no client sends them as protobuf. [API group, version, kind, model]. */
export const modelOnlyKinds = [['apiextensions.k8s.io', 'v1', 'CustomResourceDefinition', 'V1CustomResourceDefinition']] as const;

/** Messages that stand for a JSON value of their own; the letters are those of `schema.ts`. */
export const scalarMessages: Readonly<Record<string, string>> = {
  '.k8s.io.apimachinery.pkg.apis.meta.v1.Time': 'T',
  '.k8s.io.apimachinery.pkg.apis.meta.v1.MicroTime': 'M',
  '.k8s.io.apimachinery.pkg.apis.meta.v1.Duration': 'D',
  '.k8s.io.apimachinery.pkg.apis.meta.v1.FieldsV1': 'R',
  '.k8s.io.apimachinery.pkg.api.resource.Quantity': 'Q',
  '.k8s.io.apimachinery.pkg.util.intstr.IntOrString': 'I',
  '.k8s.io.apimachinery.pkg.runtime.RawExtension': 'R',
  '.k8s.io.api.authentication.v1.ExtraValue': 'V',
  '.k8s.io.api.authorization.v1.ExtraValue': 'V',
  '.k8s.io.api.certificates.v1.ExtraValue': 'V',
  '.k8s.io.apimachinery.pkg.apis.meta.v1.Verbs': 'V',
};

export const scalarTypes: Readonly<Record<string, string>> = {
  TYPE_STRING: 's',
  TYPE_BOOL: 'b',
  TYPE_INT32: 'i',
  TYPE_INT64: 'l',
  TYPE_DOUBLE: 'd',
  TYPE_BYTES: 'y',
};

/** Fields whose message's members stand in the parent's JSON (`json:",inline"` in the Go types). */
export const inlineFields = new Set([
  'handler',
  'volumeSource',
  'persistentVolumeSource',
  'localObjectReference',
  'ingressRuleValue',
  'rule',
  'ruleWithOperations',
  'deviceConfiguration',
  'typeMeta',
  'ephemeralContainerCommon',
]);
