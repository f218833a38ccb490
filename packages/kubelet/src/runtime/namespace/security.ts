import { readFileSync } from 'node:fs';
import type { Container, Pod } from '../../api/types.ts';
import { ConfigError } from '../../env/sources.ts';
import { addableCapabilities, capabilityNumbers, defaultCapabilities, nodeWide } from './wire.ts';

/** What a container may do. */
export interface Privileges {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly capabilities: readonly string[];
  readonly noNewPrivileges: boolean;
  readonly readOnlyRoot: boolean;
}

export interface SecurityOptions {
  readonly pod: Pod;
  readonly container: Container;
  /** Whether the platform runs without root, so that only uid 0 of its user namespace exists. */
  readonly rootless: boolean;
  /** The capabilities that the platform itself can pass on; undefined for all. */
  readonly available?: ReadonlySet<string>;
}

/** The capabilities in the platform's own bounding set. */
export const availableCapabilities = (): ReadonlySet<string> => {
  const [, text = '0'] = /^CapBnd:\s*([0-9a-f]+)$/mu.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  const set = BigInt(`0x${text}`);
  return new Set(Object.entries(capabilityNumbers).flatMap(([name, number]) => (((set >> BigInt(number)) & 1n) === 1n ? [name] : [])));
};

const plain = (name: string): string => name.toUpperCase().replace(/^CAP_/u, '');

const capabilitiesOf = ({ pod, container, available }: SecurityOptions): readonly string[] => {
  const { add = [], drop = [] } = container.securityContext?.capabilities ?? {};
  const added = add.map(plain);
  const dropped = new Set(drop.map(plain));
  const onHost = pod.spec.hostNetwork === true;
  for (const name of added) {
    if (onHost && nodeWide.includes(name))
      throw new Error(
        `capability ${name} cannot be added to a pod in the host network: it would reach the traffic of every pod of the node`,
      );
    if (!addableCapabilities.includes(name))
      throw new Error(
        `capability ${name} cannot be added: the namespace runtime gives a container at most ${addableCapabilities.join(', ')}`,
      );
    if (available?.has(name) === false)
      throw new Error(`capability ${name} cannot be added: this machine does not let the platform pass it on`);
  }
  const kept = dropped.has('ALL') ? [] : defaultCapabilities.filter((name) => !dropped.has(name) && !(onHost && nodeWide.includes(name)));
  // As container runtimes do: what is both added and dropped by name is dropped; what is added beside `drop: ALL` stays.
  const names = [...new Set([...kept, ...added.filter((name) => !dropped.has(name))])];
  return available === undefined ? names : names.filter((name) => available.has(name));
};

/** What no namespace of this runtime can give is refused, not left out. */
const refuseForeign = ({ pod, container }: SecurityOptions): void => {
  const context = container.securityContext ?? {};
  const refuse = (what: string): never => {
    throw new Error(`${what} is not supported by the namespace runtime`);
  };
  if (context.privileged === true) refuse('securityContext.privileged');
  if (pod.spec.hostPID === true) refuse('hostPID');
  if (pod.spec.hostIPC === true) refuse('hostIPC');
  if (pod.spec.shareProcessNamespace === true) refuse('shareProcessNamespace');
  if (context.procMount !== undefined && context.procMount !== 'Default') refuse(`securityContext.procMount ${context.procMount}`);
  if ((pod.spec.securityContext?.sysctls ?? []).length > 0) refuse('securityContext.sysctls');
  const profile = context.seccompProfile?.type ?? pod.spec.securityContext?.seccompProfile?.type;
  if (profile === 'Localhost') refuse('a seccomp profile of type Localhost');
};

/**
 * What a container may do, by its own and its pod's security context. Throws ConfigError where the kubelet refuses a
 * configuration, and Error for what this runtime cannot give. Source: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
 */
export const privilegesOf = (options: SecurityOptions): Privileges => {
  refuseForeign(options);
  const { pod, container, rootless } = options;
  const shared = pod.spec.securityContext ?? {};
  const own = container.securityContext ?? {};
  const uid = own.runAsUser ?? shared.runAsUser ?? 0;
  const gid = own.runAsGroup ?? shared.runAsGroup ?? 0;
  const groups = [...new Set([...(shared.supplementalGroups ?? []), ...(shared.fsGroup === undefined ? [] : [shared.fsGroup])])];
  const where = `(pod: "${pod.metadata.name}_${pod.metadata.namespace ?? 'default'}(${pod.metadata.uid})", container: ${container.name})`;
  if ((own.runAsNonRoot ?? shared.runAsNonRoot) === true && uid === 0) {
    const given = own.runAsUser !== undefined || shared.runAsUser !== undefined;
    throw new ConfigError(
      given ? `container's runAsUser breaks non-root policy ${where}` : `container has runAsNonRoot and image will run as root ${where}`,
    );
  }
  if (![uid, gid, ...groups].every((id) => Number.isInteger(id) && id >= 0 && id <= 0x7fff_ffff))
    throw new ConfigError(`a user or group is out of range ${where}`);
  if (rootless && (uid !== 0 || gid !== 0 || groups.length > 0))
    throw new Error(
      'runAsUser, runAsGroup and supplementary groups other than 0 need a platform that runs as root: in its user namespace there is only user 0',
    );
  if (rootless && own.readOnlyRootFilesystem === true) throw new Error('readOnlyRootFilesystem needs a platform that runs as root');
  return {
    uid,
    gid,
    groups,
    capabilities: capabilitiesOf(options),
    noNewPrivileges: own.allowPrivilegeEscalation === false,
    readOnlyRoot: own.readOnlyRootFilesystem === true,
  };
};

/** What is asked for and left out without harm to the others; for an event. */
export const unenforced = (pod: Pod, container: Container): string | undefined => {
  const profile = container.securityContext?.seccompProfile?.type ?? pod.spec.securityContext?.seccompProfile?.type;
  return profile === 'RuntimeDefault'
    ? 'The namespace runtime has no seccomp filter: seccompProfile RuntimeDefault is not enforced'
    : undefined;
};

/** The command that sheds everything else; what follows runs with these privileges. */
export const shedding = ({ uid, gid, groups, capabilities, noNewPrivileges }: Privileges, rootless: boolean): readonly string[] => [
  'setpriv',
  '--pdeathsig=KILL',
  `--bounding-set=${['-all', ...capabilities.map((name) => `+${name.toLowerCase()}`)].join(',')}`,
  '--inh-caps=-all',
  ...(rootless
    ? []
    : [`--reuid=${String(uid)}`, `--regid=${String(gid)}`, groups.length === 0 ? '--clear-groups' : `--groups=${groups.join(',')}`]),
  ...(noNewPrivileges ? ['--no-new-privs'] : []),
];
