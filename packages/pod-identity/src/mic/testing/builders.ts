import { crdPath } from '../../crds/index.ts';
import type { FakeApi } from './fake-api.ts';

const subscription = '/subscriptions/11111111-1111-1111-1111-111111111111';
export const resourceId = (name: string): string =>
  `${subscription}/resourceGroups/RG1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
export const scaleSetId = (name: string): string =>
  `${subscription}/resourceGroups/MC_rg/providers/Microsoft.Compute/virtualMachineScaleSets/${name}`.toLowerCase();

/** Objects of a cluster, written the way their owners write them. */
export const clusterOf = (api: FakeApi) => ({
  node: (name: string, scaleSet = 'vmss1', instance = 0) =>
    api.put('/api/v1/nodes', {
      metadata: { name },
      spec: {
        providerID: `azure://${subscription}/resourceGroups/MC_rg/providers/Microsoft.Compute/virtualMachineScaleSets/${scaleSet}/virtualMachines/${String(instance)}`,
      },
    }),
  deleteNode: (name: string) => api.delete(`/api/v1/nodes/${name}`),
  pod: (
    name: string,
    { namespace = 'default', node = 'node1', label = 'sel' }: { namespace?: string; node?: string; label?: string } = {},
  ) =>
    api.put(`/api/v1/namespaces/${namespace}/pods`, {
      metadata: { name, namespace, labels: { aadpodidbinding: label } },
      spec: node === '' ? {} : { nodeName: node },
    }),
  deletePod: (name: string, namespace = 'default') => api.delete(`/api/v1/namespaces/${namespace}/pods/${name}`),
  identity: (
    name: string,
    { namespace = 'default', spec = {}, namespaced = false }: { namespace?: string; spec?: object; namespaced?: boolean } = {},
  ) =>
    api.put(crdPath('identity', namespace), {
      apiVersion: 'aadpodidentity.k8s.io/v1',
      kind: 'AzureIdentity',
      metadata: { name, namespace, ...(namespaced ? { annotations: { 'aadpodidentity.k8s.io/Behavior': 'namespaced' } } : {}) },
      spec: { type: 0, resourceID: resourceId(name), clientID: `client-${name}`, ...spec },
    }),
  deleteIdentity: (name: string, namespace = 'default') => api.delete(crdPath('identity', namespace, name)),
  binding: (
    name: string,
    azureIdentity: string,
    { namespace = 'default', selector = 'sel' }: { namespace?: string; selector?: string } = {},
  ) =>
    api.put(crdPath('binding', namespace), {
      apiVersion: 'aadpodidentity.k8s.io/v1',
      kind: 'AzureIdentityBinding',
      metadata: { name, namespace },
      spec: { azureIdentity, selector },
    }),
  deleteBinding: (name: string, namespace = 'default') => api.delete(crdPath('binding', namespace, name)),
});
