import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNamespaceRuntime, type NamespaceRuntime } from '../runtime/namespace/runtime.ts';
import { containerOf, eventually, podOf } from '../testing/builders.ts';
import { app, forever, usePods } from '../testing/harness.ts';
import { createNamespaceNetwork, noNamespaces, ownNode } from '../testing/namespaces.ts';
import type { NodeNetwork } from '../types.ts';

const { harness, statusOf, reasons, logOf } = usePods();
/** As process 1 a program ends by SIGTERM only when it heeds it. */
const heeding = `process.on('SIGTERM', () => process.exit(0)); ${forever}`;

describe.skipIf(noNamespaces !== undefined)('a pod in namespaces', () => {
  let network: NodeNetwork;
  let runtime: NamespaceRuntime;
  beforeEach(async () => {
    network = await createNamespaceNetwork();
    runtime = createNamespaceRuntime({ podsDir: harness.folder, masked: [], shared: ownNode, rootless: false });
    await runtime.prepare();
  });
  afterEach(async () => {
    await harness.manager?.stop({ removePods: false });
    await runtime.close();
    await network.close();
  });

  it.each([
    [
      { securityContext: { privileged: true } },
      'CreateContainerError',
      'securityContext.privileged is not supported by the namespace runtime',
    ],
    [{ securityContext: { capabilities: { add: ['SYS_PTRACE'] } } }, 'CreateContainerError', 'capability SYS_PTRACE cannot be added'],
    [{ securityContext: { runAsNonRoot: true } }, 'CreateContainerConfigError', 'container has runAsNonRoot and image will run as root'],
  ])('is refused for %j', async (more, reason, message) => {
    harness.run(app(heeding), { network, runtime });
    harness.api.addPod(podOf({ containers: [containerOf(more)] }));
    const waiting = await eventually(() => statusOf()?.state.waiting?.reason?.startsWith('Create') && statusOf()?.state.waiting);
    expect(waiting).toMatchObject({ reason, message: expect.stringContaining(message) as string });
  });

  it('never runs the command of an exec probe on the machine', async () => {
    harness.run([{ image: 'test/app', command: ['no-such-program'] }], { network, runtime });
    const mark = `/var/tmp/podpass-${String(process.pid)}`;
    harness.api.addPod(
      podOf({ restartPolicy: 'Never', containers: [containerOf({ readinessProbe: { exec: { command: ['touch', mark] } } })] }),
    );
    await eventually(() => harness.api.pod('web')?.status?.phase === 'Failed');
    expect(statusOf()?.state.terminated).toMatchObject({ exitCode: 128, reason: 'StartError' });
    expect(existsSync(mark)).toBe(false);
  });

  it('finds its token at its own path, by its own name and address, and nothing is translated', async () => {
    const source = `console.log(JSON.stringify([require('fs').readFileSync('/var/run/secrets/azure/tokens/token', 'utf8'), process.env.TOKEN_FILE, require('os').hostname(), process.env.HOME, process.cwd(), process.pid, process.env.FROM_NETWORK, process.env.IP])); ${heeding}`;
    harness.run(app(source), { network, runtime });
    harness.api.addPod(
      podOf({
        volumes: [
          { name: 't', projected: { sources: [{ serviceAccountToken: { audience: 'a', path: 'token', expirationSeconds: 3600 } }] } },
        ],
        containers: [
          containerOf({
            volumeMounts: [{ name: 't', mountPath: '/var/run/secrets/azure/tokens', readOnly: true }],
            env: [
              { name: 'TOKEN_FILE', value: '/var/run/secrets/azure/tokens/token' },
              { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
            ],
          }),
        ],
      }),
    );
    await eventually(() => statusOf()?.ready);
    while ((await logOf()) === '') await new Promise((resolve) => setTimeout(resolve, 5));
    expect(JSON.parse(await logOf())).toEqual([
      'token-1',
      '/var/run/secrets/azure/tokens/token',
      'web',
      '/pod-home',
      '/pod-home',
      1,
      'yes',
      '10.244.0.5',
    ]);
    expect(statusOf()?.containerID).toMatch(/^namespace:/u);
    expect(reasons()).not.toContain('MountPathsTranslated');
  });

  it.each([
    ['httpGet', { httpGet: { port: 8080, path: '/healthz' } }],
    ['tcpSocket', { tcpSocket: { port: 8080 } }],
  ])('is probed from inside its network by %s', async (_, probe) => {
    harness.run(
      app(
        `${heeding} require('http').createServer((q, a) => { a.statusCode = q.url === '/healthz' ? 200 : 500; a.end(); }).listen(8080, '10.244.0.5');`,
      ),
      { network, runtime },
    );
    const readinessProbe = { ...probe, periodSeconds: 0.1, timeoutSeconds: 2, failureThreshold: 100 };
    harness.api.addPod(podOf({ containers: [containerOf({ readinessProbe })] }));
    await eventually(() => statusOf()?.ready);
    expect(statusOf()?.restartCount).toBe(0);
  });

  it('is not ready while nothing answers its probe', async () => {
    harness.run(app(heeding), { network, runtime });
    harness.api.addPod(
      podOf({ containers: [containerOf({ readinessProbe: { httpGet: { port: 8081 }, periodSeconds: 0.1, timeoutSeconds: 2 } })] }),
    );
    const event = await eventually(() => harness.api.events().find(({ reason }) => reason === 'Unhealthy'));
    expect(event.message).toContain('Get "http://10.244.0.5:8081/": connect ECONNREFUSED');
    expect(statusOf()?.ready).toBe(false);
  });

  it('says what it cannot keep of a seccomp profile', async () => {
    harness.run(app(heeding), { network, runtime });
    harness.api.addPod(podOf({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }));
    const event = await eventually(() => harness.api.events().find(({ reason }) => reason === 'SecurityContextNotEnforced'));
    expect(event.message).toContain('no seccomp filter');
    await eventually(() => statusOf()?.ready);
  });
});
