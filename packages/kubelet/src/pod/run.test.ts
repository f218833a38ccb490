import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { containerOf, eventually, podOf, script } from '../testing/builders.ts';
import { app, forever, usePods } from '../testing/harness.ts';

const { harness, statusOf, reasons, logOf } = usePods();

describe('a pod with a program', () => {
  it('runs with its environment, its mounts translated, and becomes ready', async () => {
    harness.api.put('/api/v1/namespaces/default/configmaps/m', { metadata: { name: 'm' }, data: { k: 'v' } });
    harness.api.put('/api/v1/namespaces/default/secrets/s', {
      metadata: { name: 's' },
      data: { SECRET: Buffer.from('hidden').toString('base64') },
    });
    harness.run(
      app(`console.log(JSON.stringify(process.env)); console.log(require('fs').readFileSync(process.env.TOKEN_FILE, 'utf8')); ${forever}`),
    );
    harness.api.addPod(
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
    expect(env['TOKEN_FILE']).toContain(harness.folder);
    expect(lines[1]).toBe('token-1');
    expect(harness.api.tokenRequests[0]).toMatchObject({
      spec: { audiences: ['a'], expirationSeconds: 600, boundObjectRef: { kind: 'Pod', name: 'web' } },
    });
    const conditions = harness.api.pod('web')?.status?.conditions ?? [];
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
    harness.run([...app('process.exit(3)'), { image: 'test/good', command: script('') }]);
    harness.api.addPod(podOf({ restartPolicy: 'Never' }));
    harness.api.addPod(podOf({ restartPolicy: 'OnFailure', containers: [containerOf({ image: 'test/good' })] }, 'good'));
    await eventually(() => harness.api.pod('web')?.status?.phase === 'Failed');
    expect(statusOf()?.state.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
    await eventually(() => harness.api.pod('good')?.status?.phase === 'Succeeded');
    expect(statusOf('good')?.state.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
  });

  it('restarts at once, then backs off by the platform clock: 10 s, 20 s', async () => {
    harness.run(app('console.log("run"); process.exit(1)'));
    harness.api.addPod(podOf());
    for (const [restartsSeen, wait] of [
      [1, 10],
      [2, 20],
    ] as const) {
      await eventually(() => statusOf()?.restartCount === restartsSeen && statusOf()?.state.waiting?.reason === 'CrashLoopBackOff');
      expect(statusOf()?.state.waiting?.message).toMatch(
        new RegExp(`^back-off ${String(wait)}s restarting failed container=main pod=web_default\\(uid-`, 'u'),
      );
      expect(statusOf()?.lastState.terminated?.exitCode).toBe(1);
      harness.clock.freeze(harness.clock.now() + wait * 1000);
    }
    await eventually(() => statusOf()?.restartCount === 3);
    expect(harness.api.pod('web')?.status?.phase).toBe('Running');
    expect(await logOf('main', true)).toBe('run\n');
    await eventually(() => reasons().includes('BackOff'));
  });

  it('runs init containers in order and sidecars beside', async () => {
    harness.run([
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
    harness.api.addPod(pod);
    await eventually(() => harness.api.pod('web')?.status?.phase === 'Succeeded');
    expect(await readFile(join(harness.folder, pod.metadata.uid, 'home', 'order'), 'utf8')).toBe('12');
    expect(harness.api.pod('web')?.status?.initContainerStatuses?.map(({ state }) => state.terminated?.exitCode)).toEqual([0, 143, 0]);
  });

  it('fails when an init container fails and nothing restarts it', async () => {
    harness.run([...app(forever), { image: 'test/init', command: script('process.exit(1)') }]);
    harness.api.addPod(podOf({ restartPolicy: 'Never', initContainers: [containerOf({ name: 'one', image: 'test/init' })] }));
    await eventually(() => harness.api.pod('web')?.status?.phase === 'Failed');
    expect(statusOf()?.state.waiting?.reason).toBe('PodInitializing');
  });

  it('is deleted gracefully: SIGTERM, then SIGKILL, then from the API and the disk', async () => {
    harness.run([
      ...app(`process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); ${forever}`),
      { image: 'test/deaf', command: script(`process.on('SIGTERM', () => {}); ${forever}`) },
    ]);
    const pod = podOf();
    harness.api.addPod(pod);
    harness.api.addPod(podOf({ containers: [containerOf({ image: 'test/deaf' })] }, 'deaf'));
    await eventually(() => statusOf()?.ready && statusOf('deaf')?.ready);
    await new Promise((resolve) => setTimeout(resolve, 150));
    harness.api.deletePod('web', 30);
    harness.api.deletePod('deaf', 0);
    await eventually(() => harness.api.pod('web') === undefined && harness.api.pod('deaf') === undefined);
    await eventually(() => reasons().includes('Killing'));
    for (;;) {
      const left = await readdir(harness.folder);
      if (left.length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(harness.manager?.find('default', 'web')).toBeUndefined();
  });

  it('counts as being created until a program that is slow to start has printed something', async () => {
    const quiet = `const go = setInterval(() => { if (require('fs').existsSync(process.env.HOME + '/go')) { clearInterval(go); console.log('here'); } }, 5); ${forever}`;
    harness.run([{ image: 'test/app', command: script(quiet), startsWithin: 60_000 }]);
    const pod = podOf();
    harness.api.addPod(pod);
    await eventually(() => reasons().includes('Created'));
    expect(statusOf()?.state?.running).toBeUndefined();
    expect(statusOf()?.ready).not.toBe(true);
    await writeFile(join(harness.folder, pod.metadata.uid, 'home', 'go'), '');
    await eventually(() => statusOf()?.ready);
    expect(await logOf()).toContain('here');
  });

  it('is not ready before its readiness probe says so', async () => {
    harness.run(app(forever));
    const readinessProbe = {
      exec: { command: [process.execPath, '-e', "require('fs').readFileSync(process.env.HOME + '/ok')"] },
      periodSeconds: 0.05,
      timeoutSeconds: 5,
    };
    const pod = podOf({ containers: [containerOf({ readinessProbe })] });
    harness.api.addPod(pod);
    await eventually(() => reasons().includes('Unhealthy'));
    expect(statusOf()?.ready).toBe(false);
    expect(harness.api.pod('web')?.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [main]',
    });
    await writeFile(join(harness.folder, pod.metadata.uid, 'home', 'ok'), '');
    await eventually(() => statusOf()?.ready);
  });
});
