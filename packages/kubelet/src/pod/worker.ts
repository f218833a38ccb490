import { mkdir, rm } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '@podpass/kernel';
import { isKubeStatus } from '@podpass/kube-client';
import { namespaceOf, type Pod } from '../api/types.ts';
import { createDataSource } from '../env/sources.ts';
import { translate } from '../env/translate.ts';
import { olderPart, type LogFile } from '../logs/file.ts';
import { pause, timestamp } from '../time.ts';
import { createVolumes } from '../volumes/volumes.ts';
import { api as limits, grace, paths, podAddress, podFolders } from '../wire.ts';
import { restarts } from './backoff.ts';
import { createAttachment } from './attachment.ts';
import { createContainerWorker, logPath, type ContainerWorker } from './container.ts';
import type { PodContext } from './context.ts';
import { recordsOf, resume } from './records.ts';
import { createStatusReporter } from './reporter.ts';
import type { NodeContext } from './node-context.ts';
import { isInitialised, podStatus, type ContainerRecord } from './status.ts';

export interface PodWorker {
  readonly pod: Pod;
  /** A newer version of the pod: only its deletion matters, the rest of a spec cannot change. */
  update(pod: Pod): void;
  /** Ends the containers. With `forget` the pod's folder and, where possible, the pod itself are removed. */
  stop(options: { graceMs: number; forget: boolean }): Promise<void>;
  /** The log of a container; undefined when the pod has no such container or it has no such run. */
  log(container: string, previous: boolean): { readonly file: string; readonly live: LogFile | undefined } | undefined;
}

