import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Container, Pod, PodSpec } from '../api/types.ts';
import { openLogFile } from '../logs/file.ts';
import { planIsolation } from '../runtime/namespace/plan.ts';
import { createNamespaceRuntime, type NamespaceRuntime } from '../runtime/namespace/runtime.ts';
import { availableCapabilities } from '../runtime/namespace/security.ts';
import type { Exit, RunningContainer } from '../runtime/types.ts';
import type { NodeNetwork, PodNetwork } from '../types.ts';

/** Why this machine cannot make namespaces; undefined when it can. Tests that need them are skipped for this reason. */
export const noNamespaces = ((): string | undefined => {
  if (process.platform !== 'linux') return 'namespaces exist on Linux only';
  if (process.getuid?.() !== 0) return 'these tests make namespaces as root';
  const tried = spawnSync('unshare', ['--mount', '--pid', '--fork', '--net', '--uts', '--ipc', 'mount', '-t', 'tmpfs', 'x', '/mnt'], {
    encoding: 'utf8',
  });
  return tried.status === 0 ? undefined : `unshare: ${tried.stderr || tried.error?.message || 'failed'}`;
})();

/** The Node that runs the tests, for containers: a checkout below /tmp is not seen by them otherwise. */
export const ownNode: readonly { readonly from: string; readonly to: string }[] = [
  { from: dirname(dirname(process.execPath)), to: dirname(dirname(process.execPath)) },
];

/** Where the tests' own tools are, which may lie beside those of the system. */
export const machinePath = spawnSync('sh', ['-c', 'printf %s "$PATH"'], { encoding: 'utf8' }).stdout;

if (noNamespaces !== undefined) process.stderr.write(`SKIPPED: tests of the namespace runtime: ${noNamespaces}\n`);

/** A network namespace of its own, with nothing but a loopback device, kept by a process. */
export const createNamespaceNetwork = async (): Promise<
  NodeNetwork & { readonly calls: string[]; readonly processes: Map<number, string> }
> => {
  const holder = spawn(
    'unshare',
    ['--net', '--', 'sh', '-c', 'ip link set lo up && ip address add 10.244.0.5/32 dev lo && echo up && exec sleep 3600'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  const calls: string[] = [];
  const processes = new Map<number, string>();
  return {
    runtime: { name: 'namespace', because: 'the test says so' },
    nodeIp: '10.224.0.4',
    calls,
    processes,
    async attach({ uid }): Promise<PodNetwork> {
      calls.push(`attach ${uid}`);
      return {
        ip: '10.244.0.5',
        hostIp: '10.224.0.4',
        enter: ['nsenter', `--net=/proc/${String(holder.pid)}/ns/net`, '--'],
        files: { hostname: 'web', hosts: '127.0.0.1 localhost\n10.244.0.5 web\n', resolvConf: 'nameserver 10.0.0.10\n' },
        env: { FROM_NETWORK: 'yes' },
      };
    },
    async detach(uid) {
      calls.push(`detach ${uid}`);
    },
    owns(uid, pid) {
      processes.set(pid, uid);
    },
    async close() {
      holder.kill('SIGKILL');
    },
  };
};

export interface Bench {
  readonly podsDir: string;
  readonly runtime: NamespaceRuntime;
  /** Starts a shell script in a container. */
  start(
    script: string,
    container?: Partial<Container>,
    more?: { spec?: Partial<PodSpec>; argv?: readonly string[]; env?: Record<string, string>; cwd?: string },
  ): Started;
  /** Runs one to its end. */
  run(...given: Parameters<Bench['start']>): Promise<{ exit: Exit; output: string }>;
  volume(name: string): string;
  readonly unlimited: string[];
  close(): Promise<void>;
}
interface Started {
  readonly running: RunningContainer;
  readonly name: string;
  output(): string;
}

/** Containers of one pod, without a kubelet. The pods' folder lies where containers could see it, were it not masked. */
export const createBench = async (
  options: { masked?: readonly string[]; shared?: readonly { from: string; to: string }[]; at?: string } = {},
): Promise<Bench> => {
  const podsDir = realpathSync(mkdtempSync(join(options.at ?? '/var/tmp', 'podpass-bench-')));
  const podFolder = join(podsDir, 'uid-1');
  mkdirSync(podFolder);
  const shared = options.shared ?? [];
  const runtime = createNamespaceRuntime({ podsDir, masked: options.masked ?? [], shared, rootless: false });
  await runtime.prepare();
  const network = await createNamespaceNetwork();
  const attached = await network.attach({ uid: 'uid-1', namespace: 'default', name: 'web', hostNetwork: false });
  const unlimited: string[] = [];
  const containers: RunningContainer[] = [];
  let count = 0;
  const volume = (name: string): string => {
    const folder = join(podFolder, 'volumes', name);
    mkdirSync(folder, { recursive: true });
    return folder;
  };
  const start: Bench['start'] = (script, more = {}, { spec = {}, argv, env = {}, cwd = '/pod-home' } = {}) => {
    count += 1;
    const name = `c${String(count)}`;
    const container: Container = { name, image: 'test/app', ...more };
    const pod: Pod = { metadata: { name: 'web', uid: 'uid-1' }, spec: { containers: [container], ...spec } };
    const own = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/pod-home', ...env };
    const isolation = planIsolation({
      pod,
      container,
      network: attached,
      env: new Map(Object.entries(own)),
      folderOf: volume,
      shared,
      rootless: false,
      available: availableCapabilities(),
    });
    const file = join(podFolder, `${name}.log`);
    const log = openLogFile(file, () => 0);
    const runner = runtime.forContainer(isolation, (limits) => unlimited.push(...limits));
    const running = runner.start({ argv: argv ?? ['sh', '-c', script], env: own, cwd, log, podFolder, container: name });
    containers.push(running);
    const output = () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split(' ').slice(3).join(' '))
        .join('\n');
    return { running, name, output };
  };
  return {
    podsDir,
    runtime,
    start,
    async run(...given) {
      const { running, output } = start(...given);
      return { exit: await running.exited, output: output() };
    },
    volume,
    unlimited,
    async close() {
      await Promise.all(containers.map((container) => container.stop(0)));
      await runtime.close();
      await network.close();
      rmSync(podsDir, { recursive: true, force: true });
    },
  };
};
