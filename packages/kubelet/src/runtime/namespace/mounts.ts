import { readFileSync } from 'node:fs';

/** A mount of the machine, as /proc/self/mountinfo tells it. */
export interface MachineMount {
  readonly path: string;
  readonly type: string;
  /** `ro`, `nosuid`, `nodev`, `relatime`… */
  readonly flags: readonly string[];
}

const unescape = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/gu, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** Parses mountinfo. Source: proc_pid_mountinfo(5). Bytes that are no UTF-8 make a path that does not exist. */
const parseMounts = (text: string): readonly MachineMount[] =>
  text.split('\n').flatMap((line): MachineMount[] => {
    const [before = '', after = ''] = line.split(' - ');
    const fields = before.split(' ');
    const [, , , , path, flags] = fields;
    const type = after.split(' ')[0];
    return path === undefined || flags === undefined || type === undefined || type === ''
      ? []
      : [{ path: unescape(path), type, flags: flags.split(',') }];
  });

export const machineMounts = (): readonly MachineMount[] => parseMounts(readFileSync('/proc/self/mountinfo', 'utf8'));

export const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

const lockable = new Set(['nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'relatime']);

/**
 * The flags that a bind of this path must repeat: in a user namespace the kernel refuses to change a mount into one
 * with fewer restrictions than the mount it was bound from.
 */
export const flagsOf = (mounts: readonly MachineMount[], path: string): readonly string[] => {
  let best: MachineMount | undefined;
  for (const mount of mounts) if (isBelow(path, mount.path) && (best === undefined || mount.path.length >= best.path.length)) best = mount;
  return (best?.flags ?? []).filter((flag) => lockable.has(flag));
};