const terminal = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** Takes up a pod: volumes, init containers in order, containers side by side, and its end. One worker for each uid. */
export const createPodWorker = (node: NodeContext, initial: Pod): PodWorker => {
  const { api, clock, events, log, options } = node;
  const podFolder = join(options.podsDir, initial.metadata.uid);
  const namespace = namespaceOf(initial);
  const name = initial.metadata.name;
  const restartPolicy = initial.spec.restartPolicy ?? 'Always';
  const ending = new AbortController();
  const closed = new AbortController();
  const records = recordsOf(initial);
  const workers = new Map<string, ContainerWorker>();
  const startTime = initial.status?.startTime ?? timestamp(clock.now());
  const reporter = createStatusReporter({ api, pod: initial, log, signal: closed.signal });
  let pod = initial;
  let mounted = false;
  let removal: Promise<void> | undefined;

  const attachment = createAttachment({ network: options.network, pod: initial, events, signal: ending.signal });

  const addresses = () => {
    const ip = options.network === undefined ? podAddress : (attachment.known()?.ip ?? initial.status?.podIP);
    return { hostIp: options.network?.nodeIp ?? podAddress, ip };
  };

  const report = (): void => {
    const status = podStatus({ pod, records, mounted, startTime, now: timestamp(clock.now()), restartPolicy, addresses: addresses() });
    pod = { ...pod, status };
    reporter.report(status);
  };

  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const volumes = createVolumes({
    api,
    clock,
    pod,
    podFolder,
    signal: ending.signal,
    runs: containers.some((container) => options.images.find(container.image) !== undefined),
    ofComponents(volume) {
      const mounting = containers.filter(({ volumeMounts = [] }) => volumeMounts.some(({ name: mounted }) => mounted === volume.name));
      return mounting.length > 0 && mounting.every(({ image }) => options.images.find(image)?.component !== undefined);
    },
    onFailure: (message) => events.pod(pod, { type: 'warning', reason: 'FailedMount', message }),
  });

  const context: PodContext = {
    pod,
    namespace,
    podFolder,
    restartPolicy,
    graceMs: (pod.spec.terminationGracePeriodSeconds ?? grace.defaultSeconds) * 1000,
    clock,
    events,
    images: options.images,
    volumes,
    data: createDataSource(api, ending.signal),
    apiServer: options.apiServer,
    hostEnvironment: options.hostEnvironment,
    network: options.network,
    attached: attachment.known,
    runtime: node.runtime,
    signal: ending.signal,
    translate: (text, mounts) => translate(text, mounts) ?? text,
    changed: report,
    dropLogs(container, run) {
      const file = logPath(podFolder, container, run);
      for (const part of [file, olderPart(file)]) rmSync(part, { force: true });
    },
  };

  const again = (record: ContainerRecord) => (exitCode: number) => restarts(record.sidecar ? 'Always' : restartPolicy, exitCode);

  const runContainer = (record: ContainerRecord): { done: Promise<void>; begun: Promise<void> } => {
    if (!resume(record, again(record))) return { done: Promise.resolve(), begun: Promise.resolve() };
    const worker = createContainerWorker(context, record);
    workers.set(record.container.name, worker);
    return { done: worker.run(), begun: worker.begun };
  };

  const initialise = async (running: Promise<void>[]): Promise<boolean> => {
    for (const record of records.filter((item) => item.init)) {
      if (!record.sidecar && isInitialised(record)) continue;
      const { done, begun } = runContainer(record);
      if (record.sidecar) running.push(done);
      await (record.sidecar ? begun : done);
      if (ending.signal.aborted) return false;
      if (!isInitialised(record)) return false;
    }
    return true;
  };

  const run = async (): Promise<void> => {
    for (const part of [podFolders.home, podFolders.temporary]) await mkdir(join(podFolder, part), { recursive: true, mode: 0o700 });
    report();
    const [reachable, prepared] = await Promise.all([attachment.attach(), volumes.mount()]);
    if (!reachable || !prepared) return;
    mounted = true;
    report();
    volumes.maintain().catch(() => undefined);
    const sidecars: Promise<void>[] = [];
    if (!(await initialise(sidecars))) {
      report();
      return;
    }
    const mains = records.filter((record) => !record.init);
    for (const record of mains) if (record.state.waiting !== undefined) record.state = { waiting: { reason: 'ContainerCreating' } };
    await Promise.all(mains.map((record) => runContainer(record).done));
    if (ending.signal.aborted) return;
    // The pod has ended by itself: its sidecars end with it, last first.
    const live = records.filter((record) => record.sidecar).toReversed();
    ending.abort();
    for (const record of live) await workers.get(record.container.name)?.stop(context.graceMs);
    await Promise.all(sidecars);
    report();
  };

  const runToEnd = async (): Promise<void> => {
    await run().catch((thrown: unknown) => log.error({ pod: name, err: thrown }, `Pod could not be run: ${messageOf(thrown)}`));
    // A pod that has ended gives its address back; its processes are gone by now.
    if (ending.signal.aborted || terminal(pod)) await attachment.detach();
  };
  const work = terminal(initial) ? Promise.resolve() : runToEnd();

  const endContainers = async (graceMs: number): Promise<void> => {
    ending.abort();
    const mains = [...workers].filter(([container]) => !records.some((record) => record.init && record.container.name === container));
    const inits = [...workers].filter(([container]) => !mains.some(([main]) => main === container)).toReversed();
    await Promise.all(mains.map(([, worker]) => worker.stop(graceMs)));
    for (const [, worker] of inits) await worker.stop(graceMs);
    await Promise.race([work, new Promise((resolve) => setTimeout(resolve, grace.reap).unref())]);
    await attachment.detach();
  };

  const deleteFromApi = async (): Promise<void> => {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid: initial.metadata.uid } };
    await api.delete(paths.pod(namespace, name), body).catch((thrown: unknown) => {
      if (!isKubeStatus(thrown, 404, 409)) throw thrown;
    });
  };

  /** Nobody else would ask for it again: the pod would stay Terminating. */
  const deleteAtLast = async (): Promise<void> => {
    for (let wait: number = limits.retryShortest; !closed.signal.aborted; wait = Math.min(wait * 2, limits.retryLongest)) {
      try {
        return await deleteFromApi();
      } catch (thrown) {
        log.warn({ pod: name, retryIn: wait }, `Pod could not be deleted: ${messageOf(thrown)}`);
        await pause(wait, closed.signal);
      }
    }
  };

  const remove = async (graceMs: number): Promise<void> => {
    for (const [container, worker] of workers) {
      if (records.some((record) => record.container.name === container && record.state.running !== undefined)) {
        events.pod(pod, { reason: 'Killing', message: `Stopping container ${container}`, container });
      }
      // A second deletion with a shorter grace period ends what the first one still waits for.
      if (ending.signal.aborted) worker.stop(graceMs).catch(() => undefined);
    }
    await endContainers(graceMs);
    report();
    await reporter.settle();
    await deleteAtLast();
  };

  const clean = async (): Promise<void> => {
    await rm(podFolder, { recursive: true, force: true, maxRetries: 3 });
  };

  return {
    get pod() {
      return pod;
    },
    update(next) {
      pod = next;
      const { deletionTimestamp, deletionGracePeriodSeconds } = next.metadata;
      if (deletionTimestamp === undefined) {
        if ((next.spec.readinessGates ?? []).length > 0) report();
        return;
      }
      const graceMs = (deletionGracePeriodSeconds ?? grace.defaultSeconds) * 1000;
      if (removal === undefined)
        removal = remove(graceMs).catch((thrown: unknown) => log.warn({ pod: name }, `Pod could not be removed: ${messageOf(thrown)}`));
      else for (const worker of workers.values()) worker.stop(graceMs).catch(() => undefined);
    },
    async stop({ graceMs, forget }) {
      // What the platform's own end does to the containers is not the pod's story.
      closed.abort();
      await endContainers(graceMs);
      if (!forget) return;
      await deleteFromApi().catch(() => undefined);
      await clean();
    },
    log(container, previous) {
      const record = records.find((item) => item.container.name === container);
      if (record === undefined) return undefined;
      // Between two runs the one that ended is both the present and the previous one.
      const between = record.state.waiting !== undefined && record.lastState.terminated !== undefined;
      const run = record.restartCount - (previous && !between ? 1 : 0);
      if (run < 0) return undefined;
      return { file: logPath(podFolder, container, run), live: previous ? undefined : workers.get(container)?.log };
    },
  };
};
