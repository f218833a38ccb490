import { isObject, type JsonObject } from '@podpass/kernel';
import type { GroupVersionResource, Table, TableOptions } from '../types.ts';
import { bindings, createdAt, disruptionBudgets, leases, policies, webhookConfigurations } from './access.ts';
import { configMaps, endpoints, namespaces, nodes, plain, secrets, services } from './core.ts';
import { events } from './events.ts';
import { pods } from './pod.ts';
import type { Renderer } from './renderer.ts';
import { cronJobs, daemonSets, deployments, jobs, replicaSets, statefulSets } from './workloads.ts';

/** By `group/resource`; everything else shows NAME and AGE. */
const renderers: Readonly<Record<string, Renderer>> = {
  '/configmaps': configMaps,
  '/endpoints': endpoints,
  '/events': events,
  '/namespaces': namespaces,
  '/nodes': nodes,
  '/pods': pods,
  '/replicationcontrollers': replicaSets,
  '/secrets': secrets,
  '/services': services,
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': webhookConfigurations,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': webhookConfigurations,
  'apiextensions.k8s.io/customresourcedefinitions': createdAt,
  'apps/daemonsets': daemonSets,
  'apps/deployments': deployments,
  'apps/replicasets': replicaSets,
  'apps/statefulsets': statefulSets,
  'batch/cronjobs': cronJobs,
  'batch/jobs': jobs,
  'coordination.k8s.io/leases': leases,
  'events.k8s.io/events': events,
  'networking.k8s.io/networkpolicies': policies,
  'policy/poddisruptionbudgets': disruptionBudgets,
  'rbac.authorization.k8s.io/clusterrolebindings': bindings,
  'rbac.authorization.k8s.io/clusterroles': createdAt,
  'rbac.authorization.k8s.io/rolebindings': bindings,
  'rbac.authorization.k8s.io/roles': createdAt,
};

/** The first column of nearly every table. */
export const tableNameColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name of the object, unique within its namespace.',
  priority: 0,
};

const definition = (column: string): JsonObject => {
  const name = column.replace(/^\*/u, '');
  return {
    name,
    type: name === 'Count' || name === 'Data' ? 'integer' : 'string',
    format: '',
    description: '',
    priority: column.startsWith('*') ? 1 : 0,
  };
};

/** What a row says of its object besides the cells. */
export const rowObject = (object: JsonObject, include: TableOptions['includeObject']): JsonObject => {
  if (include === 'None') return {};
  if (include === 'Object') return { object };
  return { object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object['metadata'] } };
};

/**
 * Renders objects as a `meta.k8s.io/v1` Table with the columns of the API server's printers. The list's own
 * `metadata` (resourceVersion, continue) is left to the caller, who adds it beside `columnDefinitions`.
 */
export const toTable = (gvr: GroupVersionResource, objects: readonly JsonObject[], options: TableOptions): Table => {
  const key = `${gvr.group}/${gvr.resource}`;
  const renderer = (Object.hasOwn(renderers, key) ? renderers[key] : undefined) ?? plain;
  // Events are found by what they are about: their own name stands last.
  const named = !renderer.columns.includes('*Name');
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {},
    columnDefinitions: [...(named ? [tableNameColumn] : []), ...renderer.columns.map(definition)],
    rows: objects.map((object) => {
      const metadata = object['metadata'];
      const name = isObject(metadata) && typeof metadata['name'] === 'string' ? metadata['name'] : '';
      const cells = renderer.cells(object, options.now);
      return { cells: named ? [name, ...cells] : cells, ...rowObject(object, options.includeObject) };
    }),
  };
};
