import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseRange } from '../addresses.ts';
import { createAddressPool } from '../pool.ts';
import { createPodRegistry } from '../registry.ts';
import { createNodePods } from './pods.ts';

const pod = (uid: string) => ({ uid, namespace: 'default', name: uid, hostNetwork: false });

const node = (fails: (script: string) => boolean = () => false) => {
  const podRange = parseRange('10.244.0.0/29');
  const scripts: string[] = [];
  const registry = createPodRegistry();
  const stuck = vi.fn<() => void>();
  let names = 0;
  const pods = createNodePods({
    shell: {
      async run(script) {
        scripts.push(script);
        if (fails(script)) throw new Error('refused');
        return '';
      },
    },
    pool: createAddressPool(podRange, 2),
    registry,
    nodeIp: '10.224.0.4',
    nodeName: 'node',
    dns: '10.0.0.10',
    podRange,
    bridge: false,
    nextName: () => `p${String(++names)}`,
    enter: () => [],
    stuck,
  });
  return { pods, scripts, registry, stuck };
};

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());
const later = async () => {
  await vi.advanceTimersByTimeAsync(1000);
  // Addresses come back some turns after their namespaces are gone.
  for (let turns = 0; turns < 5; turns += 1) await nextTurn();
};

describe('a namespace made in advance', () => {
  it('is not made before a pod came, nor after the end', async () => {
    const { pods, scripts } = node();
    await later();
    expect(scripts).toEqual([]);
    await pods.attach(pod('a'));
    expect(pods.end()).toEqual(['p1']);
    await later();
    expect(scripts).toHaveLength(1);
  });
  it('belongs to nobody until a pod is attached, and to nobody else then', async () => {
    const { pods, scripts, registry } = node();
    const first = await pods.attach(pod('a'));
    await later();
    expect(scripts).toHaveLength(2);
    expect(registry.byAddress('10.244.0.3')).toBeUndefined();
    const second = await pods.attach(pod('b'));
    expect(scripts).toHaveLength(2);
    expect([first.ip, second.ip]).toEqual(['10.244.0.2', '10.244.0.3']);
    expect(registry.byAddress('10.244.0.3')?.uid).toBe('b');
    expect((await pods.attach(pod('c'))).ip).toBe('10.244.0.4');
  });
  it('is among those that are removed at the end', async () => {
    const { pods } = node();
    await pods.attach(pod('a'));
    await later();
    expect(pods.end()).toEqual(['p1', 'p2']);
  });
  it('gives its address back when it cannot be made', async () => {
    let refuse = false;
    const { pods, stuck } = node((script) => refuse && script.includes('netns add'));
    await pods.attach(pod('a'));
    refuse = true;
    await later();
    refuse = false;
    const ips = [];
    for (const uid of ['b', 'c', 'd', 'e']) ips.push((await pods.attach(pod(uid))).ip);
    expect(ips).toEqual(['10.244.0.4', '10.244.0.5', '10.244.0.6', '10.244.0.3']);
    expect(stuck).not.toHaveBeenCalled();
  });
  it('leaves the last address to a pod', async () => {
    const { pods } = node();
    for (const uid of ['a', 'b', 'c', 'd', 'e']) await pods.attach(pod(uid));
    await later();
    expect(pods.end()).toHaveLength(5);
  });
});
