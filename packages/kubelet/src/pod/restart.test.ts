import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentTelemetry } from '@podpass/telemetry';
import { recordProcess } from '../runtime/pid-file.ts';
import { reapOrphans } from '../runtime/reap.ts';
import { eventually, podOf } from '../testing/builders.ts';
import { app, forever, start, usePods } from '../testing/harness.ts';

const { harness, statusOf, reasons } = usePods();

describe('tokens', () => {
  const volume = {
    name: 't',
    projected: { sources: [{ serviceAccountToken: { audience: 'a', path: 'token', expirationSeconds: 3600 } }] },
  };

  it('are refreshed with a fifth of their life left, after a day, and when the clock goes back', async () => {
    harness.run([]);
    const pod = podOf({ volumes: [volume] });
    harness.api.addPod(pod);
    await eventually(() => statusOf()?.ready);
    const content = () => readFile(join(harness.folder, pod.metadata.uid, 'volumes', 't', 'token'), 'utf8');
    const until = async (text: string) => {
      while ((await content()) !== text) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    expect(await content()).toBe('token-1');
    harness.clock.freeze(start + 2_860_000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await content()).toBe('token-1');
    harness.clock.freeze(start + 2_880_000);
    await until('token-2');
    expect(harness.api.tokenRequests).toHaveLength(2);
  });

  it('survive a refresh that fails', async () => {
    harness.run([]);
    const pod = podOf({ volumes: [volume] });
    harness.api.addPod(pod);
    await eventually(() => statusOf()?.ready);
    harness.api.failTokens({ status: 500, message: 'no' });
    const before = harness.api.requests.length;
    harness.clock.freeze(start + 3_000_000);
    await eventually(() => harness.api.requests.slice(before).some((request) => request.endsWith('/token')));
    expect(await readFile(join(harness.folder, pod.metadata.uid, 'volumes', 't', 'token'), 'utf8')).toBe('token-1');
    expect(reasons()).not.toContain('FailedMount');
  });
});

describe('a kubelet that starts again', () => {
  it('continues the count of a container whose end nobody saw', async () => {
    harness.run(app(forever));
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
    harness.api.addPod({ ...podOf(), status: { phase: 'Running', containerStatuses: [running] } });
    harness.api.addPod({ ...podOf({ restartPolicy: 'Never' }, 'once'), status: { phase: 'Running', containerStatuses: [running] } });
    await eventually(() => statusOf()?.restartCount === 3 && statusOf()?.ready);
    expect(statusOf()?.lastState.terminated).toMatchObject({ exitCode: 137, reason: 'ContainerStatusUnknown' });
    await eventually(() => harness.api.pod('once')?.status?.phase === 'Failed');
  });

  it('leaves pods alone that have ended, and keeps their folder', async () => {
    harness.run(app(forever));
    const pod = { ...podOf(), status: { phase: 'Succeeded' } };
    await mkdir(join(harness.folder, pod.metadata.uid));
    await mkdir(join(harness.folder, 'stale'));
    harness.api.addPod(pod);
    await eventually(() => harness.manager?.find('default', 'web') !== undefined);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(harness.api.pod('web')?.status).toEqual({ phase: 'Succeeded' });
  });

  it('ends only processes that it can prove to have started', async () => {
    const { log } = silentTelemetry();
    const mine = spawn(process.execPath, ['-e', forever], { detached: true, stdio: 'ignore' });
    const other = spawn(process.execPath, ['-e', forever], { detached: true, stdio: 'ignore' });
    const gone = new Promise((resolve) => mine.on('exit', (_, signal) => resolve(signal)));
    try {
      await recordProcess(join(harness.folder, 'pod'), 'main', mine.pid!);
      await writeFile(join(harness.folder, 'pod', 'processes', 'other.json'), JSON.stringify({ pid: other.pid, mark: 'another boot/1' }));
      await writeFile(join(harness.folder, 'pod', 'processes', 'bad.json'), '{"pid":1,"mark":"x"}');
      expect(await reapOrphans(harness.folder, log)).toBe(1);
      expect(await gone).toBe('SIGKILL');
      expect(other.exitCode).toBeNull();
      expect(other.signalCode).toBeNull();
    } finally {
      other.kill('SIGKILL');
    }
  });
});

it('a pod whose deletion is refused is deleted later, and does not stay Terminating', async () => {
  harness.run([]);
  harness.api.addPod(podOf({}));
  await eventually(() => statusOf()?.ready);
  harness.api.failDeletions(2);
  const { name } = podOf({}).metadata;
  harness.api.deletePod(name, 0);
  await eventually(() => harness.api.pod(name) === undefined);
  expect(harness.api.pod(name)).toBeUndefined();
});

it('pods that name a node without room are rejected, and those that are there go on', async () => {
  harness.run([]);
  const image = 'example.com/pause';
  for (let number = 0; number < 251; number += 1) {
    const pod = podOf({ containers: [{ name: 'main', image }] });
    const name = `pod-${String(number)}`;
    harness.api.addPod({ ...pod, metadata: { ...pod.metadata, name, uid: `uid-${String(number)}` } });
  }
  await eventually(() => harness.api.pod('pod-250')?.status?.phase === 'Failed');
  expect(harness.api.pod('pod-250')?.status).toMatchObject({ reason: 'OutOfpods', message: expect.stringContaining('capacity: 250') });
  await eventually(() => harness.api.pod('pod-249')?.status?.phase === 'Running');
  expect(harness.api.pod('pod-0')?.status?.phase).not.toBe('Failed');
}, 40_000);
