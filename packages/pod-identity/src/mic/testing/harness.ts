import { createClock } from '@podpass/kernel';
import { createKubeClient } from '@podpass/kube-client';
import { silentTelemetry } from '@podpass/telemetry';
import { crdPath, readAssigned, type AzureAssignedIdentity } from '../../crds/index.ts';
import { runController, type ControllerOptions } from '../controller.ts';
import { createKlog } from '../klog.ts';
import { clusterOf } from './builders.ts';
import { createFakeApi, type FakeApi } from './fake-api.ts';
import { createMemoryCloud, type MemoryCloud } from './memory-cloud.ts';

/** Turns of the event loop, and milliseconds, without a condition coming true after which a test fails. */
const patience = { turns: 4_000, time: 10_000 };

/** Waits, turn by turn of the event loop, until `condition` holds. */
export const expectSoon = async (condition: () => boolean, what = 'the condition'): Promise<void> => {
  const begun = performance.now();
  for (let turn = 0; turn < patience.turns || performance.now() - begun < patience.time; turn += 1) {
    if (condition()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`${what} did not come true`);
};

/** Lets everything that is under way come to rest. */
export const rest = async (turns = 60): Promise<void> => {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

export interface HarnessOptions {
  readonly api?: FakeApi;
  readonly cloud?: MemoryCloud;
  readonly settings?: Partial<ControllerOptions['settings']>;
}

/** A controller at work against an API server and a cloud in memory. */
export const startMic = async ({ api = createFakeApi(), cloud = createMemoryCloud(), settings = {} }: HarnessOptions = {}) => {
  const clock = createClock();
  const lines: string[] = [];
  const stop = new AbortController();
  let synced = false;
  const client = createKubeClient({
    origin: 'https://api.test',
    wire: api.wire,
    credential: { token: async () => 't' },
    userAgent: 'test',
  });
  const running = runController({
    client,
    cloud: cloud.cloud,
    clock,
    telemetry: silentTelemetry(),
    log: createKlog({ clock, source: 'mic.ts', write: (line) => lines.push(line) }),
    settings: {
      forceNamespaced: false,
      batch: 20,
      immutable: new Set(),
      retries: 2,
      retryInterval: 1,
      syncRetry: 3_600_000,
      reconcileInterval: 180_000,
      ...settings,
    },
    signal: stop.signal,
    onSynced: () => {
      synced = true;
    },
  });
  await expectSoon(() => synced, 'the first list');
  const assigned = (): Record<string, AzureAssignedIdentity> =>
    Object.fromEntries(
      api.list(crdPath('assigned')).flatMap((object) => {
        const { value } = readAssigned(object);
        return value === undefined ? [] : [[`${value.namespace}/${value.name}`, value]];
      }),
    );
  return {
    api,
    cloud,
    lines,
    cluster: clusterOf(api),
    assigned,
    /** Keys and states of all assigned identities, in order. */
    states: () =>
      Object.entries(assigned())
        .map(([key, { status }]) => `${key} ${status}`)
        .toSorted(),
    events: () =>
      api.list('/api/v1/events').map((event) => `${String(event['type'])} ${String(event['reason'])}: ${String(event['message'])}`),
    stop: async () => {
      stop.abort();
      await running;
    },
  };
};

export type MicHarness = Awaited<ReturnType<typeof startMic>>;
