import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { talk } from '../testing/attacks.ts';
import { inPod, podNamed, testCluster, whyNoNamespaces } from '../testing/namespaces.ts';

const why = await whyNoNamespaces();
const metadataAddress = '169.254.169.254';
const ask = ['python3', '-c', talk, metadataAddress, '80', ''];

describe.skipIf(why !== undefined)(`a node with namespaces${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  it.each([
    ['no range', { podCidr: '10.244.0.0' }],
    ['too small a range', { podCidr: '10.244.0.0/31' }],
    ['a range over the nodes', { podCidr: '10.224.0.0/16' }],
    ['a range over the services', { podCidr: '10.0.0.0/24' }],
    ['a node address elsewhere', { nodeIp: '10.9.9.9' }],
    ['a node address that is none', { nodeIp: '10.224.0.4; reboot' }],
  ])('refuses %s', async (_what, options) => {
    await using platform = await testCluster();
    await expect(platform.openNode(options)).rejects.toMatchObject({ code: 'invalid' });
  });
  it('says that an address cannot be listened on, and leaves nothing', async () => {
    await using platform = await testCluster();
    const listeners = [{ address: '192.0.2.1', port: 443, onConnection: () => undefined }];
    await expect(platform.openNode({ listeners })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('EADDRNOTAVAIL'),
    });
    const node = await platform.openNode();
    await expect(
      node.listen([
        { address: node.nodeIp, port: 99 },
        { address: metadataAddress, port: 80 },
      ]),
    ).rejects.toThrow('EADDRINUSE');
    const [server] = await node.listen([{ address: node.nodeIp, port: 99 }]);
    expect(server?.address()).toMatchObject({ address: node.nodeIp, port: 99 });
  });
  it('tells pods in the host network apart by their processes, and others from them', async () => {
    await using platform = await testCluster();
    const node = await platform.openNode();
    const [one] = await Promise.all([node.attach(podNamed('one', true)), node.attach(podNamed('two', true))]);
    expect(one).toMatchObject({ ip: node.nodeIp, hostIp: node.nodeIp });
    const asPod = async (uid: string | undefined): Promise<string> => {
      const [program = '', ...args] = [...one.enter, 'sh', '-c', 'read go; "$@"; true', 'sh', ...ask];
      const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
      if (uid !== undefined) node.owns(uid, child.pid!);
      child.stdin.end('go\n');
      return (await text(child.stdout)).trim();
    };
    expect(await Promise.all([asPod('two'), asPod(undefined), asPod('one'), asPod('stranger')])).toStrictEqual([
      'two',
      'nobody',
      'one',
      'nobody',
    ]);
    await node.detach('one');
    expect(await asPod('one')).toBe('nobody');
  });
  it('serves HTTP on a connection whose client spoke before it was traced', async () => {
    await using platform = await testCluster();
    const http = createServer((request, response) => {
      response.setHeader('connection', 'close');
      response.end(`${request.url ?? ''} served`);
    });
    const node = await platform.openNode({ onMetadataConnection: (socket) => http.emit('connection', socket) });
    const host = await node.attach(podNamed('host', true));
    const own = await node.attach(podNamed('own'));
    for (const pod of [host, own]) {
      const answer = await inPod(pod, [
        'python3',
        '-c',
        talk,
        metadataAddress,
        '80',
        String.raw`GET /metadata/instance HTTP/1.1\r\nHost: x\r\n\r\n`,
      ]);
      expect(answer).toContain('/metadata/instance served');
    }
  });
  it('destroys the connections of a detached pod at once, to whichever listener', async () => {
    await using platform = await testCluster();
    const { promise, resolve } = Promise.withResolvers<Socket>();
    const node = await platform.openNode({
      listeners: [{ address: platform.cluster.addresses.platform, port: 443, onConnection: resolve }],
    });
    const pod = await node.attach(podNamed('a'));
    const talking = inPod(pod, ['python3', '-c', talk, platform.cluster.addresses.platform, '443', 'hello']).catch(() => 'gone');
    const socket = await promise;
    const detached = node.detach('a');
    expect(socket.destroyed).toBe(true);
    await detached;
    await expect(inPod(pod, ['true'])).rejects.toThrow('No such file');
    await node.close();
    await platform.cluster.close();
    await talking;
  });
  it('attaches a pod once, with an address that comes back last', async () => {
    await using platform = await testCluster();
    const node = await platform.openNode({ podCidr: '10.244.0.0/29' });
    const [one, again] = await Promise.all([node.attach(podNamed('a')), node.attach(podNamed('a'))]);
    expect(again).toStrictEqual(one);
    await node.detach('a');
    const ips = [];
    for (const uid of ['b', 'c', 'd', 'e', 'f']) ips.push((await node.attach(podNamed(uid))).ip);
    expect(ips).toStrictEqual(['10.244.0.3', '10.244.0.4', '10.244.0.5', '10.244.0.6', '10.244.0.2']);
    await expect(node.attach(podNamed('g'))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(node.attach(podNamed('h', true))).resolves.toMatchObject({ ip: node.nodeIp });
  });
  it('attaches and detaches in any order without losing an address', async () => {
    await using platform = await testCluster();
    const node = await platform.openNode({ podCidr: '10.244.0.0/29' });
    for (let round = 0; round < 3; round += 1) {
      const attaching = ['a', 'b', 'c'].map((uid) => node.attach(podNamed(uid)).catch((thrown: { code: string }) => thrown.code));
      await Promise.all(['a', 'b', 'c'].map((uid) => node.detach(uid)));
      expect(await Promise.all(attaching)).toStrictEqual(['closed', 'closed', 'closed']);
    }
    const ips = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(async (uid) => (await node.attach(podNamed(uid))).ip));
    expect(new Set(ips).size).toBe(5);
  });
  it('answers names to pods, and gives them addresses of their own that other nodes reach', async () => {
    await using platform = await testCluster({ 'vault.azure.net': '168.63.129.16' });
    const [one, two] = await Promise.all([
      platform.openNode(),
      platform.openNode({ name: 'node-1', podCidr: '10.244.1.0/24', plugin: 'kubenet' }),
    ]);
    expect([one.nodeIp, two.nodeIp]).toStrictEqual(['10.224.0.4', '10.224.0.5']);
    const [here, there] = await Promise.all([one.attach(podNamed('here')), two.attach(podNamed('there'))]);
    const serve =
      "import socket; s=socket.create_server(('',8080)); print('up',flush=True); c,a=s.accept(); c.sendall(a[0].encode()); c.close()";
    const [program, ...args] = [...there.enter, 'python3', '-c', serve];
    const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(server.stdout, 'data');
    expect(await inPod(here, ['python3', '-c', talk, there.ip, '8080', ''])).toBe(here.ip);
    const look =
      "import socket,struct,sys\ns=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.settimeout(3)\nfor n in sys.argv[1:]:\n s.sendto(struct.pack('!HHHHHH',7,256,1,0,0,0)+b''.join(bytes([len(p)])+p.encode() for p in n.split('.'))+b'\\0\\0\\1\\0\\1',('10.0.0.10',53))\n r=s.recv(512); print(r[3]&15, '.'.join(map(str,r[-4:])) if r[7] else '-')";
    const answers = await inPod(there, [
      'python3',
      '-c',
      look,
      'kubernetes.default.svc.cluster.local',
      'vault.azure.net',
      'vault.azure.net.svc.cluster.local',
    ]);
    expect(answers.split('\n')).toStrictEqual(['0 10.0.0.1', '0 168.63.129.16', '3 -']);
  });
  it('keeps clusters apart', async () => {
    await using one = await testCluster();
    await using other = await testCluster();
    const [, node] = await Promise.all([
      one.openNode({ podCidr: '10.244.0.0/24' }),
      other.openNode({ podCidr: '10.245.0.0/24', nodeIp: '10.224.0.9' }),
    ]);
    const pod = await node.attach(podNamed('a'));
    expect(await inPod(pod, ['python3', '-c', talk, '10.224.0.4', '80', ''])).toMatch(/^refused: (?:timed out|.*unreachable|.*No route)/i);
    expect(await inPod(pod, ['sh', '-c', "ip -o link | sed 's/^[0-9]*: //;s/[@:].*//' | tr '\\n' ' '"])).toBe('lo eth0');
  });
});
