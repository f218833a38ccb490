import type { JsonObject } from '@podpass/kernel';
import { mutatePath, names, systemLabel, useLabel } from './wire.ts';

export interface ManifestOptions {
  /** Namespace of the webhook's own objects; upstream's when absent. */
  readonly namespace?: string;
  /** PEM of the CA that signed the webhook's certificate. */
  readonly caBundle: string;
  /** Name of the service; upstream's when absent. */
  readonly serviceName?: string;
  /** Port on which the webhook listens behind the service. */
  readonly port: number;
  /** Addresses behind the service, for a webhook that runs outside the cluster. Without any, no Endpoints are made. */
  readonly addresses?: readonly string[];
  /** Reach the webhook by this https URL instead of by the service (then neither Service nor Endpoints are made). */
  readonly url?: string;
  /** A `namespaceSelector`, as the chart's value of that name. */
  readonly namespaceSelector?: JsonObject;
}

/** A Kubernetes object as plain JSON. */
export interface Manifest extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject & { readonly name: string; readonly namespace?: string };
}

const labels = { [systemLabel]: 'true' };
const servicePort = 443;
const portName = 'webhook-server';
const builtInNamespaces: ReadonlySet<string> = new Set(['default', 'kube-system']);

const namespaceObject = (name: string): Manifest => {
  const security = ['enforce', 'audit', 'warn'].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, 'restricted'],
    [`pod-security.kubernetes.io/${mode}-version`, 'latest'],
  ]);
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { ...labels, ...Object.fromEntries(security) } } };
};

const roleObjects = (namespace: string): Manifest[] => [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: names.serviceAccount, namespace, labels } },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: names.clusterRole, labels },
    rules: [
      { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['get', 'list', 'watch'] },
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['mutatingwebhookconfigurations'],
        verbs: ['get', 'list', 'update', 'watch'],
      },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: names.clusterRoleBinding, labels },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: names.clusterRole },
    subjects: [{ kind: 'ServiceAccount', name: names.serviceAccount, namespace }],
  },
];

const serviceObjects = (namespace: string, name: string, options: ManifestOptions): Manifest[] => {
  const { addresses = [], port } = options;
  const service: Manifest = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels },
    spec: { ports: [{ port: servicePort, targetPort: port, protocol: 'TCP' }] },
  };
  if (addresses.length === 0)
    return [{ ...service, spec: { ports: [{ port: servicePort, targetPort: port, protocol: 'TCP' }], selector: labels } }];
  const subsets = [{ addresses: addresses.map((ip) => ({ ip })), ports: [{ name: portName, port, protocol: 'TCP' }] }];
  const named = { ...service, spec: { ports: [{ name: portName, port: servicePort, targetPort: port, protocol: 'TCP' }] } };
  return [named, { apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace, labels }, subsets }];
};

/**
 * The objects that put the webhook into a cluster, in the order of creation. The configuration comes last: from then on
 * the API server refuses labelled pods while the webhook does not answer.
 */
export const webhookManifests = (options: ManifestOptions): Manifest[] => {
  const { namespace = names.namespace, serviceName = names.service, url, namespaceSelector } = options;
  const target = url === undefined ? { service: { name: serviceName, namespace, path: mutatePath, port: servicePort } } : { url };
  const configuration: Manifest = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: names.configuration, labels },
    webhooks: [
      {
        name: names.webhook,
        admissionReviewVersions: ['v1', 'v1beta1'],
        clientConfig: { ...target, caBundle: Buffer.from(options.caBundle).toString('base64') },
        failurePolicy: 'Fail',
        matchPolicy: 'Equivalent',
        ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
        objectSelector: { matchLabels: { [useLabel]: 'true' } },
        reinvocationPolicy: 'IfNeeded',
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        sideEffects: 'None',
      },
    ],
  };
  return [
    ...(builtInNamespaces.has(namespace) ? [] : [namespaceObject(namespace)]),
    ...roleObjects(namespace),
    ...(url === undefined ? serviceObjects(namespace, serviceName, options) : []),
    configuration,
  ];
};
