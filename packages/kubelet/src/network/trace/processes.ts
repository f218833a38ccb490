import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { limits } from '../wire.ts';

/** A process that is told from a later one of the same number by its moment of start, in clock ticks since boot. */
export interface ProcessMark {
  readonly pid: number;
  readonly start: string;
}

/** The parent and the start of a process that runs; undefined otherwise. Fields 4 and 22 of /proc/PID/stat. */
const statOf = (pid: number): { readonly parent: number; readonly start: string } | undefined => {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    // The command in parentheses may hold anything, parentheses and spaces too.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const start = fields[19];
    return start === undefined ? undefined : { parent: Number(fields[1]), start };
  } catch {
    return undefined;
  }
};

/** Remembers a process that runs now; undefined when there is none of this number. */
export const markOf = (pid: number): ProcessMark | undefined => {
  const stat = Number.isInteger(pid) && pid > 1 ? statOf(pid) : undefined;
  return stat === undefined ? undefined : { pid, start: stat.start };
};

export const stillRuns = ({ pid, start }: ProcessMark): boolean => statOf(pid)?.start === start;

const numbers = (names: readonly string[]): readonly number[] =>
  names.map(Number).filter((number) => Number.isInteger(number) && number > 0);

const list = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const childrenOf = (pid: number): readonly number[] => {
  const tasks = `/proc/${String(pid)}/task`;
  return list(tasks).flatMap((task) => {
    try {
      return numbers(readFileSync(`${tasks}/${task}/children`, 'latin1').trim().split(' '));
    } catch {
      return [];
    }
  });
};

/** Whether a chain of parents leads from `pid` to the process `root`, read anew. */
const descends = (pid: number, root: ProcessMark): boolean => {
  let at = pid;
  for (let steps = 0; steps < 64 && at > 1; steps += 1) {
    if (at === root.pid) return stillRuns(root);
    at = statOf(at)?.parent ?? 0;
  }
  return false;
};

const holds = (pid: number, socket: string, budget: { descriptors: number }): boolean => {
  const folder = `/proc/${String(pid)}/fd`;
  for (const descriptor of list(folder)) {
    budget.descriptors -= 1;
    if (budget.descriptors < 0) return false;
    try {
      if (readlinkSync(`${folder}/${descriptor}`) === socket) return true;
    } catch {
      // Closed meanwhile.
    }
  }
  return false;
};

/**
 * Whether the socket is open in one of the processes or beneath them. Looks at a bounded number of processes and descriptors; what lies
 * beyond is not found. A process whose parents have ended is found only if it descends nevertheless, as in a process namespace of the pod.
 */
export const holdsSocket = (roots: readonly ProcessMark[], inode: string): boolean => {
  const socket = `socket:[${inode}]`;
  const budget = { descriptors: limits.tracedDescriptors };
  for (const root of roots) {
    if (!stillRuns(root)) continue;
    const queue = [root.pid];
    const seen = new Set(queue);
    for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
      if (holds(pid, socket, budget) && descends(pid, root)) return true;
      for (const child of childrenOf(pid)) {
        if (seen.has(child) || seen.size >= limits.tracedProcesses) continue;
        seen.add(child);
        queue.push(child);
      }
    }
  }
  return false;
};
