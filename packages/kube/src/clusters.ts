import type { Envelope, KeyPool } from '@podpass/crypto';
import type { WireClient } from '@podpass/http';
import { createClock, KernelError, type Clock } from '@podpass/kernel';
import type { Store } from '@podpass/store';
import type { Telemetry } from '@podpass/telemetry';
import { createApiSurface } from './api/surface.ts';
import { bootstrapWrites } from './cluster/bootstrap.ts';
import { inClusterCa, openCluster, type ClusterDeps, type OpenCluster } from './cluster/open.ts';
import { newState, openState, sealState, stateKey, statePrefix, type ClusterState } from './cluster/state.ts';
import { createIssuerSurface } from './issuers/surface.ts';
import { clusterPrefix, clusterPrefixes } from './registry/keys.ts';
import { createRecords } from './registry/records.ts';
import type { Cluster, ClusterSpec, Clusters } from './types.ts';
import { limits } from './wire.ts';

export interface ClustersOptions {
  readonly store: Store;
  /** The platform's time: token claims, timestamps, expiry. */
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly envelope: Envelope;
  /** Calls webhooks and kubelets. */
  readonly wire: WireClient;
  readonly keyPool: KeyPool;
  /** For example `.oic.prod-aks.azure.com`: every host under it is answered by the `issuers` surface. */
  readonly issuerHostSuffix: string;
  /** For example `.azmk8s.io`: every host under it is answered by the `api` surface; only the clusters' names when absent. */
  readonly apiHostSuffix?: string;
  /** PEM of the CA behind the certificate that the listener shows for the clusters' names; goes into `kube-root-ca.crt`. The cluster's own CA when absent. */
  readonly serverCa?: string;
}

const requireUsable = (spec: ClusterSpec): void => {
  const issuer = URL.canParse(spec.issuer) ? new URL(spec.issuer) : undefined;
  if (issuer?.protocol !== 'https:' || issuer.search !== '' || issuer.hash !== '') {
    throw new KernelError('invalid', 'The issuer of a cluster must be an https URL without query and fragment.');
  }
  if (!/^[A-Za-z0-9-]{1,64}$/.test(spec.uid))
    throw new KernelError('invalid', 'The uid of a cluster must consist of letters, digits and hyphens.');
};

/** Objects of clusters whose deletion was cut short. */
const removeLeftovers = async (store: Store, open: ReadonlyMap<string, unknown>, remove: (uid: string) => Promise<void>): Promise<void> => {
  let after: string | undefined;
  for (;;) {
    const { items } = await store.list(clusterPrefixes, { limit: 1, ...(after === undefined ? {} : { after }) });
    const uid = items[0]?.key.slice(clusterPrefixes.length).split('/', 1)[0];
    if (uid === undefined) return;
    if (!open.has(uid)) await remove(uid);
    after = `${clusterPrefix(uid)}\u{10ffff}`;
  }
};

/**
 * Opens all clusters that the store holds and serves them. The API of a cluster answers as soon as `create` settles. Throws KernelError `corrupt` when
 * a stored cluster cannot be opened.
 */
export const createClusters = async (options: ClustersOptions): Promise<Clusters> => {
  const { store, envelope } = options;
  const machineClock = createClock();
  const records = createRecords(envelope);
  const deps: ClusterDeps = { ...options, machineClock, records, serverCa: options.serverCa };
  const open = new Map<string, OpenCluster>();
  const byHost = new Map<string, OpenCluster>();
  const creating = new Map<string, Promise<Cluster>>();
  const admit = (uid: string, running: OpenCluster): Cluster => {
    open.set(uid, running);
    byHost.set(running.cluster.spec.fqdn.toLowerCase(), running);
    return running.cluster;
  };
  for (const record of (await store.list(statePrefix)).items) {
    const state = openState(envelope, record, machineClock);
    admit(state.spec.uid, await openCluster(state, deps));
  }
  const removeObjects = async (uid: string) => {
    for (;;) {
      const page = await store.list(clusterPrefix(uid), { limit: limits.deleteBatch });
      if (page.items.length === 0) return;
      await store.txn({ then: page.items.map(({ key }) => ({ op: 'delete', key })) });
    }
  };
  await removeLeftovers(store, open, removeObjects);
  const persistNew = async (state: ClusterState) => {
    const { spec, ca } = state;
    const sealed = sealState(envelope, { spec, ca, signingKeys: state.signingKeys.map((key) => key.exportPrivate()) });
    const objects = bootstrapWrites({
      uid: spec.uid,
      records,
      serverCa: inClusterCa(options.serverCa, ca.certificate),
      now: options.clock.now(),
    });
    // One transaction: a cluster exists with all its built-in objects or not at all.
    const key = stateKey(spec.uid);
    const result = await store.txn({ compare: [{ key, modRevision: 0 }], then: [{ op: 'put', key, value: sealed }, ...objects] });
    if (!result.succeeded) throw new KernelError('conflict', 'A cluster with this uid exists already.');
  };
  const build = async (spec: ClusterSpec): Promise<Cluster> => {
    const state = await newState(spec, { keyPool: options.keyPool, machineClock });
    await persistNew(state);
    return admit(spec.uid, await openCluster(state, deps));
  };
  const find = (host: string) => byHost.get(host)?.context;
  return {
    create(spec) {
      requireUsable(spec);
      const present = open.get(spec.uid);
      if (present !== undefined) return Promise.resolve(present.cluster);
      const pending = creating.get(spec.uid) ?? build(spec).finally(() => creating.delete(spec.uid));
      creating.set(spec.uid, pending);
      return pending;
    },
    async update(spec) {
      requireUsable(spec);
      const running = open.get(spec.uid);
      if (running === undefined) throw new KernelError('not-found', 'There is no cluster with this uid.');
      const before = running.cluster.spec.fqdn.toLowerCase();
      await running.update(spec);
      byHost.delete(before);
      return admit(spec.uid, running);
    },
    get: (uid) => open.get(uid)?.cluster,
    list: () => [...open.values()].map((running) => running.cluster),
    async delete(uid) {
      const running = open.get(uid);
      if (running !== undefined) {
        open.delete(uid);
        byHost.delete(running.cluster.spec.fqdn.toLowerCase());
        running.close();
      }
      await store.txn({ then: [{ op: 'delete', key: stateKey(uid) }] });
      await removeObjects(uid);
    },
    api: createApiSurface({ find, hostSuffix: options.apiHostSuffix }),
    issuers: createIssuerSurface({
      *clusters() {
        for (const running of open.values()) yield running.context;
      },
      hostSuffix: options.issuerHostSuffix,
    }),
    close() {
      for (const running of open.values()) running.close();
      open.clear();
      byHost.clear();
      return Promise.resolve();
    },
  };
};
