import type { PodSource } from '../types.ts';
import type { ClusterView } from './cluster-view.ts';
import { nmiError } from './errors.ts';
import type { PodRecord } from './objects.ts';
import { podWait } from './wire.ts';

/** Milliseconds of the machine's time. */
const machineTime = (): number => performance.now();

const isThat = (pod: PodRecord | undefined, { namespace, name }: PodSource): pod is PodRecord =>
  pod !== undefined && pod.alive && pod.namespace === namespace && pod.name === name;

/**
 * The API server's pod for the pod that the network proved: the same uid, never just the same address or name. The cache
 * may be a moment behind a new pod. Throws NmiError 500 when there is none.
 */
export const findPod = async (view: ClusterView, source: PodSource | undefined): Promise<PodRecord> => {
  if (source === undefined) throw nmiError.unknownSource();
  const until = machineTime() + podWait;
  for (;;) {
    const pod = view.podByUid(source.uid);
    if (isThat(pod, source)) return pod;
    const left = until - machineTime();
    if (left <= 0) throw nmiError.unknownPod();
    await view.waiters.wait(source.uid, left);
  }
};
