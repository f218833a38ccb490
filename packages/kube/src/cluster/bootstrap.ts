import { newGuid } from '@podpass/kernel';
import type { Operation } from '@podpass/store';
import { bootstrapClusterRoleBindings, bootstrapClusterRoles } from '../authz/bootstrap.ts';
import { defaultServiceAccount, rootCaConfigMap } from '../controllers/namespaces.ts';
import { nameOf, namespaceOf, timestamp } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import { objectKey } from '../registry/keys.ts';
import type { Records } from '../registry/records.ts';
import { apiVersionOf, resourceOf } from '../resources/lookup.ts';
import type { ResourceRow } from '../resources/types.ts';
import { withDefaults } from '../schema/schema.ts';
import { apiPort, names, serviceRange, systemNamespaces } from '../wire.ts';

const rbac = 'rbac.authorization.k8s.io';
/** Whether a built-in role or binding is kept current: unless it says `false`. */
export const autoupdateAnnotation = 'rbac.authorization.kubernetes.io/autoupdate';
const rbacMetadata = {
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
  annotations: { [autoupdateAnnotation]: 'true' },
};

/** A built-in object before it is stored. */
export interface Seed {
  readonly row: ResourceRow;
  readonly object: KubeObject;
}

const seed = (row: ResourceRow, name: string, now: number, more: Partial<KubeObject> = {}): Seed => {
  const { metadata, ...rest } = more;
  const object: KubeObject = {
    kind: row.kind,
    apiVersion: apiVersionOf(row),
    metadata: { name, uid: newGuid(), creationTimestamp: timestamp(now), ...metadata },
    ...rest,
  };
  return { row, object };
};

const namespaceSeeds = (now: number, serverCa: string): readonly Seed[] =>
  systemNamespaces.flatMap((name) => [
    seed(resourceOf('', 'namespaces'), name, now, {
      metadata: { labels: { [names.namespaceLabel]: name } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    }),
    { row: resourceOf('', 'serviceaccounts'), object: defaultServiceAccount(name, now) },
    { row: resourceOf('', 'configmaps'), object: rootCaConfigMap(name, serverCa, now) },
  ]);

const roleSeeds = (now: number): readonly Seed[] => [
  ...Object.entries(bootstrapClusterRoles).map(([name, rules]) =>
    seed(resourceOf(rbac, 'clusterroles'), name, now, { metadata: rbacMetadata, rules }),
  ),
  ...bootstrapClusterRoleBindings.map((binding) =>
    seed(resourceOf(rbac, 'clusterrolebindings'), binding.name, now, {
      metadata: rbacMetadata,
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: binding.role ?? binding.name },
      subjects: [
        ...binding.groups.map((group) => ({ apiGroup: rbac, kind: 'Group', name: group })),
        ...(binding.serviceAccount === undefined
          ? []
          : [{ kind: 'ServiceAccount', name: binding.serviceAccount, namespace: 'kube-system' }]),
      ],
    }),
  ),
];

/** The service under which pods find the API server. */
const serviceSeed = (now: number): Seed => {
  const service = seed(resourceOf('', 'services'), 'kubernetes', now, {
    metadata: { namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: serviceRange.kubernetes,
      clusterIPs: [serviceRange.kubernetes],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [{ name: 'https', port: apiPort, protocol: 'TCP', targetPort: apiPort }],
    },
    status: { loadBalancer: {} },
  });
  return { row: service.row, object: withDefaults(service.row, service.object) };
};

/** Everything that a cluster of this version starts with. `now` in milliseconds. */
export const bootstrapSeeds = (options: { serverCa: string; now: number }): readonly Seed[] => {
  const { serverCa, now } = options;
  return [...namespaceSeeds(now, serverCa), ...roleSeeds(now), serviceSeed(now)];
};

/** The write that stores a built-in object. */
export const seedWrite = (deps: { uid: string; records: Records }, { row, object }: Seed): Operation & { op: 'put' } => {
  const key = objectKey(deps.uid, row, { namespace: namespaceOf(object), name: nameOf(object) });
  return { op: 'put', key, value: deps.records.encode(row, key, object) };
};

/** The writes that give a new cluster its built-in objects, for one transaction. */
export const bootstrapWrites = (deps: { uid: string; records: Records; serverCa: string; now: number }): readonly Operation[] =>
  bootstrapSeeds(deps).map((entry) => seedWrite(deps, entry));
