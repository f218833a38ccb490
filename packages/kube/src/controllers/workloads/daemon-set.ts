import { sameJson } from '../../object/equal.ts';
import { isDeleting, labelsOf, nameOf, number, specOf, text, uidOf } from '../../object/read.ts';
import type { KubeObject } from '../../object/types.ts';
import type { Controller } from '../types.ts';
import { createWorker } from '../worker.ts';
import { createBackoff } from './backoff.ts';
import { claim } from './claim.ts';
import { isRolling, placementPlan, updatePlan, type Place, type Plan } from './daemon-plan.ts';
import { daemonPod, eligibilityOf, targetOf } from './daemon-pods.ts';
import { daemonStatus } from './daemon-status.ts';
import { createSelectorIndex, keyOf } from './owned.ts';
import { createOwnerQueue } from './owner-queue.ts';
import { partsOf, rows, type WorkloadDeps } from './parts.ts';
import { deletePod, makePod } from './pod-actions.ts';
import { hasEnded, untilAvailable } from './pods.ts';
import { burst, slowStart } from './slow-start.ts';
import { templateHash } from './template.ts';

const concurrency = 2;
/** Milliseconds between replacements of a pod that ends by itself, as upstream's failed-pods backoff. */
const failedPause = { first: 1_000, longest: 15 * 60_000 };

/**
 * Keeps one pod of each daemon set on each node that it is for.
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/
 */
export const daemonSetController = (deps: WorkloadDeps): Controller => {
  const { registry, clock, log } = deps;
  const parts = partsOf(deps, 'daemon-set-controller', 'daemonset-controller');
  const selectors = createSelectorIndex(registry.mirror, rows.daemonSets);
  const backoff = createBackoff(failedPause.first, failedPause.longest, () => performance.now());

  const placesOf = (set: KubeObject, pods: readonly KubeObject[]): { places: readonly Place[]; lost: readonly KubeObject[] } => {
    const byNode = new Map<string, KubeObject[]>();
    const age = (pod: KubeObject) => Date.parse(text(pod.metadata.creationTimestamp)) || 0;
    for (const pod of pods.toSorted((left, right) => age(left) - age(right))) {
      const target = targetOf(pod);
      const there = byNode.get(target);
      if (there === undefined) byNode.set(target, [pod]);
      else there.push(pod);
    }
    const eligibility = eligibilityOf(set);
    const places = registry.mirror.list(rows.nodes, '').map((node) => {
      const there = byNode.get(nameOf(node)) ?? [];
      byNode.delete(nameOf(node));
      return { node: nameOf(node), pods: there, ...eligibility(node) };
    });
    // What is left is meant for nodes that do not exist. Pods that were on one are the pod garbage collector's.
    const lost = [...byNode.values()].flat().filter((pod) => text(specOf(pod)['nodeName']) === '' && !isDeleting(pod));
    return { places, lost };
  };

  const removeEnded = async (set: KubeObject, node: string, pod: KubeObject): Promise<void> => {
    const wait = backoff.wait(`${uidOf(set)}/${node}`);
    if (wait > 0) return worker.addAfter(keyOf(set), wait);
    const failed = text((pod['status'] as Record<string, unknown> | undefined)?.['phase']) === 'Failed';
    await parts.event(set, {
      type: failed ? 'Warning' : 'Normal',
      reason: failed ? 'FailedDaemonPod' : 'SucceededDaemonPod',
      message: `Found ${failed ? 'failed' : 'succeeded'} daemon pod ${keyOf(pod)} on node ${node}, will try to ${failed ? 'kill' : 'delete'} it`,
    });
    await deletePod(parts, set, pod);
  };

  const carryOut = async (set: KubeObject, plan: Plan, hash: string): Promise<void> => {
    const create = plan.create.slice(0, burst);
    const made = slowStart(create.map((node) => () => makePod(parts, set, daemonPod(set, node, hash))));
    const outcomes = await Promise.allSettled([
      made,
      ...plan.remove.slice(0, burst).map((pod) => deletePod(parts, set, pod)),
      ...plan.ended.map(({ node, pod }) => removeEnded(set, node, pod)),
    ]);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    if (plan.create.length > burst || plan.remove.length > burst) worker.add(keyOf(set));
  };

  const publish = async (key: string, uid: string, hash: string): Promise<void> => {
    const [namespace = '', name = ''] = key.split('/');
    const set = registry.get(rows.daemonSets, namespace, name);
    if (set === undefined || uidOf(set) !== uid) return;
    const pods = deps.pods.ownedBy(set);
    const now = clock.now();
    await parts.client.updateStatus(rows.daemonSets, set, daemonStatus(set, placesOf(set, pods).places, { hash, now }));
    const minReady = number(specOf(set)['minReadySeconds']) ?? 0;
    const waits = pods.map((pod) => untilAvailable(pod, minReady, now) ?? 0).filter((wait) => wait > 0);
    if (waits.length > 0) worker.addAfter(key, Math.min(...waits));
  };

  const converge = async (set: KubeObject, hash: string): Promise<void> => {
    const own = await claim({ registry, client: parts.client, index: deps.pods }, { owner: rows.daemonSets, owned: rows.pods }, set);
    const { places, lost } = placesOf(set, own);
    const placement = placementPlan(set, places, hash);
    await carryOut(set, { ...placement, remove: [...placement.remove, ...lost] }, hash);
    if (!isRolling(set)) return;
    const now = deps.pods.ownedBy(set).filter((pod) => !hasEnded(pod));
    await carryOut(set, updatePlan(set, placesOf(set, now).places, { hash, now: clock.now() }), hash);
  };

  const worker = createWorker({
    name: 'daemonset',
    log,
    concurrency,
    async handle(key) {
      const [namespace = '', name = ''] = key.split('/');
      const set = registry.get(rows.daemonSets, namespace, name);
      if (set === undefined || isDeleting(set)) return;
      const hash = templateHash(specOf(set)['template']);
      try {
        await converge(set, hash);
      } finally {
        await publish(key, uidOf(set), hash);
      }
    },
  });

  const owners = createOwnerQueue({ mirror: registry.mirror, row: rows.daemonSets, selectors, worker });
  const nodeMatters = (node: KubeObject, before: KubeObject | undefined) =>
    before === undefined || !sameJson(labelsOf(node), labelsOf(before)) || !sameJson(node['spec'], before['spec']);
  const stop = registry.mirror.subscribe((event) => {
    if (event.row === rows.daemonSets && event.type !== 'DELETED') worker.add(keyOf(event.object));
    if (event.row === rows.nodes && (event.type === 'DELETED' || nodeMatters(event.object, event.previous))) owners.everything();
    if (event.row === rows.pods) owners.changed(event.object, event.previous);
  });
  const stopClock = clock.onChange(owners.everything);
  owners.everything();
  return {
    close() {
      stop();
      stopClock();
      selectors.close();
      worker.close();
    },
  };
};
