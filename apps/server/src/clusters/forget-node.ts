import { messageOf } from '@podpass/kernel';
import { isKubeStatus, type KubeClient } from '@podpass/kube-client';
import type { Logger } from '@podpass/telemetry';

/**
 * Takes the Node object of a machine that is no more out of its cluster, as the cloud's node manager does: what is left
 * bound to it is then collected, and nothing new is placed there. Never rejects.
 */
export const forgetNode = async (
  name: string,
  { client, log }: { readonly client: () => Promise<Pick<KubeClient, 'delete'>>; readonly log: Logger },
): Promise<void> => {
  const node = encodeURIComponent(name);
  for (const path of [`/api/v1/nodes/${node}`, `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${node}`])
    try {
      await (await client()).delete(path);
    } catch (thrown) {
      if (!isKubeStatus(thrown, 404)) log.warn({ node: name, err: thrown }, `The node could not be forgotten: ${messageOf(thrown)}`);
    }
};
