import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock, type AdjustableClock } from '@podpass/kernel';
import { silentTelemetry } from '@podpass/telemetry';
import { createApiClient } from './api/client.ts';
import { createEventRecorder } from './api/events.ts';
import { watchPods } from './api/pods.ts';
import { createImageCatalogue } from './images/catalogue.ts';
import { registerNode, renewLease } from './node/register.ts';
import { createPodManager, type PodManager } from './pod/manager.ts';
import { readLog } from './logs/read.ts';
import { recordProcess } from './runtime/pid-file.ts';
import { reapOrphans } from './runtime/reap.ts';
import { containerOf, eventually, podOf, script } from './testing/builders.ts';
import { createFakeApi, type FakeApi } from './testing/fake-api.ts';
import type { ImageEntry } from './types.ts';

let folder: string;
let clock: AdjustableClock;
let api: FakeApi;
let stopping: AbortController;
let manager: PodManager | undefined;
const start = Date.parse('2026-01-01T00:00:00Z');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubelet-'));
  clock = createClock({ frozenAt: start });
  api = createFakeApi(clock);
  stopping = new AbortController();
});

afterEach(async () => {
  stopping.abort();
  await manager?.stop({ removePods: false });
  manager = undefined;
  await rm(folder, { recursive: true, force: true });
});

const run = (entries: readonly ImageEntry[]): void => {
  const { log } = silentTelemetry();
  const client = createApiClient({ origin: 'https://api.test', wire: api.wire, credential: { cert: '', key: '' } });
  const events = createEventRecorder({ api: client, node: 'node-0', clock, log });
  const options = {
    podsDir: folder,
    images: createImageCatalogue({ entries }),
    apiServer: 'https://api.test',
    hostEnvironment: { HTTPS_PROXY: 'http://proxy' },
  };
  const pods = createPodManager({ api: client, clock, events, log, options });
  manager = pods;
  watchPods(
    { api: client, node: 'node-0', log, onList: pods.replace, onChange: pods.update, onDelete: pods.remove },
    stopping.signal,
  ).catch(() => undefined);
};
const app = (source: string): ImageEntry[] => [{ image: 'test/app', command: script(source) }];
const statusOf = (name = 'web', index = 0) => api.pod(name)?.status?.containerStatuses?.[index];
const reasons = () => api.events().map((event) => event.reason);
const logOf = (container = 'main', previous = false) => readLog(manager?.find('default', 'web')?.log(container, previous)?.file ?? '', {});
const forever = 'setInterval(() => {}, 1e9);';

describe('a pod that cannot be prepared', () => {
  const withToken = {
    volumes: [
      {
        name: 'azure',
        projected: {
          sources: [
            { serviceAccountToken: { audience: 'api://AzureADTokenExchange', path: 'azure-identity-token', expirationSeconds: 3600 } },
          ],
        },
      },
    ],
    containers: [containerOf({ volumeMounts: [{ name: 'azure', mountPath: '/var/run/secrets/azure/tokens' }] })],
  };

  it('waits in ContainerCreating with a FailedMount event until its token can be had', async () => {
    api.failTokens({ status: 404, message: 'serviceaccounts "workload" not found' });
    run(app(forever));
    api.addPod(podOf(withToken));
    const event = await eventually(() => api.events().find(({ reason }) => reason === 'FailedMount'));
    expect(event).toMatchObject({
      type: 'Warning',
      message: 'MountVolume.SetUp failed for volume "azure" : failed to fetch token: serviceaccounts "workload" not found',
    });
    expect(statusOf()?.state).toEqual({ waiting: { reason: 'ContainerCreating' } });
    expect(api.pod('web')?.status?.phase).toBe('Pending');
    api.failTokens(undefined);
    await eventually(() => statusOf()?.state.running);
  });

  it('says which config map is missing for a variable', async () => {
    run(app(forever));
    api.addPod(podOf({ containers: [containerOf({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'm', key: 'k' } } }] })] }));
    const waiting = await eventually(() => statusOf()?.state.waiting?.reason === 'CreateContainerConfigError' && statusOf()?.state.waiting);
    expect(waiting).toEqual({ reason: 'CreateContainerConfigError', message: 'configmap "m" not found' });
  });

  it('refuses volumes that it cannot make when a program needs them', async () => {
    run(app(forever));
    api.addPod(podOf({ volumes: [{ name: 'host', hostPath: { path: '/etc' } }] }));
    expect((await eventually(() => api.events().find(({ reason }) => reason === 'FailedMount'))).message).toContain(
      'volume type hostPath is not supported',
    );
  });

  it('ends with StartError when its program does not exist', async () => {
    run([{ image: 'test/app', command: ['/nonexistent/program'] }]);
    api.addPod(podOf({ restartPolicy: 'Never' }));
    await eventually(() => api.pod('web')?.status?.phase === 'Failed');
    expect(statusOf()?.state.terminated).toMatchObject({ exitCode: 128, reason: 'StartError' });
  });
});

