/** Names, paths, limits and defaults of Gatekeeper's surfaces: https://open-policy-agent.github.io/gatekeeper/website/docs/ */

export const names = {
  namespace: 'gatekeeper-system',
  service: 'gatekeeper-webhook-service',
  /** The name in the webhook's certificate. */
  host: 'gatekeeper-webhook-service.gatekeeper-system.svc',
  configuration: 'gatekeeper-validating-webhook-configuration',
  webhook: 'validation.gatekeeper.sh',
  /** Stands for the pod in `status.byPod[].id`: the webhook runs beside the cluster, not in it. */
  pod: 'gatekeeper-controller-manager',
} as const;

export const groups = {
  templates: 'templates.gatekeeper.sh',
  constraints: 'constraints.gatekeeper.sh',
  extensions: 'apiextensions.k8s.io',
} as const;
export const templateVersions = ['v1', 'v1beta1', 'v1alpha1'] as const;
export const constraintVersions = ['v1beta1', 'v1alpha1'] as const;
export const admissionTarget = 'admission.k8s.gatekeeper.sh';
export const celEngine = 'K8sNativeValidation';

export const labels = {
  system: { 'gatekeeper.sh/system': 'yes' },
  /** On the definitions of constraint kinds. */
  constraint: { 'gatekeeper.sh/constraint': 'yes' },
  constraintSelector: 'gatekeeper.sh/constraint=yes',
  /** On what Azure's add-on puts into clusters. */
  policy: { 'managed-by': 'azure-policy-addon' },
} as const;

export const paths = {
  admit: '/v1/admit',
  templates: `/apis/${groups.templates}/v1/constrainttemplates`,
  definitions: `/apis/${groups.extensions}/v1/customresourcedefinitions`,
  configurations: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
  namespaces: '/api/v1/namespaces',
  constraints: (plural: string) => `/apis/${groups.constraints}/v1beta1/${encodeURIComponent(plural)}`,
  item: (collection: string, name: string) => `${collection}/${encodeURIComponent(name)}`,
} as const;

/** Namespaces whose objects never reach the webhook: the platform's own. On AKS the add-on leaves the same ones out. */
export const exemptNamespaces: readonly string[] = ['kube-system', names.namespace];

export const limits = {
  /** A review holds two objects of at most 1.5 MiB each. */
  reviewBytes: 4 * 1024 * 1024,
  templates: 200,
  variables: 200,
  validations: 100,
  conditions: 64,
  /** Characters of one message, and messages of one answer. */
  message: 2_048,
  messages: 50,
  /** Violations that a constraint's status lists, as upstream. */
  statusViolations: 20,
  /** Objects that one audit looks at for one kind. */
  auditObjects: 10_000,
} as const;

export const times = {
  /** Milliseconds. */
  audit: 60_000,
  /** How long a new definition may take to be served, and a policy to be in force. */
  established: 15_000,
  poll: 25,
  retry: 1_000,
  /** How long after a change the audit waits for further ones. */
  auditDelay: 500,
} as const;

/** Seconds that the API server waits for the webhook. */
export const webhookTimeout = 10;
