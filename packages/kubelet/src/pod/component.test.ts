import { execFileSync } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { containerOf, eventually, podOf } from '../testing/builders.ts';
import { usePods } from '../testing/harness.ts';
import type { Component } from '../types.ts';

const { harness, statusOf, reasons, logOf } = usePods();
const part = (component: Component) => [{ image: 'test/app', command: ['part'], args: ['--default'], component }];
const aborted = (signal: AbortSignal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
const once = { restartPolicy: 'Never' } as const;

describe('a part of the platform as a container', () => {
  it('does not start when the pod names a command of its own', async () => {
    let started = false;
    harness.run(
      part(async () => {
        started = true;
        return 0;
      }),
    );
    harness.api.addPod(podOf({ ...once, containers: [containerOf({ command: ['sh', '-c', 'true'] })] }));
    await eventually(() => harness.api.pod('web')?.status?.phase === 'Failed');
    expect(statusOf()?.state.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      message: 'failed to start container "main": image "test/app" is a part of the platform, whose command a pod cannot replace',
    });
    expect(started).toBe(false);
  });

  it('runs no command for an exec probe', async () => {
    const mark = join(harness.folder, 'probed');
    harness.run(part(({ signal }) => aborted(signal).then(() => 0)));
    const readinessProbe = { exec: { command: ['touch', mark] }, periodSeconds: 0.05 };
    harness.api.addPod(podOf({ containers: [containerOf({ readinessProbe })] }));
    await eventually(() => reasons().includes('Unhealthy'));
    expect(statusOf()?.ready).toBe(false);
    await expect(symlink('x', mark)).resolves.toBeUndefined();
  });

  it('reads no file but those of its volumes, wherever a link points', async () => {
    const heard: string[] = [];
    const waits = Promise.withResolvers<void>();
    harness.run(
      part(async ({ readFile }) => {
        await waits.promise;
        for (const path of [
          '/etc/passwd',
          '/config/../../x',
          '/config/none',
          '/other/a',
          '/config/link',
          '/config/pipe',
          '/config',
          '/config/huge',
          '/config/folder/passwd',
          '/sub/passwd',
        ])
          heard.push(
            await readFile(path).then(
              () => `read ${path}`,
              () => 'refused',
            ),
          );
        return 0;
      }),
    );
    const volumeMounts = [
      { name: 'config', mountPath: '/config' },
      { name: 'config', mountPath: '/sub', subPath: 'folder' },
    ];
    const pod = podOf({ ...once, volumes: [{ name: 'config', emptyDir: {} }], containers: [containerOf({ volumeMounts })] });
    harness.api.addPod(pod);
    await eventually(() => statusOf()?.state.running);
    // As another container of the pod could.
    const folder = join(harness.folder, pod.metadata.uid, 'volumes', 'config');
    await symlink('/etc/passwd', join(folder, 'link'));
    await symlink('/etc', join(folder, 'folder'));
    await writeFile(join(folder, 'huge'), Buffer.alloc(2 * 1024 * 1024));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    waits.resolve();
    await eventually(() => harness.api.pod('web')?.status?.phase === 'Succeeded');
    expect(heard).toEqual(Array.from({ length: 10 }, () => 'refused'));
  });

  describe('mounting files of its node', () => {
    const volumes = [{ name: 'host', hostPath: { path: '/etc/kubernetes/azure.json' } }];
    const mounting = (more: object = {}) =>
      containerOf({ volumeMounts: [{ name: 'host', mountPath: '/etc/kubernetes/azure.json' }], ...more });
    const refusals = () => harness.api.events().filter(({ reason }) => reason === 'FailedMount');

    it.each([
      ['a program mounts them too', [mounting(), mounting({ name: 'other', image: 'test/program' })]],
      ['a container without a program mounts them too', [mounting(), mounting({ name: 'other', image: 'test/unknown' })]],
      ['nobody mounts them', [containerOf()]],
    ])('waits as every pod does when %s', async (_case, containers) => {
      let started = false;
      harness.run([
        ...part(async () => {
          started = true;
          return 0;
        }),
        { image: 'test/program', command: ['true'] },
      ]);
      harness.api.addPod(podOf({ ...once, volumes, containers }));
      const { message } = await eventually(() => refusals()[0]);
      expect(message).toBe('MountVolume.SetUp failed for volume "host" : volume type hostPath is not supported by this kubelet');
      expect(started).toBe(false);
    });

    it('starts, and still reads nothing of the machine by itself', async () => {
      harness.run(
        part(async ({ readFile }) => {
          await expect(readFile('/etc/kubernetes/azure.json')).rejects.toThrow('no such file in the container');
          await expect(readFile('/etc/hostname')).rejects.toThrow('no such file in the container');
          return 0;
        }),
      );
      const root = { name: 'root', hostPath: { path: '/' } };
      const volumeMounts = [{ name: 'root', mountPath: '/' }];
      harness.api.addPod(
        podOf({ ...once, volumes: [...volumes, root], containers: [mounting(), containerOf({ name: 'b', volumeMounts })] }),
      );
      await eventually(() => harness.api.pod('web')?.status?.phase === 'Succeeded');
      expect(refusals()).toEqual([]);
    });
  });

  describe('under probes', () => {
    const probe = (more: object) => ({ periodSeconds: 0.02, failureThreshold: 2, ...more });
    const unhealthy = () => harness.api.events().find(({ reason }) => reason === 'Unhealthy')?.message;
    const serving = part(({ answerProbes, signal }) => {
      answerProbes(8080, (path) => ({ status: path === '/healthz' ? 200 : 404, body: '' }));
      answerProbes(8081, () => {
        throw new Error('broken');
      });
      return aborted(signal).then(() => 0);
    });

    it.each([
      [
        { httpGet: { path: '/healthz', port: 8085 } },
        'Get "http://127.0.0.1:8085/healthz": dial tcp 127.0.0.1:8085: connect: connection refused',
      ],
      [{ tcpSocket: { port: 8085 } }, 'dial tcp 127.0.0.1:8085: connect: connection refused'],
      [{ httpGet: { path: '/other', port: 8080 } }, 'HTTP probe failed with statuscode: 404'],
      [{ httpGet: { path: '/healthz', port: 8081 } }, 'HTTP probe failed with statuscode: 500'],
      [{ httpGet: { path: '/healthz', port: 8080, host: 'api.test' } }, 'a part of the platform is not probed at another host (api.test)'],
    ])('%j is restarted', async (action, message) => {
      harness.run(serving);
      harness.api.addPod(podOf({ containers: [containerOf({ livenessProbe: probe(action) })] }));
      expect(await eventually(unhealthy)).toBe(`Liveness probe failed: ${message}`);
      await eventually(() => statusOf()?.lastState.terminated !== undefined);
    });

    it('answers on the ports that it serves', async () => {
      harness.run(serving);
      const livenessProbe = probe({ httpGet: { path: '/healthz', port: 8080 } });
      const readinessProbe = probe({ tcpSocket: { port: 'health', host: 'localhost' } });
      const ports = [{ name: 'health', containerPort: 8081 }];
      harness.api.addPod(podOf({ containers: [containerOf({ livenessProbe, readinessProbe, ports })] }));
      await eventually(() => statusOf()?.ready);
      expect(unhealthy()).toBeUndefined();
    });
  });

  it('finds what a process would: arguments, variables, files, its pod; and its log and exit code are seen', async () => {
    harness.api.put('/api/v1/namespaces/default/configmaps/m', { metadata: { name: 'm' }, data: { k: 'v' } });
    harness.run(
      part(async ({ args, env, pod, readFile, log }) => {
        log(JSON.stringify([args, env['FILE'], env['KUBERNETES_SERVICE_HOST'], pod.name, pod.namespace, pod.nodeName]));
        log(await readFile('/config/k'));
        return 3;
      }),
    );
    const container = containerOf({
      args: ['--a=$(FILE)'],
      env: [{ name: 'FILE', value: '/config/k' }],
      volumeMounts: [{ name: 'config', mountPath: '/config' }],
    });
    harness.api.addPod(podOf({ ...once, volumes: [{ name: 'config', configMap: { name: 'm' } }], containers: [container] }));
    await eventually(() => harness.api.pod('web')?.status?.phase === 'Failed');
    expect(await logOf()).toBe('[["--a=/config/k"],"/config/k","api.test","web","default","node-0"]\nv\n');
    expect(statusOf()?.state.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
    expect(statusOf()?.containerID).toMatch(/^component:/u);
    expect(reasons()).not.toContain('MountPathsTranslated');
  });

  it('that throws has exit code 1, its message in the log, and is started again', async () => {
    let runs = 0;
    harness.run(
      part(async ({ signal }) => {
        runs += 1;
        if (runs === 1) throw new Error('no leader');
        await aborted(signal);
        return 0;
      }),
    );
    harness.api.addPod(podOf());
    await eventually(() => statusOf()?.restartCount === 1 && statusOf()?.ready);
    expect(statusOf()?.lastState.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
    expect(await logOf('main', true)).toBe('no leader\n');
  });

  it('is told to end, and given up when it does not', async () => {
    harness.run([
      ...part(({ signal }) => aborted(signal).then(() => 0)),
      { image: 'test/deaf', command: ['deaf'], component: () => new Promise<number>(() => undefined) },
    ]);
    harness.api.addPod(podOf());
    harness.api.addPod(podOf({ containers: [containerOf({ image: 'test/deaf' })] }, 'deaf'));
    await eventually(() => statusOf()?.ready && statusOf('deaf')?.ready);
    harness.api.deletePod('web', 30);
    harness.api.deletePod('deaf', 0);
    await eventually(() => harness.api.pod('web') === undefined && harness.api.pod('deaf') === undefined);
    expect(harness.manager?.find('default', 'deaf')).toBeUndefined();
  });
});