describe('a pod with a program', () => {
  it('runs with its environment, its mounts translated, and becomes ready', async () => {
    api.put('/api/v1/namespaces/default/configmaps/m', { metadata: { name: 'm' }, data: { k: 'v' } });
    api.put('/api/v1/namespaces/default/secrets/s', {
      metadata: { name: 's' },
      data: { SECRET: Buffer.from('hidden').toString('base64') },
    });
    run(
      app(`console.log(JSON.stringify(process.env)); console.log(require('fs').readFileSync(process.env.TOKEN_FILE, 'utf8')); ${forever}`),
    );
    api.addPod(
      podOf({
        volumes: [
          { name: 't', projected: { sources: [{ serviceAccountToken: { audience: 'a', path: 'token', expirationSeconds: 600 } }] } },
        ],
        containers: [
          containerOf({
            volumeMounts: [{ name: 't', mountPath: '/var/run/t' }],
            envFrom: [{ prefix: 'S_', secretRef: { name: 's' } }],
            env: [
              { name: 'TOKEN_FILE', value: '/var/run/t/token' },
              { name: 'KEY', valueFrom: { configMapKeyRef: { name: 'm', key: 'k' } } },
              { name: 'BOTH', value: '$(KEY)-$$(KEY)-$(NOPE)' },
              { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              { name: 'HTTPS_PROXY', value: 'mine' },
            ],
          }),
        ],
      }),
    );
    await eventually(() => statusOf()?.ready);
    const lines = await (async () => {
      for (;;) {
        const found = (await logOf()).trim().split('\n');
        if (found.length === 2) return found;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    const env = JSON.parse(lines[0]!) as Record<string, string>;
    expect(env).toMatchObject({
      KEY: 'v',
      BOTH: 'v-$(KEY)-$(NOPE)',
      POD: 'web',
      S_SECRET: 'hidden',
      HTTPS_PROXY: 'mine',
      HOSTNAME: 'web',
      KUBERNETES_SERVICE_HOST: 'api.test',
    });
    expect(env['TOKEN_FILE']).toContain(folder);
    expect(lines[1]).toBe('token-1');
    expect(api.tokenRequests[0]).toMatchObject({
      spec: { audiences: ['a'], expirationSeconds: 600, boundObjectRef: { kind: 'Pod', name: 'web' } },
    });
    const conditions = api.pod('web')?.status?.conditions ?? [];
    expect(conditions.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'PodReadyToStartContainers=True',
      'Initialized=True',
      'Ready=True',
      'ContainersReady=True',
      'PodScheduled=True',
    ]);
    await eventually(() => reasons().includes('Started'));
    expect(reasons()).toEqual(['Pulled', 'Created', 'MountPathsTranslated', 'Started']);
  });

  it('reports how it ended, by its restart policy', async () => {
    run([...app('process.exit(3)'), { image: 'test/good', command: script('') }]);
    api.addPod(podOf({ restartPolicy: 'Never' }));
    api.addPod(podOf({ restartPolicy: 'OnFailure', containers: [containerOf({ image: 'test/good' })] }, 'good'));
    await eventually(() => api.pod('web')?.status?.phase === 'Failed');
    expect(statusOf()?.state.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
    await eventually(() => api.pod('good')?.status?.phase === 'Succeeded');
    expect(statusOf('good')?.state.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
  });

  it('restarts at once, then backs off by the platform clock: 10 s, 20 s', async () => {
    run(app('console.log("run"); process.exit(1)'));
    api.addPod(podOf());
    for (const [restartsSeen, wait] of [
      [1, 10],
      [2, 20],
    ] as const) {
      await eventually(() => statusOf()?.restartCount === restartsSeen && statusOf()?.state.waiting?.reason === 'CrashLoopBackOff');
      expect(statusOf()?.state.waiting?.message).toMatch(
        new RegExp(`^back-off ${String(wait)}s restarting failed container=main pod=web_default\\(uid-`, 'u'),
      );
      expect(statusOf()?.lastState.terminated?.exitCode).toBe(1);
      clock.freeze(clock.now() + wait * 1000);
    }
    await eventually(() => statusOf()?.restartCount === 3);
    expect(api.pod('web')?.status?.phase).toBe('Running');
    expect(await logOf('main', true)).toBe('run\n');
    await eventually(() => reasons().includes('BackOff'));
  });

  it('runs init containers in order and sidecars beside', async () => {
    run([
      { image: 'test/app', command: script(`console.log('main'); setTimeout(() => {}, 50)`) },
      { image: 'test/init', command: script(`require('fs').appendFileSync(process.env.HOME + '/order', process.env.STEP)`) },
      { image: 'test/side', command: script(forever) },
    ]);
    const init = (name: string, step: string) => containerOf({ name, image: 'test/init', env: [{ name: 'STEP', value: step }] });
    const pod = podOf({
      restartPolicy: 'Never',
      initContainers: [
        init('one', '1'),
        { ...containerOf({ name: 'side', image: 'test/side' }), restartPolicy: 'Always' },
        init('two', '2'),
      ],
    });
    api.addPod(pod);
    await eventually(() => api.pod('web')?.status?.phase === 'Succeeded');
    expect(await readFile(join(folder, pod.metadata.uid, 'home', 'order'), 'utf8')).toBe('12');
    expect(api.pod('web')?.status?.initContainerStatuses?.map(({ state }) => state.terminated?.exitCode)).toEqual([0, 143, 0]);
  });

  it('fails when an init container fails and nothing restarts it', async () => {
    run([...app(forever), { image: 'test/init', command: script('process.exit(1)') }]);
    api.addPod(podOf({ restartPolicy: 'Never', initContainers: [containerOf({ name: 'one', image: 'test/init' })] }));
    await eventually(() => api.pod('web')?.status?.phase === 'Failed');
    expect(statusOf()?.state.waiting?.reason).toBe('PodInitializing');
  });

  it('is deleted gracefully: SIGTERM, then SIGKILL, then from the API and the disk', async () => {
    run([
      ...app(`process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); ${forever}`),
      { image: 'test/deaf', command: script(`process.on('SIGTERM', () => {}); ${forever}`) },
    ]);
    const pod = podOf();
    api.addPod(pod);
    api.addPod(podOf({ containers: [containerOf({ image: 'test/deaf' })] }, 'deaf'));
    await eventually(() => statusOf()?.ready && statusOf('deaf')?.ready);
    await new Promise((resolve) => setTimeout(resolve, 150));
    api.deletePod('web', 30);
    api.deletePod('deaf', 0);
    await eventually(() => api.pod('web') === undefined && api.pod('deaf') === undefined);
    await eventually(() => reasons().includes('Killing'));
    for (;;) {
      const left = await readdir(folder);
      if (left.length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(manager?.find('default', 'web')).toBeUndefined();
  });

  it('counts as being created until a program that is slow to start has printed something', async () => {
    const quiet = `const go = setInterval(() => { if (require('fs').existsSync(process.env.HOME + '/go')) { clearInterval(go); console.log('here'); } }, 5); ${forever}`;
    run([{ image: 'test/app', command: script(quiet), startsWithin: 60_000 }]);
    const pod = podOf();
    api.addPod(pod);
    await eventually(() => reasons().includes('Created'));
    expect(statusOf()?.state?.running).toBeUndefined();
    expect(statusOf()?.ready).not.toBe(true);
    await writeFile(join(folder, pod.metadata.uid, 'home', 'go'), '');
    await eventually(() => statusOf()?.ready);
    expect(await logOf()).toContain('here');
  });

  it('is not ready before its readiness probe says so', async () => {
    run(app(forever));
    const readinessProbe = {
      exec: { command: [process.execPath, '-e', "require('fs').readFileSync(process.env.HOME + '/ok')"] },
      periodSeconds: 0.05,
      timeoutSeconds: 5,
    };
    const pod = podOf({ containers: [containerOf({ readinessProbe })] });
    api.addPod(pod);
    await eventually(() => reasons().includes('Unhealthy'));
    expect(statusOf()?.ready).toBe(false);
    expect(api.pod('web')?.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [main]',
    });
    await writeFile(join(folder, pod.metadata.uid, 'home', 'ok'), '');
    await eventually(() => statusOf()?.ready);
  });
});

describe('tokens', () => {
  const volume = {
    name: 't',
    projected: { sources: [{ serviceAccountToken: { audience: 'a', path: 'token', expirationSeconds: 3600 } }] },
  };

  it('are refreshed with a fifth of their life left, after a day, and when the clock goes back', async () => {
    run([]);
    const pod = podOf({ volumes: [volume] });
    api.addPod(pod);
    await eventually(() => statusOf()?.ready);
    const content = () => readFile(join(folder, pod.metadata.uid, 'volumes', 't', 'token'), 'utf8');
    const until = async (text: string) => {
      while ((await content()) !== text) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    expect(await content()).toBe('token-1');
    clock.freeze(start + 2_860_000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await content()).toBe('token-1');
    clock.freeze(start + 2_880_000);
    await until('token-2');
    expect(api.tokenRequests).toHaveLength(2);
  });

  it('survive a refresh that fails', async () => {
    run([]);
    const pod = podOf({ volumes: [volume] });
    api.addPod(pod);
    await eventually(() => statusOf()?.ready);
    api.failTokens({ status: 500, message: 'no' });
    const before = api.requests.length;
    clock.freeze(start + 3_000_000);
    await eventually(() => api.requests.slice(before).some((request) => request.endsWith('/token')));
    expect(await readFile(join(folder, pod.metadata.uid, 'volumes', 't', 'token'), 'utf8')).toBe('token-1');
    expect(reasons()).not.toContain('FailedMount');
  });
});

describe('an image without a program', () => {
  it('runs as a pause and says so, in an event and in its log', async () => {
    run([]);
    api.addPod(podOf({ containers: [containerOf({ image: 'rabbitmq:3', readinessProbe: { tcpSocket: { port: 1 } } })] }));
    await eventually(() => statusOf()?.ready);
    const event = await eventually(() => api.events().find(({ reason }) => reason === 'Simulated'));
    expect(event.message).toBe('Image "rabbitmq:3" is not in the image catalogue: container "main" runs as a pause and executes nothing');
    expect(await logOf()).toContain('executes nothing');
    expect(statusOf()?.containerID).toMatch(/^simulated:/u);
  });
});

describe('a kubelet that starts again', () => {
  it('continues the count of a container whose end nobody saw', async () => {
    run(app(forever));
    const running = {
      name: 'main',
      image: 'test/app',
      imageID: 'x',
      containerID: 'process://1',
      ready: true,
      started: true,
      restartCount: 2,
      state: { running: { startedAt: '2025-12-31T00:00:00Z' } },
      lastState: {},
    };
    api.addPod({ ...podOf(), status: { phase: 'Running', containerStatuses: [running] } });
    api.addPod({ ...podOf({ restartPolicy: 'Never' }, 'once'), status: { phase: 'Running', containerStatuses: [running] } });
    await eventually(() => statusOf()?.restartCount === 3 && statusOf()?.ready);
    expect(statusOf()?.lastState.terminated).toMatchObject({ exitCode: 137, reason: 'ContainerStatusUnknown' });
    await eventually(() => api.pod('once')?.status?.phase === 'Failed');
  });

  it('leaves pods alone that have ended, and keeps their folder', async () => {
    run(app(forever));
    const pod = { ...podOf(), status: { phase: 'Succeeded' } };
    await mkdir(join(folder, pod.metadata.uid));
    await mkdir(join(folder, 'stale'));
    api.addPod(pod);
    await eventually(() => manager?.find('default', 'web') !== undefined);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(api.pod('web')?.status).toEqual({ phase: 'Succeeded' });
  });

  it('ends only processes that it can prove to have started', async () => {
    const { log } = silentTelemetry();
    const mine = spawn(process.execPath, ['-e', forever], { detached: true, stdio: 'ignore' });
    const other = spawn(process.execPath, ['-e', forever], { detached: true, stdio: 'ignore' });
    const gone = new Promise((resolve) => mine.on('exit', (_, signal) => resolve(signal)));
    try {
      await recordProcess(join(folder, 'pod'), 'main', mine.pid!);
      await writeFile(join(folder, 'pod', 'processes', 'other.json'), JSON.stringify({ pid: other.pid, mark: 'another boot/1' }));
      await writeFile(join(folder, 'pod', 'processes', 'bad.json'), '{"pid":1,"mark":"x"}');
      expect(await reapOrphans(folder, log)).toBe(1);
      expect(await gone).toBe('SIGKILL');
      expect(other.exitCode).toBeNull();
      expect(other.signalCode).toBeNull();
    } finally {
      other.kill('SIGKILL');
    }
  });
});

describe('the node', () => {
  it('is registered, taken up again, and keeps a lease', async () => {
    const client = createApiClient({ origin: 'https://api.test', wire: api.wire, credential: { cert: '', key: '' } });
    const options = { api: client, clock, node: { name: 'node-0', pool: 'nodepool1', version: '1.35.2' }, port: 10250 };
    await registerNode(options);
    clock.freeze(start + 60_000);
    await registerNode(options);
    const node = api.object('/api/v1/nodes/node-0');
    expect(node).toMatchObject({
      metadata: { labels: { 'kubernetes.io/os': 'linux', agentpool: 'nodepool1' } },
      status: { daemonEndpoints: { kubeletEndpoint: { Port: 10250 } }, nodeInfo: { kubeletVersion: 'v1.35.2' } },
    });
    const ready = (node!['status'] as { conditions: { type: string }[] }).conditions.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({ status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z', lastHeartbeatTime: '2026-01-01T00:01:00Z' });
    await renewLease(options);
    await renewLease(options);
    expect(api.object('/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-0')).toMatchObject({
      spec: { renewTime: '2026-01-01T00:01:00.000000Z' },
    });
  });
});

describe('the pods folder', () => {
  it('is not left by names of pods', async () => {
    run([]);
    const pod = podOf();
    api.addPod({ ...pod, metadata: { ...pod.metadata, uid: '../escaped' } });
    await new Promise((resolve) => setTimeout(resolve, 30));
    await expect(stat(join(folder, '..', 'escaped'))).rejects.toThrow('ENOENT');
  });
});
