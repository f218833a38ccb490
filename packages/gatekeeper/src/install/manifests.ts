import { exemptNamespaces, groups, labels, names, paths, templateVersions, webhookTimeout } from '../wire.ts';
import type { Manifest } from './apply.ts';
import { templateSchema } from './template-schema.ts';

const servicePort = 443;
const portName = 'https-webhook-server';

/** What makes the webhook reachable: a service with an address outside the cluster behind it. */
export const reachManifests = (address: string, port: number): readonly Manifest[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: names.namespace, labels: { ...labels.system } } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: names.service, namespace: names.namespace, labels: { ...labels.system } },
    spec: { ports: [{ name: portName, port: servicePort, targetPort: port, protocol: 'TCP' }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: names.service, namespace: names.namespace, labels: { ...labels.system } },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: portName, port, protocol: 'TCP' }] }],
  },
];

/** The definition of constraint templates. */
export const templateDefinition: Manifest = {
  apiVersion: `${groups.extensions}/v1`,
  kind: 'CustomResourceDefinition',
  metadata: { name: `constrainttemplates.${groups.templates}`, labels: { ...labels.system } },
  spec: {
    group: groups.templates,
    scope: 'Cluster',
    names: {
      kind: 'ConstraintTemplate',
      listKind: 'ConstraintTemplateList',
      plural: 'constrainttemplates',
      singular: 'constrainttemplate',
    },
    versions: templateVersions.map((name) => ({
      name,
      served: true,
      storage: name === 'v1',
      schema: { openAPIV3Schema: templateSchema(name !== 'v1') },
      subresources: { status: {} },
    })),
  },
};

/** Subresources that carry objects of their own; `*` alone stands for the resources themselves. */
const subresources = [
  'pods/ephemeralcontainers',
  'pods/exec',
  'pods/attach',
  'pods/portforward',
  'pods/proxy',
  'pods/binding',
  'pods/eviction',
  'services/proxy',
];

/**
 * The registration. Unlike upstream's it fails closed: a policy that is in force only while its webhook answers would
 * not hold against anyone who can make it late. The namespaces left out go by a label that the API server itself sets.
 */
export const webhookConfiguration = (caBundle: string): Manifest => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: names.configuration, labels: { ...labels.system } },
  webhooks: [
    {
      name: names.webhook,
      admissionReviewVersions: ['v1'],
      clientConfig: {
        service: { name: names.service, namespace: names.namespace, path: paths.admit, port: servicePort },
        caBundle: Buffer.from(caBundle).toString('base64'),
      },
      failurePolicy: 'Fail',
      matchPolicy: 'Exact',
      namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [...exemptNamespaces] }] },
      rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: ['*', ...subresources] }],
      sideEffects: 'None',
      timeoutSeconds: webhookTimeout,
    },
  ],
});
