import { messageOf } from '@podpass/kernel';
import { startHolder } from './holder.ts';

export interface Probe {
  readonly works: boolean;
  /** Whether it takes a user namespace. */
  readonly userNamespace: boolean;
  readonly because: string;
}

/** Everything that the network needs of the kernel and the tools, in small. */
const attempt = async (userNamespace: boolean): Promise<string | undefined> => {
  try {
    const holder = await startHolder(userNamespace);
    try {
      await holder.shell.run(
        "printf 'netns add a\\nnetns add b\\nlink add sw0 type bridge\\n' | ip -batch - && ip link add link0 type veth peer name eth0 netns a",
      );
      const inside = await holder.startInside('a');
      try {
        await inside.run('echo 1 >/proc/sys/net/ipv4/conf/all/rp_filter && ip link set eth0 up');
        await inside.run('nsenter --net=/run/netns/b ip link set lo up');
      } finally {
        await inside.end();
      }
    } finally {
      await holder.shell.end();
    }
    return undefined;
  } catch (thrown) {
    return messageOf(thrown).split('\n')[0];
  }
};

const probe = async (platform: string, root: boolean): Promise<Probe> => {
  if (platform !== 'linux') return { works: false, userNamespace: false, because: `this is ${platform}, and only Linux has namespaces` };
  const failed = root ? await attempt(false) : undefined;
  if (root && failed === undefined)
    return { works: true, userNamespace: false, because: 'root on Linux: network, mount and process namespaces work' };
  const failedToo = await attempt(true);
  if (failedToo === undefined)
    return { works: true, userNamespace: true, because: 'Linux with user namespaces: network, mount and process namespaces work in them' };
  return { works: false, userNamespace: false, because: `namespaces cannot be made here: ${failed ?? failedToo}` };
};

let known: Promise<Probe> | undefined;

/** Whether namespaces work here. Tried once per process: the answer does not change while it runs. */
export const probeNamespaces = (): Promise<Probe> => (known ??= probe(process.platform, process.getuid?.() === 0));
