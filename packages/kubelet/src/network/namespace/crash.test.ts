import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { podNamed, testCluster, whyNoNamespaces } from '../testing/namespaces.ts';

const why = await whyNoNamespaces();

/** Processes, as this machine sees them, that are in a process namespace. */
const inNamespace = (wanted: string): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/ns/pid`) === wanted;
      } catch {
        return false;
      }
    });
const machine = () => ({
  interfaces: readdirSync('/sys/class/net').toSorted(),
  addresses: Object.keys(networkInterfaces()).toSorted(),
  names: (() => {
    try {
      return readdirSync('/run/netns').toSorted();
    } catch {
      return [];
    }
  })(),
  mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
  forwarding: readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8'),
  filter: readFileSync('/proc/sys/net/ipv4/conf/all/rp_filter', 'utf8'),
});
const gone = async (namespace: string): Promise<boolean> => {
  for (let tries = 0; tries < 200 && inNamespace(namespace).length > 0; tries += 1) await sleep(20);
  return inNamespace(namespace).length === 0;
};

describe.skipIf(why !== undefined)(`the end of a network${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('leaves nothing behind when the owner ends by %s', async (signal) => {
    const before = machine();
    const owner = spawn(process.execPath, [fileURLToPath(new URL('../testing/owner.ts', import.meta.url))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const { holder, pids } = JSON.parse(line.toString()) as { holder: number; pids: number[] };
    const namespace = readlinkSync(`/proc/${String(holder)}/ns/pid`);
    expect(namespace).not.toBe(readlinkSync('/proc/self/ns/pid'));
    for (let tries = 0; tries < 200 && inNamespace(namespace).length < 6; tries += 1) await sleep(20);
    // The holder, the node's shell, and in two pods a program and what it detached from itself.
    expect(inNamespace(namespace).length).toBeGreaterThanOrEqual(6);
    expect(machine()).toStrictEqual(before);

    owner.kill(signal);
    await once(owner, 'exit');
    expect(await gone(namespace)).toBe(true);
    for (const pid of [holder, ...pids]) {
      for (let tries = 0; tries < 100 && readdirSync('/proc').includes(String(pid)); tries += 1) await sleep(20);
      expect(readdirSync('/proc')).not.toContain(String(pid));
    }
    expect(machine()).toStrictEqual(before);
  });
  it('says that the network was lost when the holder is killed, and refuses pods from then on', async () => {
    const platform = await testCluster();
    const node = await platform.openNode();
    await node.attach(podNamed('a'));
    const namespace = readlinkSync(`/proc/${String(platform.cluster.holderPid)}/ns/pid`);
    process.kill(platform.cluster.holderPid, 'SIGKILL');
    expect(await gone(namespace)).toBe(true);
    await expect(node.attach(podNamed('b'))).rejects.toMatchObject({ code: expect.stringMatching(/^(?:closed|unavailable)$/) });
    for (let tries = 0; tries < 100; tries += 1) {
      if (
        (await node.sourceOf({ remoteAddress: '10.244.0.2', remotePort: 1, localAddress: '169.254.169.254', localPort: 80 })) === undefined
      )
        break;
      await sleep(20);
    }
    await expect(node.attach(podNamed('c', true))).rejects.toMatchObject({ code: 'closed' });
    // The node's end may be heard a moment before the holder's; until then the node's addresses are still taken.
    await vi.waitFor(() => expect(platform.openNode()).rejects.toMatchObject({ code: 'closed' }));
    await node.close();
    await platform.cluster.close();
  });
  it('refuses a node that was still being opened when its cluster was closed', async () => {
    const platform = await testCluster();
    const opening = platform.openNode();
    await Promise.all([
      expect(opening).rejects.toMatchObject({ code: expect.stringMatching(/^(?:closed|unavailable)$/) }),
      sleep(10).then(() => platform.cluster.close()),
    ]);
    await expect(platform.openNode()).rejects.toMatchObject({ code: 'closed' });
  });
  it('closes a node without the others, and everything twice', async () => {
    await using platform = await testCluster();
    const [one, two] = await Promise.all([platform.openNode(), platform.openNode({ name: 'node-1', podCidr: '10.244.1.0/24' })]);
    await one.attach(podNamed('a'));
    await Promise.all([one.close(), one.close()]);
    await expect(two.attach(podNamed('b'))).resolves.toMatchObject({ ip: '10.244.1.2' });
    await expect(platform.openNode()).resolves.toMatchObject({ nodeIp: '10.224.0.4' });
    await platform.cluster.close();
    await platform.cluster.close();
  });
});
