import type { Envelope, KeyPool } from '@podpass/crypto';
import type { WireClient } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import type { Store } from '@podpass/store';
import type { Telemetry } from '@podpass/telemetry';
import { createAdmission } from '../admission/chain.ts';
import { createAuthenticator } from '../authn/authenticate.ts';
import { createAuthorizer } from '../authz/authorizer.ts';
import { startControllers } from '../controllers/start.ts';
import { createMirror } from '../registry/mirror.ts';
import type { Records } from '../registry/records.ts';
import { createRegistry } from '../registry/registry.ts';
import { createSigningKeys } from '../tokens/keys.ts';
import { createTokenVerifier } from '../tokens/verify.ts';
import type { Cluster, ClusterSpec } from '../types.ts';
import { groups, users } from '../wire.ts';
import type { ClusterContext } from './context.ts';
import { reconcileBootstrap } from './reconcile.ts';
import { sealState, stateKey, type ClusterState } from './state.ts';

export interface ClusterDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly machineClock: Clock;
  readonly telemetry: Telemetry;
  readonly envelope: Envelope;
  readonly wire: WireClient;
  readonly keyPool: KeyPool;
  readonly records: Records;
  /** PEM with which clients verify the API server; the cluster's own CA when undefined. */
  readonly serverCa: string | undefined;
}

/** A cluster that runs. */
export interface OpenCluster {
  readonly cluster: Cluster;
  readonly context: ClusterContext;
  /** Replaces the specification, durably. The uid stays. */
  update(spec: ClusterSpec): Promise<void>;
  /** Stops watches and controllers. The stored objects stay. */
  close(): void;
}

/** What in-cluster clients trust: who vouches for the API server's public name, and the cluster's own authority, which vouches for `kubernetes.default.svc`. */
export const inClusterCa = (serverCa: string | undefined, own: string): string =>
  serverCa === undefined ? own : `${serverCa.trimEnd()}\n${own}`;

/** Days that the certificates of administrators and components are valid. */
const clientDays = 730;

/** Opens a cluster over its stored objects and starts its controllers. */
export const openCluster = async (state: ClusterState, deps: ClusterDeps): Promise<OpenCluster> => {
  const { store, clock, machineClock, telemetry, wire, records, envelope } = deps;
  const { ca } = state;
  const { uid } = state.spec;
  let { spec } = state;
  const log = telemetry.log.child({ cluster: spec.name });
  const keys = createSigningKeys(state.signingKeys);
  const mirror = await createMirror({ store, records, uid });
  const serverCa = inClusterCa(deps.serverCa, ca.certificate);
  // A cluster that an earlier version made may lack what this one builds in.
  await reconcileBootstrap({ store, records, mirror, uid, serverCa, now: clock.now() });
  const registry = createRegistry({ store, records, mirror, uid });
  const authorizer = createAuthorizer(mirror);
  const tokens = createTokenVerifier({ mirror, keys, clock, issuer: () => spec.issuer });
  const closing = new AbortController();
  const persist = async (next: ClusterSpec, signingKeys: readonly string[]) => {
    const value = sealState(envelope, { spec: next, ca, signingKeys });
    await store.txn({ then: [{ op: 'put', key: stateKey(uid), value }] });
  };
  let last: Promise<unknown> = Promise.resolve();
  /** Changes of the record happen one after the other: each writes the whole of it. */
  const serially = (change: () => Promise<void>): Promise<void> => {
    const next = last.then(change, change);
    last = next;
    return next;
  };
  let kubeletClient: Promise<{ cert: string; key: string }> | undefined;
  const issueClient = async (user: string, memberships: readonly string[]) => {
    const { certificate, privateKey } = await ca.issueClient({ commonName: user, organizations: memberships, days: clientDays });
    return { certificate, privateKey };
  };
  const context: ClusterContext = {
    get spec() {
      return spec;
    },
    registry,
    authorizer,
    keys,
    tokens,
    authenticate: createAuthenticator({ tokens, clientCa: ca.certificate, machineClock }),
    ca,
    serverCa,
    admission: createAdmission({ mirror, wire, log }),
    clock,
    log,
    metrics: telemetry.metrics,
    audit: telemetry.audit,
    wire,
    kubeletClient() {
      kubeletClient ??= issueClient(users.apiServer, [groups.masters]).then(({ certificate, privateKey }) => ({
        cert: certificate,
        key: privateKey,
      }));
      return kubeletClient;
    },
    watches: { open: 0 },
    closed: closing.signal,
  };
  const controllers = startControllers({ registry, clock, log, serverCa, admission: context.admission });
  const cluster: Cluster = {
    get spec() {
      return spec;
    },
    clientCa: ca.certificate,
    issueClient,
    async issueServer(names) {
      const { certificate, privateKey } = await ca.issueServer({ dns: names.dns, ips: names.ips ?? [], days: clientDays });
      return { certificate, privateKey };
    },
    async rotateSigningKeys() {
      const key = await deps.keyPool.take();
      await serially(() => keys.rotate(key, (pems) => persist(spec, pems)));
    },
  };
  return {
    cluster,
    context,
    update: (next) =>
      serially(async () => {
        const merged = { ...next, uid };
        await persist(merged, keys.export());
        spec = merged;
      }),
    close() {
      closing.abort();
      controllers.close();
      mirror.close();
    },
  };
};
