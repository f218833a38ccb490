import { nameOf, namespaceOf, objects, statusOf } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import { bindPod, withCondition } from '../registry/bind.ts';
import { resourceOf } from '../resources/lookup.ts';
import { names } from '../wire.ts';
import { recordEvent } from './recorder.ts';
import { createOccupancy } from './occupancy.ts';
import { fullNode, obstacle, unschedulableMessage, wantsPlace } from './scheduling.ts';
import type { Controller, ControllerDeps } from './types.ts';
import { createWorker } from './worker.ts';

const pods = resourceOf('', 'pods');
const nodes = resourceOf('', 'nodes');

/** Pods that are looked at again when a place becomes free: more than one, since the first may not fit there. */
const lookedAtAgain = 16;

/** Binds pods to ready nodes that fit, the one with the fewest pods first. Of resources, only the number of pods is counted. */
export const schedulerController = (deps: ControllerDeps): Controller => {
  const { registry, clock, log } = deps;
  const component = names.scheduler;
  const refuse = async (pod: KubeObject, message: string) => {
    const present = objects(statusOf(pod)['conditions']).find((condition) => condition['type'] === 'PodScheduled');
    if (present?.['status'] === 'False' && present['message'] === message) return;
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
    const conditions = withCondition(statusOf(pod)['conditions'], condition, clock.now());
    await registry.update(pods, pod, { ...pod, status: { ...statusOf(pod), conditions } });
    await recordEvent(deps, pod, { type: 'Warning', reason: 'FailedScheduling', message, component });
  };
  const worker = createWorker({
    name: 'scheduler',
    log,
    async handle(key) {
      const [namespace = '', name = ''] = key.split('/');
      const pod = registry.get(pods, namespace, name);
      if (pod === undefined || !wantsPlace(pod)) return;
      const candidates = registry.mirror.list(nodes, '');
      const reasons = candidates.map((node) => obstacle(pod, node, occupancy.of(nameOf(node))));
      const fitting = candidates.filter((_, index) => reasons[index] === undefined);
      const [chosen] =
        fitting.length < 2 ? fitting : fitting.toSorted((left, right) => occupancy.of(nameOf(left)) - occupancy.of(nameOf(right)));
      if (chosen === undefined && reasons.includes(fullNode)) forPlace.add(key);
      if (chosen === undefined) return refuse(pod, unschedulableMessage(reasons.filter((reason) => reason !== undefined)));
      await bindPod(deps, pod, nameOf(chosen));
      const message = `Successfully assigned ${key} to ${nameOf(chosen)}`;
      await recordEvent(deps, pod, { type: 'Normal', reason: 'Scheduled', message, component });
    },
  });
  /** Pods that wait for a place on a full node. */
  const forPlace = new Set<string>();
  const occupancy = createOccupancy(registry.mirror, () => {
    let left = lookedAtAgain;
    for (const key of forPlace) {
      if (left === 0) return;
      left -= 1;
      forPlace.delete(key);
      worker.add(key);
    }
  });
  const enqueue = (pod: KubeObject) => {
    if (wantsPlace(pod)) worker.add(`${namespaceOf(pod)}/${nameOf(pod)}`);
  };
  const everything = () => {
    for (const pod of registry.mirror.list(pods, '')) enqueue(pod);
  };
  const stop = registry.mirror.subscribe((event) => {
    if (event.row === pods) {
      if (event.type === 'DELETED') forPlace.delete(`${namespaceOf(event.object)}/${nameOf(event.object)}`);
      else enqueue(event.object);
    }
    // Pods that found no place may find one after any change of the nodes.
    if (event.row === nodes) everything();
  });
  everything();
  return {
    close() {
      stop();
      occupancy.close();
      worker.close();
    },
  };
};
