import { fields, nameOf, objects, specOf, statusOf, text, timestamp } from '../object/read.ts';
import type { Fields, KubeObject } from '../object/types.ts';
import { resourceOf } from '../resources/lookup.ts';
import { names } from '../wire.ts';
import { isReady } from './scheduling.ts';
import type { Controller, ControllerDeps } from './types.ts';

const nodes = resourceOf('', 'nodes');
const leases = resourceOf('coordination.k8s.io', 'leases');

const period = 5_000;
/** `--node-monitor-grace-period`: milliseconds without a renewal after which a node counts as lost. */
const gracePeriod = 50_000;

/** The node as lost: its condition is unknown, and nothing new is placed there. */
const asLost = (node: KubeObject, now: number): KubeObject => {
  const conditions = objects(statusOf(node)['conditions']).map((condition) =>
    condition['type'] === 'Ready' && condition['status'] !== 'Unknown'
      ? {
          ...condition,
          status: 'Unknown',
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
          lastTransitionTime: timestamp(now),
        }
      : condition,
  );
  return withTaints(
    node,
    [...otherTaints(node), { key: names.unreachableTaint, effect: 'NoSchedule', timeAdded: timestamp(now) }],
    conditions,
  );
};

const otherTaints = (node: KubeObject): readonly Fields[] =>
  objects(specOf(node)['taints']).filter((taint) => text(taint['key']) !== names.unreachableTaint);

const withTaints = (node: KubeObject, taints: readonly Fields[], conditions: unknown = statusOf(node)['conditions']): KubeObject => {
  const { taints: _taints, ...spec } = specOf(node);
  return { ...node, spec: taints.length === 0 ? spec : { ...spec, taints }, status: { ...statusOf(node), conditions } };
};

/** Marks nodes whose kubelet no longer renews its lease. The kubelet itself says when it is back. Pods on lost nodes stay. */
export const nodeLifecycleController = (deps: ControllerDeps): Controller => {
  const { registry, clock, log } = deps;
  /** The renewal last seen, and when, by the machine's monotonic time: time travel must not lose nodes. */
  const seen = new Map<string, { renewal: string; at: number }>();
  const check = async () => {
    for (const node of registry.mirror.list(nodes, '')) {
      const lease = registry.get(leases, names.nodeLeaseNamespace, nameOf(node));
      if (lease === undefined) continue;
      const renewal = `${text(fields(lease['spec'])['renewTime'])} ${lease.metadata.resourceVersion ?? ''}`;
      const before = seen.get(nameOf(node));
      if (before?.renewal !== renewal) seen.set(nameOf(node), { renewal, at: performance.now() });
      const lost = before?.renewal === renewal && performance.now() - before.at > gracePeriod;
      const tainted = otherTaints(node).length < objects(specOf(node)['taints']).length;
      if (lost && !tainted) await registry.update(nodes, node, asLost(node, clock.now()));
      else if (!lost && tainted && isReady(node)) await registry.update(nodes, node, withTaints(node, otherTaints(node)));
    }
  };
  const timer = setInterval(() => {
    check().catch((thrown: unknown) => log.debug({ controller: 'node-lifecycle', err: thrown }, 'node changed meanwhile'));
  }, period);
  timer.unref();
  return { close: () => clearInterval(timer) };
};
