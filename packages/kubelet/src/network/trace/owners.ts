import { limits } from '../wire.ts';
import type { ConnectionEnds } from '../types.ts';
import { type ProcessMark, holdsSocket, markOf, stillRuns } from './processes.ts';
import { inodeOfClient } from './tcp-table.ts';

/** Which processes are whose, and by them which connection is whose. */
export interface ProcessOwners {
  owns(uid: string, pid: number): void;
  forget(uid: string): void;
  /**
   * The one of `candidates` whose processes hold the client's end of the connection; undefined when it is none, or more than one, or when
   * too much is asked at once. `net` is the folder /proc/PID/net of the namespace.
   */
  trace(net: string, ends: ConnectionEnds, candidates: readonly string[]): Promise<string | undefined>;
}

export const createProcessOwners = (): ProcessOwners => {
  const owned = new Map<string, ProcessMark[]>();
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  const find = async (net: string, ends: ConnectionEnds, candidates: readonly string[]): Promise<string | undefined> => {
    const inode = await inodeOfClient(net, ends);
    if (inode === undefined) return undefined;
    const holders = candidates.filter((uid) => holdsSocket(owned.get(uid) ?? [], inode));
    return holders.length === 1 ? holders[0] : undefined;
  };

  return {
    owns(uid, pid) {
      const mark = markOf(pid);
      if (mark === undefined) return;
      const alive = (owned.get(uid) ?? []).filter((known) => known.pid !== pid && stillRuns(known));
      owned.set(uid, [...alive, mark].slice(-limits.ownedProcesses));
    },
    forget: (uid) => void owned.delete(uid),
    async trace(net, ends, candidates) {
      if (waiting >= limits.pendingTraces || candidates.length === 0) return undefined;
      waiting += 1;
      // One after the other: a search occupies this process, and whoever causes many of them waits for them.
      const result = last.then(() => find(net, ends, candidates)).catch(() => undefined);
      last = result;
      try {
        return await result;
      } finally {
        waiting -= 1;
      }
    },
  };
};
