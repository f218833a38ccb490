import type { ClusterDescription, NodePlacement, Resource, ScaleSetState } from '@podpass/arm';
import { KernelError } from '@podpass/kernel';
import type { InstanceSource, VmIdentity } from '@podpass/pod-identity';
import type { TokenService } from '@podpass/sts';

/** What is known of the virtual machines behind the nodes: their scale sets, as the resource manager holds them. */
export interface Machines {
  /** What the metadata service of one node tells and hands out. */
  instance(cluster: () => ClusterDescription, node: NodePlacement, nodeIp: () => string): InstanceSource;
  /** Client id of the identity that a cluster's nodes act as; undefined while there is none. */
  kubeletClientId(cluster: ClusterDescription): string | undefined;
}

export interface MachinesOptions {
  readonly scaleSet: (id: string) => Resource<ScaleSetState> | undefined;
  readonly mint: TokenService['managedIdentityToken'];
}

const identitiesOf = ({ state }: Resource<ScaleSetState>, systemClientId: string | undefined): readonly VmIdentity[] => [
  ...(state.principalId === undefined || systemClientId === undefined
    ? []
    : [{ resourceId: undefined, clientId: systemClientId, principalId: state.principalId }]),
  ...state.identities.map(({ id, clientId, principalId }) => ({ resourceId: id, clientId, principalId })),
];

/** `clientIdOf` names the application id of a system-assigned principal. */
export const createMachines = (
  options: MachinesOptions & { readonly clientIdOf: (tenantId: string, principalId: string) => string | undefined },
): Machines => ({
  instance(cluster, node, nodeIp) {
    const find = (): Resource<ScaleSetState> => {
      const found = options.scaleSet(node.scaleSetId);
      if (found === undefined) throw new KernelError('not-found', `There is no scale set behind the node ${node.name}.`);
      return found;
    };
    return {
      describe() {
        const { tenantId, subscriptionId, nodeResourceGroup, location } = cluster();
        const scaleSet = find();
        const machine = scaleSet.state.machines.find(({ instanceId }) => instanceId === node.instanceId);
        return {
          tenantId,
          subscriptionId,
          resourceGroup: nodeResourceGroup,
          location,
          scaleSet: scaleSet.name,
          scaleSetId: scaleSet.id,
          instanceId: node.instanceId,
          nodeName: node.name,
          vmId: machine?.vmId ?? scaleSet.state.uniqueId,
          vmSize: scaleSet.state.vmSize,
          tags: scaleSet.tags,
          privateIp: nodeIp(),
        };
      },
      identities() {
        const scaleSet = find();
        const { principalId } = scaleSet.state;
        return identitiesOf(scaleSet, principalId === undefined ? undefined : options.clientIdOf(scaleSet.tenantId, principalId));
      },
      mint: ({ principalId, resource }) => options.mint({ tenantId: cluster().tenantId, principalId, resource }),
    };
  },
  kubeletClientId({ name, nodes }) {
    const kubelet = `/${name}-agentpool`.toLowerCase();
    const scaleSet = options.scaleSet(nodes[0]?.scaleSetId ?? '');
    return scaleSet?.state.identities.find(({ id }) => id.toLowerCase().endsWith(kubelet))?.clientId;
  },
});
