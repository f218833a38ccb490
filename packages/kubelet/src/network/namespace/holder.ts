import { type NamespaceShell, startShell } from './shell.ts';

/** Holder of a cluster's namespaces, and how to reach them from outside. */
export interface Holder {
  readonly shell: NamespaceShell;
  /** Command prefix that enters the network namespace of this name; `processes` also enters the holder's process namespace. */
  enter(name: string, options: { readonly processes: boolean }): readonly string[];
  /** Starts a shell in the network namespace of this name. It sees the holder's names and ends with the holder. */
  startInside(name: string): Promise<NamespaceShell>;
}

/**
 * Starts the process that holds the namespaces: first process of a process namespace, in a mount namespace of its own where alone the names
 * of network namespaces exist. So nothing outlives it, and nothing of it can be seen on the machine.
 */
export const startHolder = async (userNamespace: boolean): Promise<Holder> => {
  const user = userNamespace ? ['--user', '--map-root-user'] : [];
  const shell = await startShell(['unshare', ...user, '--net', '--mount', '--pid', '--fork', '--kill-child', '--', 'sh']);
  try {
    await shell.run('mount -t tmpfs -o size=1m,mode=700 podpass /run && mkdir /run/netns && ip link set lo up');
  } catch (thrown) {
    await shell.end();
    throw thrown;
  }
  const root = `/proc/${String(shell.pid)}`;
  const credentials = userNamespace ? ['--preserve-credentials', `--user=${root}/ns/user`] : [];
  // By way of the holder's root: should the number ever name another process, the path does not exist there, and nothing is started.
  const network = (name: string) => `--net=${root}/root/run/netns/${name}`;
  return {
    shell,
    enter: (name, { processes }) => ['nsenter', ...credentials, ...(processes ? [`--pid=${root}/ns/pid`] : []), network(name), '--'],
    startInside: (name) =>
      startShell(['nsenter', ...credentials, `--mount=${root}/ns/mnt`, `--pid=${root}/ns/pid`, network(name), '--', 'sh']),
  };
};
