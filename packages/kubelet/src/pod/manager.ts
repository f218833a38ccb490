import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { namespaceOf, type Pod } from '../api/types.ts';
import { grace, nodePods } from '../wire.ts';
import type { NodeContext } from './node-context.ts';
import { rejectPod } from './reject.ts';
import { createPodWorker, type PodWorker } from './worker.ts';

export interface PodManager {
  update(pod: Pod): void;
  remove(pod: Pod): void;
  /** Removes the folders of pods that are no more. Call it after every list. */
  sweep(): void;
  find(namespace: string, name: string): PodWorker | undefined;
  stop(options: { removePods: boolean }): Promise<void>;
}

/** Uids and names become paths: only those that cannot leave the folder are taken up. */
const safe = /^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/u;
const isSafe = (pod: Pod): boolean =>
  safe.test(pod.metadata.uid) &&
  [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].every(({ name }) => safe.test(name)) &&
  (pod.spec.volumes ?? []).every(({ name }) => safe.test(name));

const hasEnded = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

export const createPodManager = (node: NodeContext): PodManager => {
  const workers = new Map<string, PodWorker>();
  const leaving = new Set<Promise<void>>();
  let stopped = false;

  const dismiss = (uid: string, worker: PodWorker): void => {
    workers.delete(uid);
    const done = worker.stop({ graceMs: 0, forget: true }).catch(() => undefined);
    leaving.add(done);
    done.then(() => leaving.delete(done)).catch(() => undefined);
  };

  const update = (pod: Pod): void => {
    if (stopped) return;
    const known = workers.get(pod.metadata.uid);
    if (known === undefined && !isSafe(pod)) {
      node.log.warn({ pod: pod.metadata.name }, 'A pod with unusable names was not taken up.');
      return;
    }
    if (known === undefined && !hasEnded(pod) && pod.metadata.deletionTimestamp === undefined) {
      const used = [...workers.values()].filter((worker) => !hasEnded(worker.pod)).length;
      const capacity = node.options.node.maxPods ?? nodePods;
      if (used >= capacity) {
        rejectPod(node, pod, { used, capacity }).catch(() => undefined);
        return;
      }
    }
    const worker = known ?? createPodWorker(node, pod);
    workers.set(pod.metadata.uid, worker);
    if (known !== undefined || pod.metadata.deletionTimestamp !== undefined) worker.update(pod);
  };

  /** Their processes were ended before the first list. */
  const removeFolders = async (): Promise<void> => {
    const present = await readdir(node.options.podsDir).catch(() => []);
    for (const uid of present)
      // Names with a dot are not pods': they are the runtime's.
      if (!uid.startsWith('.') && !workers.has(uid) && leaving.size === 0)
        await rm(join(node.options.podsDir, uid), { recursive: true, force: true });
  };

  return {
    update,
    remove(pod) {
      const worker = workers.get(pod.metadata.uid);
      if (worker !== undefined) dismiss(pod.metadata.uid, worker);
    },
    sweep() {
      removeFolders().catch(() => undefined);
    },
    find: (namespace, name) => [...workers.values()].findLast(({ pod }) => pod.metadata.name === name && namespaceOf(pod) === namespace),
    async stop({ removePods }) {
      stopped = true;
      await Promise.all(
        [...workers.values()].map((worker) => worker.stop({ graceMs: grace.shutdown, forget: removePods }).catch(() => undefined)),
      );
      workers.clear();
      await Promise.all(leaving);
    },
  };
};
