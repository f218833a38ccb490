import { alertRules, deployments, readAuthorization, readGroups, role, under } from './common.ts';

const clusters = 'Microsoft.ContainerService/managedClusters';
const minimum = [
  readAuthorization,
  'Microsoft.Resources/subscriptions/operationresults/read',
  'Microsoft.Resources/subscriptions/read',
  readGroups,
];
const listUser = `${clusters}/listClusterUserCredential/action`;

const readOnly = [
  'apps/controllerrevisions',
  'discovery.k8s.io/endpointslices',
  'events.k8s.io/events',
  'limitranges',
  'metrics.k8s.io/pods',
  'metrics.k8s.io/nodes',
  'namespaces',
  'resourcequotas',
];
const workloads = [
  ...under('apps', ['daemonsets', 'deployments', 'replicasets', 'statefulsets']),
  'autoscaling/horizontalpodautoscalers',
  'batch/cronjobs',
  'batch/jobs',
  'configmaps',
  'endpoints',
  'events',
  ...under('extensions', ['daemonsets', 'deployments', 'ingresses', 'networkpolicies', 'replicasets']),
  'networking.k8s.io/ingresses',
  'networking.k8s.io/networkpolicies',
  'persistentvolumeclaims',
  'pods',
  'policy/poddisruptionbudgets',
  'replicationcontrollers',
  'serviceaccounts',
  'services',
];

const name = (rest: string) => `Azure Kubernetes Service ${rest}`;

export const kubernetes = [
  role('0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8', name('Cluster Admin Role'), 'Fetches the administrator credential of a cluster.', {
    actions: under(clusters, ['listClusterAdminCredential/action', 'accessProfiles/listCredential/action', 'read', 'runcommand/action']),
  }),
  role('4abbcc35-e782-43d8-92c5-2d3f1bd2253f', name('Cluster User Role'), 'Fetches the user credential of a cluster.', {
    actions: [listUser, `${clusters}/read`],
  }),
  role('1afdec4b-e479-420e-99e7-f82237c7c5e6', name('Cluster Monitoring User'), 'Fetches the monitoring credential of a cluster.', {
    actions: under(clusters, ['listClusterMonitoringUserCredential/action', 'read']),
  }),
  role('ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8', name('Contributor Role'), 'Creates, changes and deletes clusters.', {
    actions: [
      readAuthorization,
      ...under('Microsoft.ContainerService', ['locations/*', 'managedClusters/*', 'managedclustersnapshots/*', 'snapshots/*']),
      alertRules,
      deployments,
      readGroups,
    ],
  }),
  role('b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b', name('RBAC Cluster Admin'), 'Everything inside a cluster.', {
    actions: [...minimum, listUser],
    dataActions: [`${clusters}/*`],
  }),
  role(
    '3498e952-d568-435e-9b2c-8d77e338d7f7',
    name('RBAC Admin'),
    'Everything inside namespaces, except quotas and the namespaces themselves.',
    {
      actions: [...minimum, listUser],
      dataActions: [`${clusters}/*`],
      notDataActions: under(clusters, ['resourcequotas/write', 'resourcequotas/delete', 'namespaces/write', 'namespaces/delete']),
    },
  ),
  role('7f6c6a51-bcf8-42ba-9220-52d62157d7db', name('RBAC Reader'), 'Sees most objects inside namespaces, but no secrets.', {
    actions: minimum,
    dataActions: [...readOnly, ...workloads].map((kind) => `${clusters}/${kind}/read`),
  }),
  role('a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb', name('RBAC Writer'), 'Changes most objects inside namespaces.', {
    actions: minimum,
    dataActions: [
      ...readOnly.map((kind) => `${clusters}/${kind}/read`),
      ...workloads.map((kind) => `${clusters}/${kind}/*`),
      ...under(`${clusters}/coordination.k8s.io/leases`, ['read', 'write', 'delete']),
      `${clusters}/secrets/*`,
    ],
  }),
] as const;
