import { realpathSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import type { Container, Pod, VolumeMount } from '../../api/types.ts';
import { quantity } from '../../env/downward.ts';
import { expand } from '../../env/expand.ts';
import { ConfigError } from '../../env/sources.ts';
import type { PodNetwork } from '../../types.ts';
import type { Limits } from './cgroup.ts';
import { isBelow } from './mounts.ts';
import { privilegesOf, type Privileges } from './security.ts';
import { defaults, forbiddenMountPaths } from './wire.ts';

/** Something of the machine that a container finds at a path of its own. */
export interface PlannedMount {
  /** On the machine. */
  readonly source: string;
  /** In the container; absolute and normal. */
  readonly target: string;
  /** Below the source; looked up inside the container, where no link leads out. */
  readonly subPath: string;
  readonly file: boolean;
  readonly readOnly: boolean;
}

/** Everything about a container that only a runtime with namespaces can give. */
export interface Isolation {
  readonly network: PodNetwork;
  readonly mounts: readonly PlannedMount[];
  readonly privileges: Privileges;
  readonly limits: Limits;
  /** The commands of the exec probes. */
  readonly probes: readonly (readonly string[])[];
}

export interface IsolationOptions {
  readonly pod: Pod;
  readonly container: Container;
  readonly network: PodNetwork;
  readonly env: ReadonlyMap<string, string>;
  readonly folderOf: (volume: string) => string;
  readonly shared: readonly { readonly from: string; readonly to: string }[];
  readonly rootless: boolean;
  readonly available: ReadonlySet<string>;
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;

/**
 * Whether a sub path is a file. Links in a volume are the pod's: where one leads out of it, on this machine, is nothing
 * that the pod may learn, and nothing to fail about.
 */
const isFileBelow = (folder: string, subPath: string): boolean => {
  try {
    const real = realpathSync(posix.join(folder, subPath));
    return isBelow(real, realpathSync(folder)) && isFile(real);
  } catch {
    return false;
  }
};

const targetOf = (path: string): string => {
  const target = posix.resolve('/', path);
  if (target.includes('\0') || path.split('/').includes('..')) throw new Error(`invalid mount path ${JSON.stringify(path)}`);
  const forbidden = target === '/' || forbiddenMountPaths.some((place) => isBelow(target, place));
  if (forbidden) throw new Error(`a volume cannot be mounted on ${JSON.stringify(target)}`);
  return target;
};

/**
 * Whether the kubelet keeps writing files into the volume. No container may write there: a link in the place of a file or a
 * folder would lead the kubelet, which is outside, to any file of the machine. Kubernetes mounts these read-only too.
 */
const isKept = ({ spec }: Pod, name: string): boolean =>
  (spec.volumes ?? []).some((volume) => volume.name === name && !Object.hasOwn(volume, 'emptyDir'));

const mountOf = (mount: VolumeMount, { pod, folderOf, env }: IsolationOptions): PlannedMount => {
  const { name, mountPath, mountPropagation = 'None' } = mount;
  const readOnly = mount.readOnly === true || isKept(pod, name);
  if (mountPropagation !== 'None') throw new Error(`mountPropagation ${mountPropagation} is not supported by the namespace runtime`);
  const subPath = mount.subPathExpr === undefined ? (mount.subPath ?? '') : expand(mount.subPathExpr, env);
  if (subPath.startsWith('/') || subPath.includes('\0') || subPath.split('/').includes('..'))
    throw new ConfigError(`subPath ${JSON.stringify(subPath)} must not contain '..' and must be relative`);
  const source = folderOf(name);
  return { source, target: targetOf(mountPath), subPath, file: subPath !== '' && isFileBelow(source, subPath), readOnly };
};

const depth = ({ target }: PlannedMount): number => target.split('/').length;

const amount = (container: Container, name: 'memory' | 'cpu'): number | undefined => {
  const text = container.resources?.limits?.[name];
  const value = text === undefined ? Number.NaN : quantity(text);
  return value > 0 ? value : undefined;
};

/** Plans a container's isolation. Throws ConfigError and Error for what it asks and cannot be given. */
export const planIsolation = (options: IsolationOptions): Isolation => {
  const { pod, container, network, rootless, available } = options;
  const shared = options.shared.map(({ from, to }): PlannedMount => ({
    source: from,
    target: posix.resolve('/', to),
    subPath: '',
    file: isFile(from),
    readOnly: true,
  }));
  const own = (container.volumeMounts ?? []).map((mount) => mountOf(mount, options)).toSorted((a, b) => depth(a) - depth(b));
  const commands = [container.startupProbe, container.readinessProbe, container.livenessProbe].flatMap((probe) =>
    probe?.exec?.command === undefined ? [] : [probe.exec.command],
  );
  return {
    network,
    mounts: [...shared, ...own],
    privileges: privilegesOf({ pod, container, rootless, available }),
    limits: { memory: amount(container, 'memory'), cpu: amount(container, 'cpu'), pids: defaults.pids },
    probes: commands,
  };
};
