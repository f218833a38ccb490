import { chmod, mkdir, rm } from 'node:fs/promises';
import { createListener } from '@podpass/http';
import { createClock, isKernelError, messageOf } from '@podpass/kernel';
import { createNodeClient } from './api/client.ts';
import { createPodEvents } from './api/events.ts';
import { watchPods } from './api/pods.ts';
import { createLogSurface } from './logs/surface.ts';
import { registerNode, renewLease, reportNode, type NodeOptions } from './node/register.ts';
import { createPodManager } from './pod/manager.ts';
import { createNamespaceRuntime } from './runtime/namespace/runtime.ts';
import { reapOrphans } from './runtime/reap.ts';
import { pause } from './time.ts';
import type { Kubelet, KubeletOptions } from './types.ts';
import { api as limits, grace, heartbeat } from './wire.ts';

/** Creates the kubelet of one node. Nothing happens before `start`. */
export const createKubelet = (options: KubeletOptions): Kubelet => {
  const { node, apiServer, credential, clusterCa, serverCertificate, wire, clock, telemetry, podsDir } = options;
  const log = telemetry.log.child({ node: node.name });
  const api = createNodeClient({ origin: apiServer, wire, credential });
  const events = createPodEvents({ api, node: node.name, clock, log });
  const runtime =
    options.network?.runtime.name === 'namespace'
      ? createNamespaceRuntime({ podsDir, rootless: process.getuid?.() !== 0, ...(options.namespace ?? { masked: [], shared: [] }) })
      : undefined;
  const pods = createPodManager({ api, clock, events, log, options, runtime });
  const certificate = { certificate: serverCertificate.cert, privateKey: serverCertificate.key };
  const listener = createListener({
    surfaces: [createLogSurface({ pods, clusterCa, clock, certificateClock: createClock() })],
    certificates: { forHost: () => Promise.resolve(certificate) },
    telemetry,
    clock,
  });
  const stopping = new AbortController();
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  // Whoever only starts the kubelet hears of a failure from `start`.
  ready.catch(() => undefined);
  let starting: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;

  const repeat = async (what: string, period: number, action: () => Promise<void>): Promise<void> => {
    while (!stopping.signal.aborted) {
      await action().catch((thrown: unknown) => log.debug({}, `${what} failed: ${messageOf(thrown)}`));
      await pause(period, stopping.signal);
    }
  };

  /** The API server may come up a moment after its kubelets. */
  const register = async (described: NodeOptions): Promise<void> => {
    for (let wait: number = limits.retryShortest; ; wait *= 2) {
      try {
        await registerNode(described);
        return;
      } catch (thrown) {
        if (stopping.signal.aborted || wait > limits.retryLongest / 2 || !isKernelError(thrown, 'unavailable')) throw thrown;
        await pause(wait, stopping.signal);
      }
    }
  };

  const begin = async (): Promise<void> => {
    await mkdir(podsDir, { recursive: true, mode: 0o700 });
    await chmod(podsDir, 0o700);
    await reapOrphans(podsDir, log);
    const [{ port }] = await Promise.all([listener.listen(), runtime?.prepare()]);
    const described: NodeOptions = { api, clock, node, port, address: options.network?.nodeIp, runtime: options.network?.runtime.name };
    await register(described);
    const listed = watchPods(
      { api, node: node.name, log, onChange: pods.update, onDelete: pods.remove, onList: pods.sweep },
      stopping.signal,
    );
    repeat('Renewing the lease', heartbeat.lease, () => renewLease(described)).catch(() => undefined);
    pause(heartbeat.nodeStatus, stopping.signal)
      .then(() => repeat('Reporting the node', heartbeat.nodeStatus, () => reportNode(described)))
      .catch(() => undefined);
    await listed;
  };

  const end = async (removePods: boolean): Promise<void> => {
    stopping.abort();
    await starting?.catch(() => undefined);
    await pods.stop({ removePods });
    await Promise.race([events.settle(), new Promise((done) => setTimeout(done, grace.shutdown).unref())]);
    await listener.close({ graceMs: 0 });
    await runtime?.close();
    if (removePods) await rm(podsDir, { recursive: true, force: true });
  };

  return {
    ready,
    start() {
      starting ??= begin().then(resolve, (thrown: unknown) => {
        reject(thrown);
        throw thrown;
      });
      return starting;
    },
    stop({ removePods = false } = {}) {
      stopped ??= end(removePods).catch((thrown: unknown) => log.warn({}, `The kubelet did not stop cleanly: ${messageOf(thrown)}`));
      return stopped;
    },
  };
};
