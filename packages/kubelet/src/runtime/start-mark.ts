import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Field 22 of /proc/PID/stat, counted after the command, which may itself hold spaces and parentheses. */
const startTicks = (stat: string): string | undefined => stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];

const linuxMark = async (pid: number): Promise<string | undefined> => {
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${String(pid)}/stat`, 'utf8'),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
  ]);
  const ticks = startTicks(stat);
  return ticks === undefined ? undefined : `${boot.trim()}/${ticks}`;
};

const otherMark = async (pid: number): Promise<string | undefined> => {
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' } });
  return stdout.trim() === '' ? undefined : stdout.trim();
};

/**
 * When a process started, in a form that no other process of that number can share; undefined when there is no such
 * process or the system does not tell. Process numbers are reused: only with this mark may one be ended.
 */
export const startMark = async (pid: number): Promise<string | undefined> => {
  try {
    return process.platform === 'linux' ? await linuxMark(pid) : await otherMark(pid);
  } catch {
    return undefined;
  }
};
