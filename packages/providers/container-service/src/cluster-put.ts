import { fail as armFail, invalidBody, operationWithBody, stamp, type ArmRequest } from '@podpass/arm';
import { nextPolicy } from './addons.ts';
import { matchesEtag, startWork } from './answers.ts';
import { clusterAnswer } from './cluster-answer.ts';
import { clusterBody as body, type ClusterBody } from './cluster-body.ts';
import { findCluster, type Cluster, type ContainerServiceDependencies } from './cluster.ts';
import { checkIdle, checkUnchanged, nextIssuer, nextPools, nextVersion, tierOf } from './cluster-rules.ts';
import { newCluster } from './new-cluster.ts';
import { droppedIds, nextPodIdentity } from './pod-identity/next.ts';
import { provision, reconfigure } from './provision.ts';
import { paths } from './wire.ts';

/**
 * The system-assigned principal comes first, the cluster and its node resource group follow in one transaction; should
 * the process end in between, the next start removes a principal without a cluster.
 */
const create = async (request: ArmRequest, given: ClusterBody, dependencies: ContainerServiceDependencies) => {
  const { cluster: draft, nodeGroup } = newCluster(request, given, dependencies);
  const { arm } = request;
  const principal =
    given.identity?.type === 'SystemAssigned'
      ? await arm.directory.managedIdentities.create({
          tenantId: draft.tenantId,
          resourceId: draft.id,
          displayName: draft.name,
          explicit: false,
        })
      : undefined;
  const cluster: Cluster = { ...draft, state: { ...draft.state, principalId: principal?.id } };
  try {
    await arm.resources.write([{ create: cluster }, { create: nodeGroup }]);
  } catch (thrown) {
    if (principal !== undefined) await arm.directory.managedIdentities.delete(draft.tenantId, principal.id);
    throw thrown;
  }
  const work = () => dependencies.work.run(cluster.state.uid, () => provision(arm, cluster, dependencies));
  return { status: 201, headers: await startWork(request, cluster, { work }), body: clusterAnswer(cluster, arm.resources) };
};

/** Writes the changed cluster as `Updating` and lets the host follow; used by agent pools too. */
export const changeCluster = async (request: ArmRequest, next: Cluster, dependencies: ContainerServiceDependencies) => {
  const { arm } = request;
  const now = arm.clock.date().toISOString();
  const phase = next.state.hosted ? 'Updating' : 'Creating';
  const cluster: Cluster = {
    ...next,
    system: stamp(request.caller, now, next.system),
    state: { ...next.state, provisioningState: phase, changedAt: now },
  };
  await arm.resources.write([{ replace: cluster, revision: arm.resources.revision(cluster.id) }]);
  const change = next.state.hosted ? reconfigure : provision;
  const work = () => dependencies.work.run(cluster.state.uid, () => change(arm, cluster, dependencies));
  return { cluster, headers: await startWork(request, cluster, { work }) };
};

const update = async (
  request: ArmRequest,
  given: ClusterBody,
  context: { before: Cluster; dependencies: ContainerServiceDependencies },
) => {
  const { before, dependencies } = context;
  checkIdle(before);
  if (!matchesEtag(request, request.arm.resources.revision(before.id))) throw armFail('PreconditionFailed', { id: before.id });
  checkUnchanged(given, before);
  const { properties } = given;
  const podIdentity = nextPodIdentity(request.arm, properties.podIdentityProfile, { cluster: before, creating: false });
  const next: Cluster = {
    ...before,
    tags: given.tags ?? {},
    state: {
      ...before.state,
      ...nextIssuer(properties, before),
      tier: tierOf(given.sku, before.state.tier),
      pools: nextPools(properties.agentPoolProfiles, before.state.pools),
      podIdentity,
      leavingIdentities: [...(before.state.leavingIdentities ?? []), ...droppedIds(before.state.podIdentity, podIdentity)],
      policyEnabled: nextPolicy(properties.addonProfiles, before.state.policyEnabled),
      kubernetesVersion: nextVersion(properties.kubernetesVersion, before, { host: dependencies.clusters, name: before.name }),
    },
  };
  const { cluster, headers } = await changeCluster(request, next, dependencies);
  return { status: 200, headers, body: clusterAnswer(cluster, request.arm.resources) };
};

/** Creates (201) or changes (200) a cluster; both go on in the background and are polled by Azure-AsyncOperation. */
export const clusterPut = (dependencies: ContainerServiceDependencies) =>
  operationWithBody({
    name: 'ManagedClusters_CreateOrUpdate',
    method: 'PUT',
    path: paths.cluster,
    access: { kind: 'action', action: 'Microsoft.ContainerService/managedClusters/write' },
    body,
    invalid: invalidBody('InvalidParameter', 'The managed cluster is not valid'),
    handler: async (request, given) => {
      const before = findCluster(request);
      return before === undefined ? create(request, given, dependencies) : update(request, given, { before, dependencies });
    },
  });
