import type { PodCluster } from './pod-cluster.ts';
import type { Identity } from './pod-world.ts';

const apiVersion = 'aadpodidentity.k8s.io/v1';
const collection = (plural: string) => `/apis/${apiVersion}/namespaces/default/${plural}`;

/** Where MIC writes which pod uses which identity. */
export const assignedIdentities = collection('azureassignedidentities');

/** Binds the pods of the namespace `default` that carry the label to an identity, as the owner of a cluster in standard mode does. */
export const bindIdentity = async (cluster: PodCluster, identity: Identity, label: string): Promise<void> => {
  const { id, name, clientId } = identity;
  await cluster.create(collection('azureidentities'), {
    apiVersion,
    kind: 'AzureIdentity',
    metadata: { name },
    spec: { type: 0, resourceID: id, clientID: clientId },
  });
  await cluster.create(collection('azureidentitybindings'), {
    apiVersion,
    kind: 'AzureIdentityBinding',
    metadata: { name },
    spec: { azureIdentity: name, selector: label },
  });
};
