import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { ClusterDescription, ClusterHost, ClusterUpdate } from '@podpass/arm';
import { KernelError, messageOf } from '@podpass/kernel';
import type { Cluster, Clusters, ClusterSpec } from '@podpass/kube';
import type { AddonFailure } from '@podpass/pod-identity';
import { collection, type Store } from '@podpass/store';
import { kubeconfig } from './kubeconfig.ts';
import type { ClusterParts } from './cluster-parts.ts';
import { createRunningCluster, type RunningCluster } from './running-cluster.ts';

/** The Kubernetes version whose API the embedded clusters speak. */
const kubernetesVersion = '1.35.2';

const specOf = (description: ClusterDescription): ClusterSpec => ({
  uid: description.uid,
  name: description.name,
  fqdn: description.fqdn,
  issuer: description.issuerUrl,
  publishIssuer: description.oidcIssuerEnabled,
  version: description.kubernetesVersion,
});

export interface ClusterHostOptions extends Omit<ClusterParts, 'tenantId'> {
  readonly store: Store;
  readonly clusters: Clusters;
  /** PEM of the CA that signs the API servers' certificates; kubeconfigs carry it. */
  readonly serverCa: string;
}

export interface RestorableClusterHost extends ClusterHost {
  /** Starts the parts of every stored cluster again, as the resource manager describes them by now. A cluster that fails is logged and does not keep the others from starting. */
  restore(described: readonly ClusterDescription[]): Promise<void>;
  list(): readonly ClusterDescription[];
  /** To be called when policies at a scope, or above it, were assigned or taken away: clusters beneath enforce what is assigned by now. */
  policiesChanged(tenantId: string, scope: string): Promise<void>;
  close(): Promise<void>;
}

const updateOf = (failures: readonly AddonFailure[]): ClusterUpdate => ({
  podIdentityFailures: failures.map(({ name, namespace, error }) => ({ name, namespace, message: error })),
});

/** The port through which the container-service provider gets its clusters: the API server of `kube`, kubelets and the webhook, plugged together. */
export const createClusterHost = (options: ClusterHostOptions): RestorableClusterHost => {
  const { store, clusters, telemetry } = options;
  const stored = collection<ClusterDescription>(store, { prefix: '/server/clusters/' });
  const known = new Map<string, ClusterDescription>();
  const running = new Map<string, RunningCluster>();

  const find = (uid: string): Cluster => {
    const cluster = clusters.get(uid);
    if (cluster === undefined) throw new KernelError('not-found', `There is no cluster ${uid}.`);
    return cluster;
  };

  /** Starts what does not run yet. Repeated calls for one cluster find its parts and only apply the description. */
  const start = async (description: ClusterDescription, restored: boolean): Promise<ClusterUpdate> => {
    const cluster = await clusters.create(specOf(description));
    known.set(description.uid, description);
    let parts = running.get(description.uid);
    if (parts === undefined) {
      parts = createRunningCluster(cluster, { ...options, tenantId: description.tenantId }, { description, restored });
      running.set(description.uid, parts);
    }
    return updateOf(await parts.apply(description));
  };

  const save = async (description: ClusterDescription): Promise<void> => {
    await stored.put(description.uid, description);
  };

  return {
    kubernetesVersion,
    async create(description) {
      await save(description);
      return start(description, false);
    },
    async update(description) {
      await save(description);
      known.set(description.uid, description);
      await clusters.update(specOf(description));
      return updateOf((await running.get(description.uid)?.apply(description)) ?? []);
    },
    async delete(uid) {
      await running.get(uid)?.stop({ removePods: true });
      running.delete(uid);
      known.delete(uid);
      await rm(path.join(options.podsFolder, uid), { recursive: true, force: true });
      await clusters.delete(uid);
      await stored.delete(uid);
    },
    rotateSigningKeys: (uid) => find(uid).rotateSigningKeys(),
    async kubeconfig(uid, kind) {
      const description = known.get(uid);
      if (description === undefined) throw new KernelError('not-found', `There is no cluster ${uid}.`);
      return kubeconfig(find(uid), description, { kind, serverCa: options.serverCa });
    },
    async restore(described) {
      const { items } = await stored.list();
      // The resource manager's word counts: descriptions of earlier versions know less of their clusters.
      const current = new Map(described.map((description) => [description.uid, description]));
      await Promise.all(
        items
          .map(({ value: found }) => current.get(found.uid) ?? found)
          .map((value) =>
            start(value, true).catch((thrown: unknown) =>
              telemetry.log.error({ err: thrown, cluster: value.name }, `cluster could not be started again: ${messageOf(thrown)}`),
            ),
          ),
      );
    },
    list: () => [...known.values()],
    async policiesChanged(tenantId, scope) {
      const at = scope.toLowerCase().replace(/\/$/, '');
      const beneath = [...known.values()].filter(
        (cluster) => cluster.tenantId === tenantId && cluster.policyEnabled && `${cluster.resourceId.toLowerCase()}/`.startsWith(`${at}/`),
      );
      await Promise.all(beneath.flatMap(({ uid }) => running.get(uid)?.policiesChanged() ?? []));
    },
    async close() {
      await Promise.all([...running.values()].map((cluster) => cluster.stop({ removePods: false })));
      running.clear();
    },
  };
};
