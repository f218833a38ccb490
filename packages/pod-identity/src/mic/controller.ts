import type { Clock } from '@podpass/kernel';
import { createEventRecorder, createInformer, keyOf, type Informer, type KubeClient, type KubeObject } from '@podpass/kube-client';
import type { Telemetry } from '@podpass/telemetry';
import { bindingLabel, crdPath } from '../crds/index.ts';
import type { CloudProvider } from './cloud.ts';
import type { MicSettings } from './flags/mic-flags.ts';
import type { Klog } from './klog.ts';
import { createAssignedStore, podKeyOf } from './state/assigned-store.ts';
import { createInventory } from './state/inventory.ts';
import { createPlan } from './state/plan.ts';
import { createAnnouncer } from './work/announcer.ts';
import { createAssignedApi } from './work/assigned-api.ts';
import { createDispatcher } from './work/dispatcher.ts';
import { eventSource } from './wire.ts';

export interface ControllerOptions {
  readonly client: KubeClient;
  readonly cloud: CloudProvider;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly log: Klog;
  readonly settings: Pick<
    MicSettings,
    'forceNamespaced' | 'batch' | 'immutable' | 'retries' | 'retryInterval' | 'syncRetry' | 'reconcileInterval'
  >;
  readonly signal: AbortSignal;
  /** Called once everything is known and work begins. */
  readonly onSynced?: () => void;
}

/** Longest delay of a timer. */
const longestTimer = 2_147_483_647;

/**
 * What a leading MIC does until `signal` aborts; resolves when all of it has ended. Every change leads straight to the
 * pods that it concerns: nothing is listed and nothing waits for a cycle.
 */
export const runController = async (options: ControllerOptions): Promise<void> => {
  const { client, cloud, clock, telemetry, log, settings, signal } = options;
  const dirty = new Set<string>();
  const state = { open: false, planned: false };

  const flush = (): void => {
    state.planned = false;
    if (signal.aborted) return;
    const pods = [...dirty];
    dirty.clear();
    const keys = new Set<string>();
    for (const pod of pods) for (const key of plan.review(pod)) keys.add(key);
    for (const key of keys) dispatcher.enqueue(key);
  };
  const markPod = (key: string): void => {
    dirty.add(key);
    if (!state.open || state.planned) return;
    state.planned = true;
    setImmediate(flush);
  };

  const inventory = createInventory({
    onPod: markPod,
    onProblem: ({ kind, metadata }: KubeObject, problem) =>
      log.error(
        `ignoring azure ${kind === 'AzureIdentityBinding' ? 'identity binding' : 'identity'} ${metadata.namespace ?? ''}/${metadata.name}, error: ${problem}`,
      ),
  });
  const assigned = createAssignedStore(markPod);
  const plan = createPlan({ inventory, assigned, forceNamespaced: settings.forceNamespaced });
  const events = createEventRecorder({ client, clock, log: telemetry.log, component: eventSource });
  const metrics = telemetry.metrics.podIdentity;
  const dispatcher = createDispatcher({
    cloud,
    inventory,
    assigned,
    plan,
    api: createAssignedApi({ client, store: assigned, metrics, signal }),
    announce: createAnnouncer(events, log),
    log,
    metrics,
    signal,
    batch: settings.batch,
    immutable: settings.immutable,
    retries: settings.retries,
    retryInterval: settings.retryInterval,
  });

  const follow = (
    path: string,
    onChange: (before: KubeObject | undefined, after: KubeObject | undefined) => void,
    labelSelector?: string,
  ): Informer => createInformer({ client, path, log: telemetry.log, onChange, ...(labelSelector === undefined ? {} : { labelSelector }) });
  const assignedInformer = follow(crdPath('assigned'), (before, after) => {
    if (after !== undefined) assigned.put(after);
    else if (before !== undefined) assigned.removed(before);
  });
  const informers = [
    follow('/api/v1/nodes', inventory.nodeChanged),
    follow(crdPath('identity'), inventory.identityChanged),
    follow(crdPath('binding'), inventory.bindingChanged),
    follow('/api/v1/pods', inventory.podChanged, bindingLabel),
    assignedInformer,
  ];
  const reviewAll = (): void => {
    for (const key of inventory.podKeys()) markPod(key);
    for (const [, object] of assigned.all()) markPod(podKeyOf(object));
  };
  const resync = (): void => {
    // Only while nothing is under way is a difference between the watch and the writes a mistake.
    if (dispatcher.idle) assigned.keepOnly(new Set([...assignedInformer.list()].map((object) => keyOf(object))));
    inventory.forgetNodes(assigned.onNode);
    reviewAll();
    dispatcher.retryAll();
  };

  try {
    // Before all of it is known, pods would seem unbound and lose what they have.
    await Promise.all(informers.map((informer) => informer.start(signal)));
  } catch (thrown) {
    if (signal.aborted) return;
    throw thrown;
  }
  log.info('sync thread started.');
  state.open = true;
  reviewAll();
  const { pods, identities, bindings } = inventory.counts;
  log.info(`Found ${String(pods)} pods, ${String(identities)} ids, ${String(bindings)} bindings`);
  options.onSynced?.();

  const timers = [
    setInterval(resync, Math.min(settings.syncRetry, longestTimer)),
    setInterval(dispatcher.reconcile, Math.min(settings.reconcileInterval, longestTimer)),
  ];
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  for (const timer of timers) clearInterval(timer);
  dispatcher.stop();
  await dispatcher.settle();
};
