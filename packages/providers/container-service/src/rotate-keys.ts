import { operation } from '@podpass/arm';
import { startWork } from './answers.ts';
import { clustersOf, requireCluster, type ClusterState, type ContainerServiceDependencies } from './cluster.ts';
import { checkIdle } from './cluster-rules.ts';
import { fail } from './errors.ts';
import { entriesError } from './pod-identity/apply.ts';
import { advance } from './provision.ts';
import { paths } from './wire.ts';

/** One rotation: the new key signs, the one before stays published, older ones go. 202 with both poll URLs. */
export const rotateKeys = (dependencies: ContainerServiceDependencies) =>
  operation({
    name: 'ManagedClusters_RotateServiceAccountSigningKeys',
    method: 'POST',
    path: paths.rotateKeys,
    access: { kind: 'action', action: 'Microsoft.ContainerService/managedClusters/rotateServiceAccountSigningKeys/action' },
    handler: async (request) => {
      const { arm } = request;
      const before = requireCluster(request);
      checkIdle(before);
      if (!before.state.oidcIssuerEnabled) throw fail('OIDCIssuerNotEnabled');
      if (!before.state.hosted) throw fail('ClusterNotReady', { name: before.name, state: before.state.provisioningState });
      const changedAt = arm.clock.date().toISOString();
      const cluster =
        (await clustersOf(arm).update(before.id, (present) => ({
          ...present,
          state: { ...present.state, provisioningState: 'Updating', changedAt },
        }))) ?? before;
      const rotate = async () => {
        try {
          await dependencies.clusters.rotateSigningKeys(cluster.state.uid);
        } finally {
          const outcome = (state: ClusterState) => (entriesError(state.podIdentity) === undefined ? 'Succeeded' : 'Failed');
          await advance(arm, cluster, (state) => ({ ...state, provisioningState: outcome(state) }));
        }
      };
      const work = () => dependencies.work.run(cluster.state.uid, rotate);
      return { status: 202, headers: await startWork(request, cluster, { work, withLocation: true }) };
    },
  });
