import type { ClusterDescription } from '@podpass/arm';
import type { Cluster } from '@podpass/kube';
import type { AddonFailure, NodeMetadata } from '@podpass/pod-identity';
import { clusterClient } from './cluster-client.ts';
import { createClusterNetwork, type LazyClusterNetwork } from './cluster-network.ts';
import type { ClusterParts } from './cluster-parts.ts';
import { withComponents } from './component-images.ts';
import { createInClusterApi } from './in-cluster-api.ts';
import { createServiceNames } from './service-names.ts';
import { forgetNode } from './forget-node.ts';
import { createClusterPodIdentity } from './pod-identity.ts';
import { createClusterPolicy } from './policy.ts';
import { startNode, type NodeSurroundings, type RunningNode } from './running-node.ts';
import { startWebhook, type RunningWebhook } from './running-webhook.ts';

/** What runs in this process for one cluster: a kubelet for each node, the webhook while workload identity is enabled, the pod identity add-on. */
export interface RunningCluster {
  /** Applies another description: nodes come and go, webhook and add-on are installed or taken away. Returns the pod identities that failed. */
  apply(description: ClusterDescription): Promise<readonly AddonFailure[]>;
  /** Enforces the policies that are assigned by now. */
  policiesChanged(): Promise<void>;
  /** `removePods` ends the pods too, as deleting a cluster does; without it they are left to be picked up at the next start. */
  stop(options: { removePods: boolean }): Promise<void>;
}

/** Creates the parts of one cluster; nothing runs before `apply`. `restored` says that the cluster ran before this process did. */
export const createRunningCluster = (
  cluster: Cluster,
  parts: ClusterParts,
  first: { readonly description: ClusterDescription; readonly restored: boolean },
): RunningCluster => {
  const apiServer = `https://${cluster.spec.fqdn}`;
  const nodes = new Map<string, RunningNode>();
  const metadata = new Map<string, NodeMetadata>();
  let { description } = first;
  let webhook: RunningWebhook | undefined;
  let network: LazyClusterNetwork | undefined;
  let surroundings: Promise<NodeSurroundings> | undefined;
  /** Numbers of the nodes, from which their ranges of pod addresses follow. */
  const numbers = new Map<string, number>();
  const freeNumber = (): number => {
    const taken = new Set(numbers.values());
    let number = 0;
    while (taken.has(number)) number += 1;
    return number;
  };
  const client = clusterClient(cluster, parts.wire);
  const log = parts.telemetry.log.child({ cluster: cluster.spec.name });
  const services = createServiceNames({ client, log });
  const api = createInClusterApi({ cluster, api: parts.api, telemetry: parts.telemetry, clock: parts.clock });
  const policy = createClusterPolicy(cluster, parts, {
    client,
    policies: () => parts.policiesFor(description.tenantId, description.resourceId),
  });
  const podIdentity = createClusterPodIdentity(cluster, parts, {
    client,
    restored: first.restored,
    description: () => description,
    node: (name) => metadata.get(name),
  });

  const surround = async (): Promise<NodeSurroundings> => {
    if (first.restored) await podIdentity.resume();
    const runtime = await parts.runtime();
    network = createClusterNetwork({
      runtime,
      plugin: description.networkPlugin === 'kubenet' ? 'kubenet' : 'azure',
      doors: { ...parts.doors, acceptApi: (socket) => api.accept(socket), resolve: (name) => services.resolve(name) },
      log,
    });
    const images = withComponents(parts.images, podIdentity.components);
    return {
      cluster,
      parts,
      images,
      network,
      runtime,
      description: () => description,
      failClosed: podIdentity.failClosed,
      onMetadata(node, address) {
        if (address === undefined) metadata.delete(node);
        else metadata.set(node, address);
      },
    };
  };

  const applyNodes = async (wanted: ClusterDescription['nodes']): Promise<void> => {
    surroundings ??= surround();
    const around = await surroundings;
    const names = new Set(wanted.map((node) => node.name));
    const leaving = [...nodes].filter(([name]) => !names.has(name));
    await Promise.all(
      leaving.map(async ([name, node]) => {
        nodes.delete(name);
        await node.stop({ removePods: true });
        await forgetNode(name, { client, log });
        numbers.delete(name);
      }),
    );
    const coming = wanted.filter((node) => !nodes.has(node.name));
    await Promise.all(
      coming.map(async (node) => {
        const number = freeNumber();
        numbers.set(node.name, number);
        try {
          nodes.set(node.name, await startNode(around, node, number));
        } catch (thrown) {
          numbers.delete(node.name);
          throw thrown;
        }
      }),
    );
  };

  const applyWebhook = async (enabled: boolean): Promise<void> => {
    if (enabled === (webhook !== undefined)) return;
    if (enabled) {
      webhook = await startWebhook(cluster, apiServer, parts);
    } else {
      await webhook?.remove();
      webhook = undefined;
    }
  };

  const applyAll = async (next: ClusterDescription): Promise<readonly AddonFailure[]> => {
    description = next;
    // First: while its webhook is registered and does not answer, nothing else can be written.
    await policy.apply(next.policyEnabled);
    const [failures] = await Promise.all([
      podIdentity.apply(next.podIdentity),
      applyNodes(next.nodes),
      applyWebhook(next.workloadIdentityEnabled),
    ]);
    return failures;
  };
  /** One change at a time: a node or a webhook must not be started twice. */
  let last: Promise<unknown> = Promise.resolve();

  return {
    apply(next) {
      const applied = last.then(
        () => applyAll(next),
        () => applyAll(next),
      );
      last = applied;
      return applied;
    },
    policiesChanged: () => policy.refresh(),
    async stop(options) {
      podIdentity.close();
      services.close();
      await Promise.all([...[...nodes.values()].map((node) => node.stop(options)), webhook?.close()]);
      nodes.clear();
      webhook = undefined;
      await Promise.all([network?.close(), api.close(), policy.close()]);
    },
  };
};
