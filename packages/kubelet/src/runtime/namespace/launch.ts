import type { ContainerLaunch } from '../types.ts';
import { agentScript, finalScript, initScript, rootScript } from './script.ts';
import { shedding } from './security.ts';
import type { Places, TableOptions } from './tables.ts';
import { defaults, toolPath, variablePrefix } from './wire.ts';

/** Names that shells give a meaning of their own or refuse to set, beside those that are no names to them. */
const shellNames =
  /^(?:BASH.*|DIRSTACK|ENV|EUID|FUNCNAME|GROUPS|HOSTTYPE|IFS|LINENO|MACHTYPE|OLDPWD|OPTARG|OPTERR|OPTIND|OSTYPE|PATH_|POSIXLY_CORRECT|PPID|PS[0-9]|PWD|RANDOM|SECONDS|SHELLOPTS|SHLVL|UID|_)$/u;
const isPlain = (name: string): boolean =>
  /^[A-Za-z_][A-Za-z0-9_]*$/u.test(name) && !shellNames.test(name) && !name.startsWith(variablePrefix);

const counted = (texts: readonly string[]): readonly string[] => [String(texts.length), ...texts];
const prefixed = (values: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  Object.entries(values).map(([name, value]) => [`${variablePrefix}${name}`, value]);

/**
 * The command that makes a container's root, after which it waits for its pod. The tools live as long as the platform's process does: the
 * first asks the kernel for its end with its parent's, and `unshare` takes the container along.
 */
export const rootCommand = (enter: readonly string[]): readonly string[] => [
  ...enter,
  'setpriv',
  '--pdeathsig=KILL',
  'unshare',
  '--mount',
  '--pid',
  '--uts',
  '--ipc',
  '--fork',
  '--kill-child=KILL',
  'sh',
  '-c',
  rootScript,
  'podpass',
  initScript,
  agentScript,
  finalScript,
];

/** What the tools find in their environment: their own PATH, and what they need for the root. */
export const rootVariables = (options: { base: string; skeleton: string; groups: readonly string[] }): Record<string, string> => ({
  PATH: toolPath,
  LC_ALL: 'C',
  ...Object.fromEntries(
    prefixed({ CGROUPS: options.groups.join('\n'), SKELETON: options.skeleton, SIZE: defaults.writable, BASE: options.base }),
  ),
});

interface ClaimOptions {
  readonly launch: ContainerLaunch;
  readonly table: TableOptions;
  readonly places: Places;
  /** Path of the pod's network namespace; empty when the command has entered it. */
  readonly network: string;
}

const numbered = (letter: string, entries: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] =>
  entries.map(([name, value], index) => [`${variablePrefix}${letter}${String(index + 1)}`, `${name}=${value}`]);

/**
 * The pod's variables and everything else under names that mean nothing to the tools. The pod's are among it as data, so that none of them
 * (LD_PRELOAD…) acts on a tool with privileges.
 */
const variables = ({ launch, table }: ClaimOptions): readonly (readonly [string, string])[] => {
  const { isolation, stage, layout } = table;
  const { network, privileges } = isolation;
  const own = Object.entries(launch.env);
  const plain = own.filter(([name]) => isPlain(name));
  const odd = own.filter(([name]) => !isPlain(name));
  if (network.files === undefined) throw new Error('its network gives it no name');
  const values = {
    HOSTNAME: network.files.hostname,
    HOSTS: network.files.hosts,
    RESOLV: network.files.resolvConf,
    STAGE: stage,
    LAYERED: layout === undefined ? '' : '1',
    OWNER: privileges.uid === 0 && privileges.gid === 0 ? '' : `${String(privileges.uid)}:${String(privileges.gid)}`,
    READONLY: privileges.readOnlyRoot ? '1' : '',
    CWD: launch.cwd,
    COUNT: String(plain.length),
    ODD: String(odd.length),
  };
  return [...prefixed(values), ...numbered('E', plain), ...numbered('O', odd)];
};

const words = ({ launch, table: { isolation, rootless }, places }: ClaimOptions): readonly string[] => {
  const { privileges, probes } = isolation;
  const shell = shedding(privileges, rootless);
  return [
    ...counted(places.files),
    ...counted(places.folders),
    ...counted(shell),
    ...counted(probes.length === 0 ? [] : probes.flatMap(counted)),
    ...launch.argv,
  ];
};

/** What a root that waits is told, so that it becomes a container. Throws for texts that no process can be given (NUL). */
export const claim = (options: ClaimOptions): string => {
  const entries = variables(options);
  const values = [String(entries.length), ...entries.flat(), options.network, ...counted(words(options))];
  if (values.some((value) => value.includes('\0'))) throw new Error('its arguments and variables must not contain a NUL character');
  return values.map((value) => `${String(value.split('\n').length)}\n${value}\n`).join('');
};
