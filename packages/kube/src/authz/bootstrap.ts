import type { Fields } from '../object/types.ts';
import { groups } from '../wire.ts';

/*
 * The roles and bindings that every cluster starts with, limited to the resources that this API server has.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
 */

const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[]): Fields => ({
  apiGroups: [apiGroup],
  resources,
  verbs,
});
const urls = (paths: readonly string[]): Fields => ({ nonResourceURLs: paths, verbs: ['get'] });

const reads = ['get', 'list', 'watch'];
const writes = ['create', 'delete', 'deletecollection', 'patch', 'update'];
const coordination = 'coordination.k8s.io';
const rbac = 'rbac.authorization.k8s.io';
const authentication = 'authentication.k8s.io';
const authorization = 'authorization.k8s.io';

const viewable = [
  'configmaps',
  'endpoints',
  'pods',
  'serviceaccounts',
  'services',
  'services/status',
  'events',
  'pods/log',
  'pods/status',
  'namespaces',
  'namespaces/status',
];

const workloads = ['daemonsets', 'deployments', 'deployments/scale', 'replicasets', 'replicasets/scale'];
const workloadStatus = ['daemonsets/status', 'deployments/status', 'replicasets/status'];

const view = [rule('', viewable, reads), rule('apps', [...workloads, ...workloadStatus], reads)];
const edit = [
  ...view,
  rule('', ['secrets'], reads),
  rule('', ['serviceaccounts'], ['impersonate']),
  rule('', ['configmaps', 'endpoints', 'events', 'pods', 'secrets', 'serviceaccounts', 'services'], writes),
  rule('', ['pods/eviction', 'serviceaccounts/token'], ['create']),
  rule('apps', workloads, writes),
  rule(coordination, ['leases'], [...reads, ...writes]),
];
const admin = [
  ...edit,
  rule(authorization, ['localsubjectaccessreviews'], ['create']),
  rule(rbac, ['rolebindings', 'roles'], [...reads, ...writes]),
];

const discoveryPaths = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
];
const publicPaths = ['/healthz', '/livez', '/readyz', '/version', '/version/'];

/**
 * What kubelets need. The API server further limits users of `system:nodes` (as the node authorizer and NodeRestriction
 * do): tokens only for pods of their own node, writes only to their own node, lease and pods, secrets and config
 * maps only of such pods.
 */
const node = [
  rule(authentication, ['tokenreviews'], ['create']),
  rule(authorization, ['subjectaccessreviews', 'localsubjectaccessreviews'], ['create']),
  rule('', ['services', 'namespaces'], reads),
  rule('', ['nodes'], ['create', ...reads]),
  rule('', ['nodes', 'nodes/status'], ['patch', 'update']),
  rule('', ['events'], ['create', 'patch', 'update']),
  rule('', ['pods'], [...reads, 'create', 'delete']),
  rule('', ['pods/status'], ['patch', 'update']),
  rule('', ['configmaps', 'secrets', 'serviceaccounts'], ['get']),
  rule('', ['serviceaccounts/token'], ['create']),
  rule(coordination, ['leases'], ['create', 'get', 'patch', 'update']),
];

const eventWrites = ['create', 'patch', 'update'];

/** What the controllers of this server would need as clients; they run inside of it. The names are Kubernetes' own. */
const controllerRoles: Readonly<Record<string, readonly Fields[]>> = {
  'system:controller:daemon-set-controller': [
    rule('apps', ['daemonsets'], reads),
    rule('apps', ['daemonsets/finalizers', 'daemonsets/status'], ['update']),
    rule('', ['nodes'], ['list', 'watch']),
    rule('', ['pods'], ['create', 'delete', 'list', 'patch', 'watch']),
    rule('', ['pods/binding'], ['create']),
    rule('', ['events'], eventWrites),
  ],
  'system:controller:deployment-controller': [
    rule('apps', ['deployments'], [...reads, 'update']),
    rule('apps', ['deployments/finalizers', 'deployments/status'], ['update']),
    rule('apps', ['replicasets'], ['create', 'delete', ...reads, 'patch', 'update']),
    rule('', ['pods'], [...reads, 'update']),
    rule('', ['events'], eventWrites),
  ],
  'system:controller:replicaset-controller': [
    rule('apps', ['replicasets'], [...reads, 'update']),
    rule('apps', ['replicasets/finalizers', 'replicasets/status'], ['update']),
    rule('', ['pods'], ['create', 'delete', 'list', 'patch', 'watch']),
    rule('', ['events'], eventWrites),
  ],
};

/** ClusterRoles by name. */
export const bootstrapClusterRoles: Readonly<Record<string, readonly Fields[]>> = {
  'cluster-admin': [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ],
  admin,
  edit,
  view,
  'system:basic-user': [
    rule(authorization, ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], ['create']),
    rule(authentication, ['selfsubjectreviews'], ['create']),
  ],
  'system:discovery': [urls(discoveryPaths)],
  'system:public-info-viewer': [urls(publicPaths)],
  'system:service-account-issuer-discovery': [
    urls(['/.well-known/openid-configuration', '/.well-known/openid-configuration/', '/openid/v1/jwks', '/openid/v1/jwks/']),
  ],
  'system:auth-delegator': [rule(authentication, ['tokenreviews'], ['create']), rule(authorization, ['subjectaccessreviews'], ['create'])],
  'system:node': node,
  ...controllerRoles,
};

/** ClusterRoleBindings: name, role (the same name unless given) and groups. */
export const bootstrapClusterRoleBindings: readonly {
  readonly name: string;
  readonly role?: string;
  readonly groups: readonly string[];
  /** A service account of `kube-system`. */
  readonly serviceAccount?: string;
}[] = [
  { name: 'cluster-admin', groups: [groups.masters] },
  { name: 'system:basic-user', groups: [groups.authenticated] },
  { name: 'system:discovery', groups: [groups.authenticated] },
  { name: 'system:public-info-viewer', groups: [groups.authenticated, groups.unauthenticated] },
  { name: 'system:service-account-issuer-discovery', groups: [groups.serviceAccounts] },
  { name: 'system:nodes', role: 'system:node', groups: [groups.nodes] },
  ...Object.keys(controllerRoles).map((name) => ({ name, groups: [], serviceAccount: name.slice('system:controller:'.length) })),
];
