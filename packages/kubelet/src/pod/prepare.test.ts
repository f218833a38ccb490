import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { containerOf, eventually, podOf } from '../testing/builders.ts';
import { app, forever, usePods } from '../testing/harness.ts';

const { harness, statusOf, logOf } = usePods();

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
    harness.api.failTokens({ status: 404, message: 'serviceaccounts "workload" not found' });
    harness.run(app(forever));
    harness.api.addPod(podOf(withToken));
    const event = await eventually(() => harness.api.events().find(({ reason }) => reason === 'FailedMount'));
    expect(event).toMatchObject({
      type: 'Warning',
      message: 'MountVolume.SetUp failed for volume "azure" : failed to fetch token: serviceaccounts "workload" not found',
    });
    expect(statusOf()?.state).toEqual({ waiting: { reason: 'ContainerCreating' } });
    expect(harness.api.pod('web')?.status?.phase).toBe('Pending');
    harness.api.failTokens(undefined);
    await eventually(() => statusOf()?.state.running);
  });

  it('says which config map is missing for a variable', async () => {
    harness.run(app(forever));
    harness.api.addPod(
      podOf({ containers: [containerOf({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'm', key: 'k' } } }] })] }),
    );
    const waiting = await eventually(() => statusOf()?.state.waiting?.reason === 'CreateContainerConfigError' && statusOf()?.state.waiting);
    expect(waiting).toEqual({ reason: 'CreateContainerConfigError', message: 'configmap "m" not found' });
  });

  it('refuses volumes that it cannot make when a program needs them', async () => {
    harness.run(app(forever));
    harness.api.addPod(podOf({ volumes: [{ name: 'host', hostPath: { path: '/etc' } }] }));
    expect((await eventually(() => harness.api.events().find(({ reason }) => reason === 'FailedMount'))).message).toContain(
      'volume type hostPath is not supported',
    );
  });

  it('ends with StartError when its program does not exist', async () => {
    harness.run([{ image: 'test/app', command: ['/nonexistent/program'] }]);
    harness.api.addPod(podOf({ restartPolicy: 'Never' }));
    await eventually(() => harness.api.pod('web')?.status?.phase === 'Failed');
    expect(statusOf()?.state.terminated).toMatchObject({ exitCode: 128, reason: 'StartError' });
  });
});

describe('an image without a program', () => {
  it('runs as a pause and says so, in an event and in its log', async () => {
    harness.run([]);
    harness.api.addPod(podOf({ containers: [containerOf({ image: 'rabbitmq:3', readinessProbe: { tcpSocket: { port: 1 } } })] }));
    await eventually(() => statusOf()?.ready);
    const event = await eventually(() => harness.api.events().find(({ reason }) => reason === 'Simulated'));
    expect(event.message).toBe('Image "rabbitmq:3" is not in the image catalogue: container "main" runs as a pause and executes nothing');
    expect(await logOf()).toContain('executes nothing');
    expect(statusOf()?.containerID).toMatch(/^simulated:/u);
  });
});

describe('the pods folder', () => {
  it('is not left by names of pods', async () => {
    harness.run([]);
    const pod = podOf();
    harness.api.addPod({ ...pod, metadata: { ...pod.metadata, uid: '../escaped' } });
    await new Promise((resolve) => setTimeout(resolve, 30));
    await expect(stat(join(harness.folder, '..', 'escaped'))).rejects.toThrow('ENOENT');
  });
});
