import { join, posix } from 'node:path';
import type { Container, Pod } from '../api/types.ts';
import { buildEnvironment } from '../env/environment.ts';
import { createSizeCount, expand } from '../env/expand.ts';
import type { DataSource } from '../env/sources.ts';
import { translate, type MountTable } from '../env/translate.ts';
import type { PodNetwork, Program } from '../types.ts';
import { places } from '../runtime/namespace/wire.ts';
import { defaultPath, podFolders } from '../wire.ts';

export interface LaunchPlan {
  readonly argv: readonly string[];
  /** The arguments alone, without the command. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** What was translated from a mount path, for the event: names of variables, `args`, `workingDir`. */
  readonly translated: readonly string[];
  /** As the program's entry says; 0 where the pod names a command of its own. */
  readonly startsWithin: number;
}

export interface LaunchOptions {
  readonly pod: Pod;
  readonly container: Container;
  readonly program: Program;
  readonly data: DataSource;
  readonly mounts: MountTable;
  readonly podFolder: string;
  readonly apiServer: string;
  readonly hostEnvironment: Readonly<Record<string, string>>;
  /** The pod's part of the network, when there is one. */
  readonly network: PodNetwork | undefined;
  /** Whether the program finds its volumes at their mount paths, as in a mount namespace; nothing is translated then. */
  readonly real: boolean;
}

/** What a container finds before the pod's own variables. Its home is the pod's: the host user's settings and sign-ins are out of sight. */
const base = ({ pod, podFolder, apiServer, hostEnvironment, network, real }: LaunchOptions): Record<string, string> => {
  const api = new URL(apiServer);
  return {
    PATH: defaultPath,
    ...hostEnvironment,
    HOME: real ? places.home : join(podFolder, podFolders.home),
    TMPDIR: real ? places.temporary : join(podFolder, podFolders.temporary),
    HOSTNAME: pod.spec.hostname ?? pod.metadata.name,
    KUBERNETES_SERVICE_HOST: api.hostname,
    KUBERNETES_SERVICE_PORT: api.port === '' ? '443' : api.port,
    ...network?.env,
  };
};

/**
 * What a container's process is started with: `command` replaces the program's command and drops its arguments, `args`
 * replaces its arguments, as with an image's ENTRYPOINT and CMD. Throws ConfigError for sources that are not there.
 */
export const planLaunch = async (options: LaunchOptions): Promise<LaunchPlan> => {
  const { pod, container, program, data, mounts, podFolder, network, real } = options;
  const own = await buildEnvironment({ pod, container, data, base: base(options), addresses: network });
  const translated: string[] = [];
  const move = (text: string, what: string): string => {
    const place = real ? undefined : translate(text, mounts);
    if (place === undefined) return text;
    translated.push(what);
    return place;
  };
  const counted = createSizeCount('arguments');
  const given = (texts: readonly string[]) => texts.map((text) => counted(expand(text, own)));
  const command = container.command !== undefined && container.command.length > 0;
  const head = command ? given(container.command ?? []) : program.command;
  const tail = container.args !== undefined && container.args.length > 0 ? given(container.args) : command ? [] : (program.args ?? []);
  const args = tail.map((text) => move(text, 'args'));
  const folder = real
    ? posix.resolve('/', container.workingDir ?? places.home)
    : ((container.workingDir === undefined ? undefined : translate(container.workingDir, mounts)) ?? join(podFolder, podFolders.home));
  return {
    argv: [...head.map((text) => move(text, 'args')), ...args],
    args,
    env: Object.fromEntries([...own].map(([name, value]) => [name, move(value, name)])),
    cwd: folder,
    translated: [...new Set(translated)],
    startsWithin: command ? 0 : (program.startsWithin ?? 0),
  };
};
