import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { silentTelemetry } from '@podpass/telemetry';
import { afterEach, describe, expect, it } from 'vitest';
import type { PodNetwork, PodSource } from '../../types.ts';
import { openProcessNetwork } from './network.ts';

const onLinux = process.platform === 'linux';
const pod = (uid: string) => ({ uid, namespace: 'default', name: uid, hostNetwork: false });
const portOf = (network: PodNetwork) => Number(new URL(network.env.AZURE_POD_IDENTITY_AUTHORITY_HOST ?? '').port);

const children: ChildProcess[] = [];
const sockets: Socket[] = [];
const open = (platform?: string) => {
  const seen: (PodSource | undefined)[] = [];
  const accepted: Socket[] = [];
  const waiters: (() => void)[] = [];
  const network = openProcessNetwork({
    log: silentTelemetry().log,
    runtime: { name: 'process', because: 'a test' },
    onMetadataConnection(socket, source) {
      seen.push(source);
      accepted.push(socket);
      for (const wake of waiters.splice(0)) wake();
    },
    ...(platform === undefined ? {} : { platform }),
  });
  const next = () => new Promise<void>((resolve) => waiters.push(resolve));
  return { network, seen, accepted, next, [Symbol.asyncDispose]: () => network.close() };
};
/** A process that connects when it is told to, directly or by a child of its own. */
const client = (port: number, { deep = false } = {}): ChildProcess => {
  const code = `process.stdin.once('data', () => require('node:net').connect(${String(port)}, '127.0.0.1').on('error', () => {}))`;
  const child = deep
    ? spawn('sh', ['-c', '"$0" -e "$1"; true', process.execPath, code], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
    : spawn(process.execPath, ['-e', code], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  children.push(child);
  return child;
};
afterEach(() => {
  for (const child of children.splice(0)) if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  for (const socket of sockets.splice(0)) socket.destroy();
});

describe('the network of the process runtime', () => {
  it.skipIf(!onLinux)("takes a process that is no pod's for nobody", async () => {
    await using at = open();
    const network = await at.network.attach(pod('a'));
    const seen = at.next();
    sockets.push(connect(portOf(network), '127.0.0.1'));
    await seen;
    expect(at.seen).toStrictEqual([undefined]);
  });
  it.skipIf(!onLinux)('takes a process of another pod that learnt the port for nobody', async () => {
    await using at = open();
    const mine = await at.network.attach(pod('a'));
    await at.network.attach(pod('b'));
    const thief = client(portOf(mine));
    at.network.owns('b', thief.pid!);
    const seen = at.next();
    thief.stdin!.write('go');
    await seen;
    expect(at.seen).toStrictEqual([undefined]);
  });
  it.skipIf(!onLinux).each([false, true])('knows the processes of a pod (beneath another: %j)', async (deep) => {
    await using at = open();
    const network = await at.network.attach(pod('a'));
    const child = client(portOf(network), { deep });
    at.network.owns('a', child.pid!);
    const seen = at.next();
    child.stdin!.write('go');
    await seen;
    expect(at.seen).toStrictEqual([{ ...pod('a'), ip: '127.0.0.1' }]);
  });
  it('goes by the port alone where connections cannot be traced', async () => {
    await using at = open('darwin');
    const network = await at.network.attach(pod('a'));
    const seen = at.next();
    sockets.push(connect(portOf(network), '127.0.0.1'));
    await seen;
    expect(at.seen).toMatchObject([{ uid: 'a' }]);
  });
  it('destroys the connections of a detached pod at once, and listens no more', async () => {
    await using at = open('darwin');
    const network = await at.network.attach(pod('a'));
    const socket = connect(portOf(network), '127.0.0.1').resume();
    const closed = once(socket, 'close');
    await at.next();
    const detached = at.network.detach('a');
    expect(at.accepted[0]?.destroyed).toBe(true);
    await detached;
    await closed;
    const refused = connect(portOf(network), '127.0.0.1');
    expect((await once(refused, 'error'))[0]).toMatchObject({ code: 'ECONNREFUSED' });
    expect(
      await at.network.sourceOf({ remoteAddress: '127.0.0.1', remotePort: 1, localAddress: '127.0.0.1', localPort: portOf(network) }),
    ).toBeUndefined();
  });
  it('attaches a pod once, and each at a port of its own', async () => {
    await using at = open();
    const [one, again, other] = await Promise.all([at.network.attach(pod('a')), at.network.attach(pod('a')), at.network.attach(pod('b'))]);
    expect(again).toBe(one);
    expect(portOf(other)).not.toBe(portOf(one));
    expect(one).toMatchObject({ ip: '127.0.0.1', hostIp: '127.0.0.1', enter: [], files: undefined });
  });
  it('refuses pods that are detached while they are attached, and all when it is closed', async () => {
    const at = open();
    const attaching = at.network.attach(pod('a'));
    await Promise.all([expect(attaching).rejects.toMatchObject({ code: 'closed' }), at.network.detach('a')]);
    await at.network.close();
    await at.network.close();
    await expect(at.network.attach(pod('b'))).rejects.toMatchObject({ code: 'closed' });
  });
});
