import type { JsonObject } from '@podpass/kernel';

/** A CEL source that asks every container to drop what the parameters name. */
export const dropSource: JsonObject = {
  variables: [
    { name: 'required', expression: 'has(variables.params.requiredDropCapabilities) ? variables.params.requiredDropCapabilities : []' },
    {
      name: 'all',
      expression:
        'variables.anyObject.spec.containers + variables.anyObject.spec.?initContainers.orValue([]) + variables.anyObject.spec.?ephemeralContainers.orValue([])',
    },
    {
      name: 'bad',
      expression:
        'variables.all.filter(c, cel.bind(d, c.?securityContext.?capabilities.?drop.orValue([]), !d.exists(x, x.lowerAscii() == "all") && variables.required.exists(r, !(r in d))))',
    },
  ],
  validations: [{ expression: 'variables.bad.size() == 0', messageExpression: '"must drop: " + variables.bad.map(c, c.name).join(", ")' }],
};

export const code = (source: unknown): JsonObject => ({ code: [{ engine: 'K8sNativeValidation', source: source as JsonObject }] });

/** The article's template, with a source of ours; `target` replaces what is evaluated. */
export const template = (target: JsonObject = code(dropSource), change: JsonObject = {}): JsonObject => ({
  apiVersion: 'templates.gatekeeper.sh/v1',
  kind: 'ConstraintTemplate',
  metadata: { name: 'k8spspcapabilities' },
  spec: {
    crd: {
      spec: {
        names: { kind: 'K8sPSPCapabilities' },
        validation: {
          openAPIV3Schema: { type: 'object', properties: { requiredDropCapabilities: { type: 'array', items: { type: 'string' } } } },
        },
      },
    },
    targets: [{ target: 'admission.k8s.gatekeeper.sh', ...target }],
  },
  ...change,
});

/** The article's constraint. */
export const constraint = (spec: JsonObject = {}, name = 'prevent-net-raw'): JsonObject => ({
  apiVersion: 'constraints.gatekeeper.sh/v1beta1',
  kind: 'K8sPSPCapabilities',
  metadata: { name },
  spec: {
    match: { kinds: [{ apiGroups: [''], kinds: ['Pod'] }], excludedNamespaces: ['kube-system'] },
    parameters: { requiredDropCapabilities: ['NET_RAW'] },
    ...spec,
  },
});

export const container = (name: string, drop?: readonly string[], add?: readonly string[]): JsonObject => ({
  name,
  image: 'busybox',
  ...(drop === undefined && add === undefined ? {} : { securityContext: { capabilities: { ...(drop && { drop }), ...(add && { add }) } } }),
});

export const pod = (spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', ...metadata },
  spec,
});

/** The body of an AdmissionReview. */
export const review = (object: JsonObject | null, request: JsonObject = {}): JsonObject => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: 'uid-1',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    namespace: 'ns',
    name: 'web',
    operation: 'CREATE',
    userInfo: { username: 'u', groups: [] },
    object,
    oldObject: null,
    ...request,
  },
});
