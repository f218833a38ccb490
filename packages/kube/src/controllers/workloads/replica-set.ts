import { StatusError } from '../../errors.ts';
import { isDeleting, labelsOf, number, specOf, statusOf, fields, text, textMap, uidOf } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';
import type { Controller } from '../types.ts';
import { createWorker } from '../worker.ts';
import { claim, controllerReference } from './claim.ts';
import { setCondition, withoutCondition } from './conditions.ts';
import { createSelectorIndex, keyOf } from './owned.ts';
import { createOwnerQueue } from './owner-queue.ts';
import { partsOf, rows, type WorkloadDeps } from './parts.ts';
import { deletePod, makePod } from './pod-actions.ts';
import { byExpendability, hasEnded, isActivePod, isReadyPod, untilAvailable } from './pods.ts';
import { burst, slowStart } from './slow-start.ts';
import { podFromTemplate } from './template.ts';

/** Replica sets that are worked on side by side: an admission webhook that takes its time holds up one only. */
const concurrency = 5;

/**
 * Keeps as many pods of each replica set as it asks for.
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/
 */
export const replicaSetController = (deps: WorkloadDeps): Controller => {
  const { registry, clock, log } = deps;
  const parts = partsOf(deps, 'replicaset-controller', 'replicaset-controller');
  const selectors = createSelectorIndex(registry.mirror, rows.replicaSets);
  const desired = (set: KubeObject) => number(specOf(set)['replicas']) ?? 1;

  /** Makes or deletes what is too few or too many. */
  const manage = async (set: KubeObject, active: readonly KubeObject[]): Promise<void> => {
    const missing = desired(set) - active.length;
    const reference = controllerReference(rows.replicaSets, set);
    if (missing > 0) {
      // Pods that find no place are not joined by others without end; each one that finds it brings its set back here.
      const room = burst - active.filter((pod) => text(specOf(pod)['nodeName']) === '').length;
      const count = Math.min(missing, room);
      if (count > 0) await slowStart(Array.from({ length: count }, () => () => makePod(parts, set, podFromTemplate(set, reference))));
    } else {
      const surplus = byExpendability(active).slice(0, Math.min(-missing, burst));
      await Promise.all(surplus.map((pod) => deletePod(parts, set, pod)));
    }
    if (-missing > burst) worker.add(keyOf(set));
  };

  const statusFor = (set: KubeObject, pods: readonly KubeObject[], failure: unknown): Fields => {
    const before = statusOf(set);
    const now = clock.now();
    const active = pods.filter(isActivePod);
    const minReady = number(specOf(set)['minReadySeconds']) ?? 0;
    const template = textMap(fields(fields(specOf(set)['template'])['metadata'])['labels']);
    const labelled = active.filter((pod) => Object.entries(template).every(([key, value]) => labelsOf(pod)[key] === value)).length;
    const ready = active.filter(isReadyPod).length;
    const available = active.filter((pod) => untilAvailable(pod, minReady, now) === 0).length;
    const conditions =
      failure === undefined
        ? withoutCondition(before['conditions'], 'ReplicaFailure')
        : setCondition(
            before['conditions'],
            {
              type: 'ReplicaFailure',
              status: 'True',
              reason: desired(set) > active.length ? 'FailedCreate' : 'FailedDelete',
              message: failure instanceof StatusError ? failure.message : 'internal error',
            },
            { now, updates: false },
          );
    return {
      replicas: active.length,
      ...(labelled === 0 ? {} : { fullyLabeledReplicas: labelled }),
      ...(ready === 0 ? {} : { readyReplicas: ready }),
      ...(available === 0 ? {} : { availableReplicas: available }),
      terminatingReplicas: pods.filter((pod) => isDeleting(pod) && !hasEnded(pod)).length,
      observedGeneration: set.metadata.generation ?? 1,
      ...(conditions.length === 0 ? {} : { conditions }),
    };
  };

  const publish = async (key: string, uid: string, failure: unknown): Promise<void> => {
    const [namespace = '', name = ''] = key.split('/');
    const set = registry.get(rows.replicaSets, namespace, name);
    if (set === undefined || uidOf(set) !== uid) return;
    const pods = deps.pods.ownedBy(set);
    await parts.client.updateStatus(rows.replicaSets, set, statusFor(set, pods, failure));
    const minReady = number(specOf(set)['minReadySeconds']) ?? 0;
    const waits = pods.map((pod) => untilAvailable(pod, minReady, clock.now()) ?? 0).filter((wait) => wait > 0);
    if (waits.length > 0) worker.addAfter(key, Math.min(...waits));
  };

  const worker = createWorker({
    name: 'replicaset',
    log,
    concurrency,
    async handle(key) {
      const [namespace = '', name = ''] = key.split('/');
      const set = registry.get(rows.replicaSets, namespace, name);
      if (set === undefined) return;
      const own = await claim({ registry, client: parts.client, index: deps.pods }, { owner: rows.replicaSets, owned: rows.pods }, set);
      let failure: unknown;
      try {
        if (!isDeleting(set)) await manage(set, own.filter(isActivePod));
      } catch (thrown) {
        failure = thrown;
      }
      await publish(key, uidOf(set), failure);
      if (failure !== undefined) throw failure;
    },
  });

  const owners = createOwnerQueue({ mirror: registry.mirror, row: rows.replicaSets, selectors, worker });
  const stop = registry.mirror.subscribe((event) => {
    if (event.row === rows.replicaSets && event.type !== 'DELETED') worker.add(keyOf(event.object));
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
