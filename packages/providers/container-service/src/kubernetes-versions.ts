import { operation } from '@podpass/arm';
import type { ContainerServiceDependencies } from './cluster.ts';
import { paths } from './wire.ts';

/** The one version that clusters can run. */
export const kubernetesVersions = ({ clusters }: Pick<ContainerServiceDependencies, 'clusters'>) =>
  operation({
    name: 'ManagedClusters_ListKubernetesVersions',
    method: 'GET',
    path: paths.versions,
    access: { kind: 'action', action: 'Microsoft.ContainerService/locations/kubernetesVersions/read' },
    handler: async () => ({
      status: 200,
      body: {
        values: [
          {
            version: clusters.kubernetesVersion.split('.').slice(0, 2).join('.'),
            isDefault: true,
            isPreview: false,
            capabilities: { supportPlan: ['KubernetesOfficial'] },
            patchVersions: { [clusters.kubernetesVersion]: { upgrades: [] } },
          },
        ],
      },
    }),
  });
