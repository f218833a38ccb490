import type { Gatekeeper, PolicyConstraint } from '@podpass/gatekeeper';
import type { Cluster } from '@podpass/kube';
import type { KubeClient } from '@podpass/kube-client';
import type { ClusterParts } from './cluster-parts.ts';

/** The Azure Policy add-on of one cluster: Gatekeeper, and the constraints of the policies that are assigned. */
export interface ClusterPolicy {
  /** Installs it or takes it away, with everything that it enforced. */
  apply(enabled: boolean): Promise<void>;
  /** Enforces what is assigned by now. */
  refresh(): Promise<void>;
  /** Stops it; the cluster stays as it is, and refuses what it cannot ask about until it is started again. */
  close(): Promise<void>;
}

export const createClusterPolicy = (
  cluster: Cluster,
  parts: Pick<ClusterParts, 'clock' | 'telemetry'>,
  of: { readonly client: () => Promise<KubeClient>; readonly policies: () => readonly PolicyConstraint[] },
): ClusterPolicy => {
  const { clock, telemetry } = parts;
  let gatekeeper: Gatekeeper | undefined;

  const start = async (): Promise<Gatekeeper> => {
    // Loaded by the first cluster that needs it: it brings a library of some 12 MB, which most platforms never use.
    const { gatekeeperNames, startGatekeeper } = await import('@podpass/gatekeeper');
    const [client, server] = await Promise.all([of.client(), cluster.issueServer({ dns: [gatekeeperNames.host] })]);
    const certificate = { cert: server.certificate, key: server.privateKey, caBundle: cluster.clientCa };
    return startGatekeeper({ client, certificate, clock, telemetry });
  };

  return {
    async apply(enabled) {
      if (!enabled) {
        await gatekeeper?.remove();
        gatekeeper = undefined;
        return;
      }
      gatekeeper ??= await start();
      await gatekeeper.setPolicies(of.policies());
    },
    async refresh() {
      await gatekeeper?.setPolicies(of.policies());
    },
    async close() {
      await gatekeeper?.close();
      gatekeeper = undefined;
    },
  };
};
