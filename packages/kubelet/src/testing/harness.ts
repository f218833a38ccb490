import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { createClock, type AdjustableClock } from '@podpass/kernel';
import { silentTelemetry } from '@podpass/telemetry';
import { createNodeClient } from '../api/client.ts';
import { createPodEvents } from '../api/events.ts';
import { watchPods } from '../api/pods.ts';
import { createImageCatalogue } from '../images/catalogue.ts';
import { readLog } from '../logs/read.ts';
import { createPodManager, type PodManager } from '../pod/manager.ts';
import type { NamespaceRuntime } from '../runtime/namespace/runtime.ts';
import type { ImageEntry, NodeNetwork } from '../types.ts';
import { script } from './builders.ts';
import { createFakeApi, type FakeApi } from './fake-api.ts';

export const start = Date.parse('2026-01-01T00:00:00Z');
export const forever = 'setInterval(() => {}, 1e9);';
/** A catalogue with one image, whose program is this script. */
export const app = (source: string): ImageEntry[] => [{ image: 'test/app', command: script(source) }];

interface Harness {
  folder: string;
  clock: AdjustableClock;
  api: FakeApi;
  manager: PodManager | undefined;
  /** Takes up the pods of the API server, with this catalogue. */
  run(entries: readonly ImageEntry[], node?: { network?: NodeNetwork; runtime?: NamespaceRuntime }): void;
}

/** The pods of one node in front of an API server in memory; a new one for each test. */
export const usePods = () => {
  let stopping: AbortController;
  const harness: Harness = {
    folder: '',
    clock: createClock({ frozenAt: start }),
    api: createFakeApi(createClock()),
    manager: undefined,
    run(entries, { network, runtime } = {}) {
      const { log } = silentTelemetry();
      const client = createNodeClient({ origin: 'https://api.test', wire: harness.api.wire, credential: { cert: '', key: '' } });
      const events = createPodEvents({ api: client, node: 'node-0', clock: harness.clock, log });
      const options = {
        node: { name: 'node-0' },
        podsDir: harness.folder,
        images: createImageCatalogue({ entries }),
        apiServer: 'https://api.test',
        hostEnvironment: { HTTPS_PROXY: 'http://proxy' },
        ...(network === undefined ? {} : { network }),
      };
      const pods = createPodManager({ api: client, clock: harness.clock, events, log, options, runtime });
      harness.manager = pods;
      watchPods(
        { api: client, node: 'node-0', log, onChange: pods.update, onDelete: pods.remove, onList: pods.sweep },
        stopping.signal,
      ).catch(() => undefined);
    },
  };
  beforeEach(async () => {
    harness.folder = await mkdtemp(join(tmpdir(), 'kubelet-'));
    harness.clock = createClock({ frozenAt: start });
    harness.api = createFakeApi(harness.clock);
    stopping = new AbortController();
  });
  afterEach(async () => {
    stopping.abort();
    await harness.manager?.stop({ removePods: false });
    harness.manager = undefined;
    await rm(harness.folder, { recursive: true, force: true });
  });
  return {
    harness,
    statusOf: (name = 'web', index = 0) => harness.api.pod(name)?.status?.containerStatuses?.[index],
    reasons: () => harness.api.events().map((event) => event.reason),
    logOf: (container = 'main', previous = false) =>
      readLog(harness.manager?.find('default', 'web')?.log(container, previous)?.file ?? '', {}),
  };
};
