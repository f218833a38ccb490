import { invalidBody, operationWithBody, optional, record, stamp, tags } from '@podpass/arm';
import { clusterAnswer } from './cluster-answer.ts';
import { clustersOf, requireCluster } from './cluster.ts';
import { checkIdle } from './cluster-rules.ts';
import { paths } from './wire.ts';

/** Replaces the tags; at once, because nothing behind the host depends on them. */
export const clusterPatch = operationWithBody({
  name: 'ManagedClusters_UpdateTags',
  method: 'PATCH',
  path: paths.cluster,
  access: { kind: 'action', action: 'Microsoft.ContainerService/managedClusters/write' },
  body: record({ tags: optional(tags()) }),
  invalid: invalidBody('InvalidParameter'),
  handler: async (request, given) => {
    const before = requireCluster(request);
    checkIdle(before);
    const now = request.arm.clock.date().toISOString();
    const after = await clustersOf(request.arm).update(before.id, (cluster) => ({
      ...cluster,
      tags: given.tags ?? cluster.tags,
      system: stamp(request.caller, now, cluster.system),
    }));
    return { status: 200, body: clusterAnswer(after ?? before, request.arm.resources) };
  },
});
