import { describe, expect, it } from 'vitest';
import { containerOf, eventually, podOf } from '../testing/builders.ts';
import { app, forever, usePods } from '../testing/harness.ts';
import type { NodeNetwork } from '../types.ts';

const { harness, statusOf, reasons, logOf } = usePods();

/** A network that only gives addresses, as where there are no namespaces. */
const networkOf = (more: Partial<NodeNetwork> = {}) => {
  const calls: string[] = [];
  const owned: { uid: string; pid: number }[] = [];
  const network: NodeNetwork = {
    runtime: { name: 'process', because: 'the test says so' },
    nodeIp: '10.224.0.4',
    async attach({ uid, hostNetwork }) {
      calls.push(`attach ${uid}`);
      return {
        ip: hostNetwork ? '10.224.0.4' : '10.244.0.9',
        hostIp: '10.224.0.4',
        enter: [],
        files: undefined,
        env: { AUTHORITY: 'http://127.0.0.1:1', MINE: 'network' },
      };
    },
    async detach(uid) {
      const alive = owned.filter(({ pid }) => {
        try {
          return process.kill(pid, 0);
        } catch {
          return false;
        }
      });
      calls.push(`detach ${uid} with ${String(alive.length)} processes`);
    },
    owns: (uid, pid) => owned.push({ uid, pid }),
    close: async () => undefined,
    ...more,
  };
  return { network, calls, owned };
};

describe('a pod in a network', () => {
  it('waits, and says so, until it is in it', async () => {
    let tries = 0;
    const { network } = networkOf();
    const attach: NodeNetwork['attach'] = (pod) => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error('no address left')) : network.attach(pod);
    };
    harness.run(app(forever), { network: { ...network, attach } });
    harness.api.addPod(podOf());
    const event = await eventually(() => harness.api.events().find(({ reason }) => reason === 'FailedCreatePodSandBox'));
    expect(event.message).toBe('Failed to create pod sandbox: failed to setup network for sandbox: no address left');
    expect(harness.api.pod('web')?.status).toMatchObject({ phase: 'Pending', hostIP: '10.224.0.4' });
    expect(harness.api.pod('web')?.status).not.toHaveProperty('podIP');
    await eventually(() => statusOf()?.ready);
  });

  it('has its addresses in its status and its variables, and its processes are known', async () => {
    const { network, owned } = networkOf();
    harness.run(app(`console.log(process.env.IP, process.env.HOST, process.env.AUTHORITY, process.env.MINE); ${forever}`), { network });
    const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
    const pod = podOf({
      containers: [containerOf({ env: [field('IP', 'status.podIP'), field('HOST', 'status.hostIP'), { name: 'MINE', value: 'pod' }] })],
    });
    harness.api.addPod(pod);
    await eventually(() => statusOf()?.ready);
    expect(harness.api.pod('web')?.status).toMatchObject({ podIP: '10.244.0.9', podIPs: [{ ip: '10.244.0.9' }], hostIP: '10.224.0.4' });
    while ((await logOf()) === '') await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await logOf()).toBe('10.244.0.9 10.224.0.4 http://127.0.0.1:1 pod\n');
    expect(owned).toEqual([{ uid: pod.metadata.uid, pid: expect.any(Number) as number }]);
  });

  it('gives its place back when it is deleted, with its processes gone', async () => {
    const { network, calls } = networkOf();
    harness.run(app(forever), { network });
    const pod = podOf();
    harness.api.addPod(pod);
    await eventually(() => statusOf()?.ready);
    harness.api.deletePod('web', 1);
    await eventually(() => harness.api.pod('web') === undefined);
    expect(calls).toEqual([`attach ${pod.metadata.uid}`, `detach ${pod.metadata.uid} with 0 processes`]);
  });

  it('gives its place back when it ends by itself, and keeps its address in its status', async () => {
    const { network, calls } = networkOf();
    harness.run(app(''), { network });
    const pod = podOf({ restartPolicy: 'Never' });
    harness.api.addPod(pod);
    await eventually(() => calls.length === 2);
    expect(calls[1]).toBe(`detach ${pod.metadata.uid} with 0 processes`);
    await eventually(() => harness.api.pod('web')?.status?.phase === 'Succeeded');
    expect(harness.api.pod('web')?.status).toMatchObject({ podIP: '10.244.0.9' });
    expect(reasons()).not.toContain('FailedCreatePodSandBox');
  });
});
