import { createInformer, type KubeClient } from '@podpass/kube-client';
import { isObject } from '@podpass/kernel';
import type { Logger } from '@podpass/telemetry';
import { api, paths } from '../wire.ts';
import type { Pod } from './types.ts';

export interface PodSource {
  readonly api: KubeClient;
  readonly node: string;
  readonly log: Logger;
  readonly onChange: (pod: Pod) => void;
  readonly onDelete: (pod: Pod) => void;
  /** After every list, when its differences were told. */
  readonly onList: () => void;
}

/** The API server validated its pods; only the members that identify one are checked. */
const isPod = (value: unknown): value is Pod =>
  isObject(value) && isObject(value['metadata']) && typeof value['metadata']['uid'] === 'string' && isObject(value['spec']);

/**
 * Follows the node's pods until `signal` aborts; resolves after the first list, or when it aborts before. Failures are
 * retried with doubling pauses.
 */
export const watchPods = async ({ api: client, node, log, onChange, onDelete, onList }: PodSource, signal: AbortSignal): Promise<void> => {
  const informer = createInformer({
    client,
    path: paths.pods,
    fieldSelector: `spec.nodeName=${node}`,
    log,
    pauses: { shortest: api.retryShortest, longest: api.retryLongest },
    onList,
    onChange(before, after) {
      if (isPod(after)) onChange(after);
      else if (isPod(before)) onDelete(before);
    },
  });
  await informer.start(signal).catch((thrown: unknown) => {
    if (!signal.aborted) throw thrown;
  });
};
