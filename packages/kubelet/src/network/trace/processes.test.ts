import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createProcessOwners } from './owners.ts';
import { holdsSocket, markOf, stillRuns } from './processes.ts';

const pause = () => spawn('sleep', ['1000'], { stdio: 'ignore' });
/** Inodes of sockets that this process has open. */
const someInode = (descriptor: number) => /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${String(descriptor)}`))?.[1] ?? '';

describe.skipIf(process.platform !== 'linux')('tracing sockets to processes', () => {
  it.each([0, 1, -1, 1.5, Number.NaN, 2 ** 30])('does not remember the process %d', (pid) => {
    expect(markOf(pid)).toBeUndefined();
  });
  it('does not take a later process of the same number for the earlier', async () => {
    const child = pause();
    const mark = markOf(child.pid!)!;
    expect(stillRuns(mark)).toBe(true);
    expect(stillRuns({ ...mark, start: String(Number(mark.start) - 1) })).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(stillRuns(mark)).toBe(false);
  });
  it('finds a socket in the process that has it, and beneath one that stands above, but not beside', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const child = pause();
    const client = connect(port, '127.0.0.1');
    const [accepted] = (await once(server, 'connection')) as [typeof client];
    const handle: { readonly fd: number } = Reflect.get(client, '_handle');
    const inode = someInode(handle.fd);
    expect(inode).not.toBe('');
    const parent = Number(/^PPid:\t(\d+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
    const [self, above, beside] = [markOf(process.pid)!, markOf(parent)!, markOf(child.pid!)!];
    expect([holdsSocket([self], inode), holdsSocket([above], inode), holdsSocket([beside], inode)]).toStrictEqual([true, true, false]);
    expect([holdsSocket([{ ...self, start: '1' }], inode), holdsSocket([], inode), holdsSocket([self], '1')]).toStrictEqual([
      false,
      false,
      false,
    ]);

    const owners = createProcessOwners();
    const ends = { remoteAddress: accepted.remoteAddress, remotePort: accepted.remotePort, localAddress: '127.0.0.1', localPort: port };
    expect(await owners.trace('/proc/self/net', ends, ['a'])).toBeUndefined();
    owners.owns('b', child.pid!);
    expect(await owners.trace('/proc/self/net', ends, ['a', 'b'])).toBeUndefined();
    owners.owns('a', process.pid);
    expect(await owners.trace('/proc/self/net', ends, ['a', 'b'])).toBe('a');
    owners.owns('b', process.pid);
    // Two that both have it: nobody is proven.
    expect(await owners.trace('/proc/self/net', ends, ['a', 'b'])).toBeUndefined();
    owners.forget('b');
    expect(await owners.trace('/proc/self/net', { ...ends, remotePort: port }, ['a'])).toBeUndefined();
    const many = await Promise.all(Array.from({ length: 300 }, () => owners.trace('/proc/self/net', ends, ['a'])));
    expect(many.filter((uid) => uid === 'a').length).toBe(256);
    expect(many.at(-1)).toBeUndefined();
    owners.forget('a');
    expect(await owners.trace('/proc/self/net', ends, ['a'])).toBeUndefined();
    client.destroy();
    accepted.destroy();
    server.close();
    child.kill('SIGKILL');
  });
});
