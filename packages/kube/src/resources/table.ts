import type { ResourceRow, SubresourceRow, Verb } from './types.ts';

/** Every verb of a stored resource, in the order in which Kubernetes lists them. */
const storedVerbs: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
/** Namespaces cannot be deleted as a collection. */
const namespaceVerbs: readonly Verb[] = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

const status = (kind: string): SubresourceRow => ({ name: 'status', kind, verbs: ['get', 'patch', 'update'] });

type Extra = Partial<Pick<ResourceRow, 'shortNames' | 'categories' | 'subresources' | 'verbs' | 'generation'>>;

const row = (
  group: string,
  version: string,
  names: readonly [resource: string, kind: string, namespaced: boolean],
  extra: Extra = {},
): ResourceRow => ({
  group,
  version,
  resource: names[0],
  kind: names[1],
  singular: names[1].toLowerCase(),
  namespaced: names[2],
  shortNames: extra.shortNames ?? [],
  categories: extra.categories ?? [],
  verbs: extra.verbs ?? storedVerbs,
  subresources: extra.subresources ?? [],
  generation: extra.generation ?? false,
  stored: true,
});

const review = (group: string, resource: string, kind: string, namespaced = false): ResourceRow => ({
  ...row(group, 'v1', [resource, kind, namespaced], { verbs: ['create'] }),
  stored: false,
});

const rbac = 'rbac.authorization.k8s.io';
const admission = 'admissionregistration.k8s.io';
const authentication = 'authentication.k8s.io';
const authorization = 'authorization.k8s.io';

const podSubresources: readonly SubresourceRow[] = [
  { name: 'binding', kind: 'Binding', verbs: ['create'] },
  { name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
  { name: 'log', kind: 'Pod', verbs: ['get'] },
  status('Pod'),
];

const scale: SubresourceRow = { name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: ['get', 'patch', 'update'] };
const workload = (kind: string, shortName: string, scaled: boolean): Extra => ({
  shortNames: [shortName],
  categories: ['all'],
  subresources: [...(scaled ? [scale] : []), status(kind)],
  generation: true,
});

/** All resources, in the order of discovery. Source: https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.35/ */
export const resources: readonly ResourceRow[] = [
  row('', 'v1', ['configmaps', 'ConfigMap', true], { shortNames: ['cm'] }),
  row('', 'v1', ['endpoints', 'Endpoints', true], { shortNames: ['ep'] }),
  row('', 'v1', ['events', 'Event', true], { shortNames: ['ev'] }),
  row('', 'v1', ['namespaces', 'Namespace', false], {
    shortNames: ['ns'],
    verbs: namespaceVerbs,
    subresources: [{ name: 'finalize', kind: 'Namespace', verbs: ['update'] }, status('Namespace')],
  }),
  row('', 'v1', ['nodes', 'Node', false], { shortNames: ['no'], subresources: [status('Node')] }),
  row('', 'v1', ['pods', 'Pod', true], { shortNames: ['po'], categories: ['all'], subresources: podSubresources, generation: true }),
  row('', 'v1', ['secrets', 'Secret', true]),
  row('', 'v1', ['serviceaccounts', 'ServiceAccount', true], {
    shortNames: ['sa'],
    subresources: [{ name: 'token', kind: 'TokenRequest', group: authentication, version: 'v1', verbs: ['create'] }],
  }),
  row('', 'v1', ['services', 'Service', true], { shortNames: ['svc'], categories: ['all'], subresources: [status('Service')] }),
  row(admission, 'v1', ['mutatingwebhookconfigurations', 'MutatingWebhookConfiguration', false], {
    categories: ['api-extensions'],
    generation: true,
  }),
  row(admission, 'v1', ['validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', false], {
    categories: ['api-extensions'],
    generation: true,
  }),
  row('apps', 'v1', ['daemonsets', 'DaemonSet', true], workload('DaemonSet', 'ds', false)),
  row('apps', 'v1', ['deployments', 'Deployment', true], workload('Deployment', 'deploy', true)),
  row('apps', 'v1', ['replicasets', 'ReplicaSet', true], workload('ReplicaSet', 'rs', true)),
  row('apiextensions.k8s.io', 'v1', ['customresourcedefinitions', 'CustomResourceDefinition', false], {
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    subresources: [status('CustomResourceDefinition')],
    generation: true,
  }),
  review(authentication, 'selfsubjectreviews', 'SelfSubjectReview'),
  review(authentication, 'tokenreviews', 'TokenReview'),
  review(authorization, 'localsubjectaccessreviews', 'LocalSubjectAccessReview', true),
  review(authorization, 'selfsubjectaccessreviews', 'SelfSubjectAccessReview'),
  review(authorization, 'selfsubjectrulesreviews', 'SelfSubjectRulesReview'),
  review(authorization, 'subjectaccessreviews', 'SubjectAccessReview'),
  row('coordination.k8s.io', 'v1', ['leases', 'Lease', true]),
  row(rbac, 'v1', ['clusterrolebindings', 'ClusterRoleBinding', false]),
  row(rbac, 'v1', ['clusterroles', 'ClusterRole', false]),
  row(rbac, 'v1', ['rolebindings', 'RoleBinding', true]),
  row(rbac, 'v1', ['roles', 'Role', true]),
];
