import type { ContainerLaunch } from '../types.ts';
import { agentScript, finalScript, initScript } from './script.ts';
import { shedding } from './security.ts';
import type { Places, TableOptions } from './tables.ts';
import { defaults, toolPath, variablePrefix } from './wire.ts';

/** Names that shells give a meaning of their own or refuse to set, beside those that are no names to them. */
const shellNames =
  /^(?:BASH.*|DIRSTACK|ENV|EUID|FUNCNAME|GROUPS|HOSTTYPE|IFS|LINENO|MACHTYPE|OLDPWD|OPTARG|OPTERR|OPTIND|OSTYPE|PATH_|POSIXLY_CORRECT|PPID|PS[0-9]|PWD|RANDOM|SECONDS|SHELLOPTS|SHLVL|UID|_)$/u;
const isPlain = (name: string): boolean =>
  /^[A-Za-z_][A-Za-z0-9_]*$/u.test(name) && !shellNames.test(name) && !name.startsWith(variablePrefix);

const counted = (texts: readonly string[]): readonly string[] => [String(texts.length), ...texts];

interface CommandOptions {
  readonly launch: ContainerLaunch;
  readonly table: TableOptions;
  readonly places: Places;
}

/**
 * The command that makes the container and becomes its program. The tools live as long as the platform's process does:
 * the first asks the kernel for its end with its parent's, and `unshare` takes the container along.
 */
export const launchCommand = ({ launch, table, places }: CommandOptions): readonly string[] => {
  const { isolation, rootless } = table;
  const { network, privileges, probes } = isolation;
  const shell = [...shedding(privileges, rootless), 'sh', '-c'];
  return [
    ...network.enter,
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
    initScript,
    'podpass',
    ...counted(places.files),
    ...counted(places.folders),
    ...counted(probes.length === 0 ? [] : [...shell, agentScript, 'podpass', ...probes.flatMap(counted)]),
    ...shell,
    finalScript,
    'podpass',
    ...launch.argv,
  ];
};

interface VariableOptions {
  readonly launch: ContainerLaunch;
  readonly table: TableOptions;
  readonly files: { readonly system: string; readonly volumes: string };
  readonly skeleton: string;
  readonly groups: readonly string[];
}

const numbered = (letter: string, entries: readonly (readonly [string, string])[]): Record<string, string> =>
  Object.fromEntries(entries.map(([name, value], index) => [`${variablePrefix}${letter}${String(index + 1)}`, `${name}=${value}`]));

/**
 * What the tools find in their environment: their own PATH, and everything else under names that mean nothing to them.
 * The pod's variables are among it as data, so that none of them (LD_PRELOAD…) acts on a tool with privileges.
 */
export const launchVariables = ({ launch, table, files, skeleton, groups }: VariableOptions): Record<string, string> => {
  const { isolation, base, stage, layout } = table;
  const { network, privileges } = isolation;
  const own = Object.entries(launch.env);
  const plain = own.filter(([name]) => isPlain(name));
  const odd = own.filter(([name]) => !isPlain(name));
  const values = {
    CGROUPS: groups.join('\n'),
    HOSTNAME: network.files?.hostname ?? '',
    HOSTS: network.files?.hosts ?? '',
    RESOLV: network.files?.resolvConf ?? '',
    SYSTEM: files.system,
    POD: files.volumes,
    SKELETON: skeleton,
    SIZE: defaults.writable,
    BASE: base,
    STAGE: stage,
    LAYERED: layout === undefined ? '' : '1',
    OWNER: privileges.uid === 0 && privileges.gid === 0 ? '' : `${String(privileges.uid)}:${String(privileges.gid)}`,
    READONLY: privileges.readOnlyRoot ? '1' : '',
    CWD: launch.cwd,
    COUNT: String(plain.length),
    ODD: String(odd.length),
  };
  return {
    PATH: toolPath,
    LC_ALL: 'C',
    ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`${variablePrefix}${name}`, value])),
    ...numbered('E', plain),
    ...numbered('O', odd),
  };
};
