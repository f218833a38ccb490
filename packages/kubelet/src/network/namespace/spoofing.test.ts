import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { arpSpoof, talk, transparent, udpSpoof } from '../testing/attacks.ts';
import { inPod, podNamed, testCluster, whyNoNamespaces } from '../testing/namespaces.ts';

const why = await whyNoNamespaces();
const metadataAddress = '169.254.169.254';

describe.skipIf(why !== undefined)(`pods that pretend to be others${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  /** A node with a victim and an attacker, and what arrives at a UDP port of it. */
  const scene = async (plugin: 'azure' | 'kubenet') => {
    const platform = await testCluster();
    const node = await platform.openNode({ plugin });
    const [victim, attacker] = await Promise.all([node.attach(podNamed('victim')), node.attach(podNamed('attacker'))]);
    const port = await node.datagram({ address: node.nodeIp, port: 4000 });
    const arrived: string[] = [];
    port.on('message', (text, from) => arrived.push(`${text.toString()} from ${from.address}`));
    const send = (source: string) => inPod(attacker, ['python3', '-c', udpSpoof, source, node.nodeIp, '4000', 'packet']);
    return { platform, node, victim, attacker, arrived, send, [Symbol.asyncDispose]: () => platform.cluster.close() };
  };

  it("drops every packet in azure mode whose source is not the pod's own address", async () => {
    await using at = await scene('azure');
    const foreign = [
      at.victim.ip,
      '10.244.0.77',
      '10.244.0.1',
      at.node.nodeIp,
      '10.224.0.9',
      metadataAddress,
      '127.0.0.1',
      '192.0.2.1',
      '169.254.1.1',
    ];
    for (const source of foreign) await at.send(source).catch(() => 'the kernel of the pod refused');
    await at.send(at.attacker.ip);
    while (at.arrived.length === 0) await sleep(5);
    expect(at.arrived).toStrictEqual([`packet from ${at.attacker.ip}`]);
  });
  it('lets nobody take over an address by ARP in azure mode, even with raw sockets', async () => {
    await using at = await scene('azure');
    expect(await inPod(at.victim, ['python3', '-c', talk, metadataAddress, '80', ''])).toBe('victim');
    expect(await inPod(at.attacker, ['python3', '-c', arpSpoof, at.victim.ip, '169.254.1.1', metadataAddress, '80'])).toBe(
      'refused: no answer',
    );
    expect(await inPod(at.attacker, ['python3', '-c', talk, metadataAddress, '80', ''])).toBe('attacker');
  });
  it('has in kubenet mode the weakness for which it is known: with raw sockets a pod talks as another', async () => {
    await using at = await scene('kubenet');
    await at.send(at.victim.ip);
    while (at.arrived.length === 0) await sleep(5);
    expect(at.arrived).toStrictEqual([`packet from ${at.victim.ip}`]);
    expect(await inPod(at.victim, ['python3', '-c', talk, metadataAddress, '80', ''])).toBe('victim');
    expect(await inPod(at.attacker, ['python3', '-c', arpSpoof, at.victim.ip, '10.244.0.1', metadataAddress, '80'])).toBe('heard: victim');
  });
  it.each(['azure', 'kubenet'] as const)(
    'does not take a pod in the host network for another that it pretends to be (%s)',
    async (plugin) => {
      await using at = await scene(plugin);
      const host = await at.node.attach(podNamed('host', true));
      const attempt = (source: string) => inPod(host, ['python3', '-c', transparent, source, metadataAddress, '80']);
      expect(await attempt(at.node.nodeIp)).toBe('heard: nobody');
      expect(await attempt(at.victim.ip)).toMatch(/^refused: /);
      expect(await attempt('127.0.0.1')).not.toContain('victim');
    },
  );
  it('closes that weakness with NET_RAW', async () => {
    await using at = await scene('kubenet');
    const attack = await inPod(at.attacker, ['python3', '-c', arpSpoof, at.victim.ip, '10.244.0.1', metadataAddress, '80'], ['net_raw']);
    expect(attack).toBe('refused: no raw sockets');
    await expect(inPod(at.attacker, ['python3', '-c', udpSpoof, at.victim.ip, at.node.nodeIp, '4000', 'x'], ['net_raw'])).rejects.toThrow(
      'Operation not permitted',
    );
  });
  it.each(['azure', 'kubenet'] as const)('gives the address of a detached pod to nobody (%s)', async (plugin) => {
    await using at = await scene(plugin);
    await at.node.detach('victim');
    const gateway = plugin === 'azure' ? '169.254.1.1' : '10.244.0.1';
    const attack = await inPod(at.attacker, ['python3', '-c', arpSpoof, at.victim.ip, gateway, metadataAddress, '80']);
    expect(attack).toBe(plugin === 'azure' ? 'refused: no answer' : 'heard: nobody');
    expect(
      await at.node.sourceOf({ remoteAddress: at.victim.ip, remotePort: 4711, localAddress: metadataAddress, localPort: 80 }),
    ).toBeUndefined();
  });
  it.each(['azure', 'kubenet'] as const)('does not let a pod without NET_ADMIN change its interfaces (%s)', async (plugin) => {
    await using at = await scene(plugin);
    await expect(inPod(at.attacker, ['ip', 'addr', 'add', `${at.victim.ip}/32`, 'dev', 'eth0'])).rejects.toThrow('Operation not permitted');
    await expect(inPod(at.attacker, ['ip', 'link', 'add', 'x', 'type', 'bridge'])).rejects.toThrow('Operation not permitted');
  });
});
