import { messageOf } from '@podpass/kernel';
import { createInformer, type KubeClient, type KubeObject } from '@podpass/kube-client';
import type { Logger } from '@podpass/telemetry';
import { isObject } from '@podpass/kernel';
import { isNmiImage } from './component-images.ts';

/** Whether somebody runs an NMI of his own in a cluster (standard mode): then pods get no machine's tokens while NMI is away. */
export interface NmiPresence {
  readonly present: boolean;
  /** Starts to look; resolves when the answer is known, and after a second in any case. */
  follow(): Promise<void>;
  close(): void;
}

const patience = 1_000;

const runsNmi = (daemonSet: KubeObject): boolean => {
  const spec = isObject(daemonSet['spec']) ? daemonSet['spec'] : {};
  const template = isObject(spec['template']) ? spec['template'] : {};
  const podSpec = isObject(template['spec']) ? template['spec'] : {};
  const containers: readonly unknown[] = Array.isArray(podSpec['containers']) ? podSpec['containers'] : [];
  return containers.some((container) => isObject(container) && typeof container['image'] === 'string' && isNmiImage(container['image']));
};

/** Watches the cluster's DaemonSets once `follow` was called. Until the first answer an NMI counts as present. */
export const createNmiPresence = (options: { readonly client: () => Promise<KubeClient>; readonly log: Logger }): NmiPresence => {
  const { log } = options;
  const closing = new AbortController();
  const found = new Set<string>();
  let following: Promise<void> | undefined;
  let known = true;

  const look = async (): Promise<void> => {
    known = false;
    const informer = createInformer({
      client: await options.client(),
      path: '/apis/apps/v1/daemonsets',
      log,
      onChange(before, after) {
        if (before !== undefined) found.delete(before.metadata.uid);
        if (after !== undefined && runsNmi(after)) found.add(after.metadata.uid);
      },
    });
    await informer.start(closing.signal);
    known = true;
  };

  return {
    get present() {
      return following !== undefined && (!known || found.size > 0);
    },
    follow() {
      following ??= look().catch((thrown: unknown) => {
        if (!closing.signal.aborted) log.warn({ err: thrown }, `The cluster's DaemonSets cannot be watched: ${messageOf(thrown)}`);
      });
      return Promise.race([following, new Promise<void>((done) => void setTimeout(done, patience).unref())]);
    },
    close: () => closing.abort(),
  };
};
