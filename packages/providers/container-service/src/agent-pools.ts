import { invalidBody, operation, operationWithBody, record, type ArmRequest } from '@podpass/arm';
import { poolFields } from './cluster-body.ts';
import { changeCluster } from './cluster-put.ts';
import { poolProperties } from './cluster-answer.ts';
import { checkIdle, nextPools } from './cluster-rules.ts';
import { requireCluster, type Cluster, type ContainerServiceDependencies, type Pool } from './cluster.ts';
import { fail } from './errors.ts';
import { limits, names, paths, types } from './wire.ts';

const read = { kind: 'action', action: 'Microsoft.ContainerService/managedClusters/agentPools/read' } as const;

const answer = (pool: Pool, cluster: Cluster) => ({
  id: `${cluster.id}/agentPools/${pool.name}`,
  name: pool.name,
  type: types.pool,
  properties: poolProperties(pool, cluster),
});

const find = (request: ArmRequest, cluster: Cluster): Pool => {
  const name = request.param('agentPoolName');
  const pool = cluster.state.pools.find((each) => each.name === name.toLowerCase());
  if (pool === undefined) throw fail('AgentPoolNotFound', { pool: name, name: cluster.name });
  return pool;
};

export const poolsList = operation({
  name: 'AgentPools_List',
  method: 'GET',
  path: paths.pools,
  access: read,
  handler: async (request) => {
    const cluster = requireCluster(request);
    return { status: 200, body: { value: cluster.state.pools.map((pool) => answer(pool, cluster)) } };
  },
});

export const poolGet = operation({
  name: 'AgentPools_Get',
  method: 'GET',
  path: paths.pool,
  access: read,
  handler: async (request) => {
    const cluster = requireCluster(request);
    return { status: 200, body: answer(find(request, cluster), cluster) };
  },
});

/** Adds a pool, or changes the number of its nodes. Requests about one cluster wait for each other. */
export const poolPut = (dependencies: ContainerServiceDependencies) =>
  operationWithBody({
    name: 'AgentPools_CreateOrUpdate',
    method: 'PUT',
    path: paths.pool,
    access: { kind: 'action', action: 'Microsoft.ContainerService/managedClusters/agentPools/write' },
    body: record({ properties: record(poolFields) }),
    invalid: invalidBody('InvalidParameter', 'The agent pool is not valid'),
    handler: async (request, { properties }) => {
      const before = requireCluster(request);
      checkIdle(before);
      const name = request.param('agentPoolName');
      if (!names.pool.test(name)) {
        throw fail('InvalidParameter', { parameter: 'agentPoolProfile.name', reason: 'It must be 1 to 12 lower-case letters and digits.' });
      }
      const isNew = before.state.pools.every((pool) => pool.name !== name);
      if (isNew && before.state.pools.length >= limits.pools) {
        throw fail('InvalidParameter', { parameter: 'agentPoolProfiles', reason: `A cluster has at most ${limits.pools} agent pools.` });
      }
      const pools = nextPools([{ ...properties, name, mode: properties.mode ?? (isNew ? 'User' : undefined) }], before.state.pools);
      const { cluster, headers } = await changeCluster(request, { ...before, state: { ...before.state, pools } }, dependencies);
      return { status: isNew ? 201 : 200, headers, body: answer(find(request, cluster), cluster) };
    },
  });

/** Refused: pods of the pool's nodes would have to be moved, which the embedded cluster does not do. */
export const poolDelete = operation({
  name: 'AgentPools_Delete',
  method: 'DELETE',
  path: paths.pool,
  access: { kind: 'action', action: 'Microsoft.ContainerService/managedClusters/agentPools/delete' },
  handler: async (request) => {
    find(request, requireCluster(request));
    throw fail('AgentPoolChangeNotSupported');
  },
});
