import { KernelError, type JsonObject } from '@podpass/kernel';
import { isKubeStatus } from '../error.ts';
import { versionOf } from '../object.ts';
import { elapsed } from '../time.ts';
import { endpointsLock, leaseLock } from './lock.ts';
import { leaseSpec, type LeaseRecord } from './record.ts';
import type { LeaseOptions } from './run.ts';

/** One candidate's view of the lease. */
export interface LeaseHolder {
  /**
   * Takes or renews the lease: true when it is ours now, false when it is another's. Rejects when the API server cannot
   * be asked or refuses.
   */
  tryHold(signal: AbortSignal): Promise<boolean>;
  /** Gives the lease back, so that the next one need not wait. Rejects like `tryHold`. */
  release(signal: AbortSignal): Promise<void>;
}

/**
 * Whether another's lease has run out is judged by when a change of it was last seen here, never by the times in it: so
 * neither skewed nor frozen clocks make two leaders (https://pkg.go.dev/k8s.io/client-go/tools/leaderelection).
 */
export const createLeaseHolder = (
  options: Required<Pick<LeaseOptions, 'client' | 'namespace' | 'name' | 'identity' | 'clock' | 'duration'>> &
    Pick<LeaseOptions, 'endpointsInstead'>,
): LeaseHolder => {
  const { client, namespace, name, identity, clock, duration } = options;
  let lock = leaseLock;
  let known = false;
  let seen: { record: LeaseRecord; version: string; at: number } | undefined;

  const note = (object: JsonObject): LeaseRecord => {
    const record = lock.read(object);
    const version = versionOf(object);
    known = true;
    if (seen?.version !== version) seen = { record, version, at: elapsed() };
    return record;
  };
  const written = (holder: string, before: LeaseRecord | undefined): JsonObject =>
    lock.write(leaseSpec({ holder, duration, now: clock.now() }, before), { name, namespace }, before?.object);
  const write = async (holder: string, before: LeaseRecord, signal: AbortSignal): Promise<boolean> => {
    try {
      note(await client.replace(lock.path(namespace, name), written(holder, before), signal));
      return true;
    } catch (thrown) {
      if (!isKubeStatus(thrown, 409, 404)) throw thrown;
      seen = undefined;
      return false;
    }
  };
  const readOrCreate = async (signal: AbortSignal): Promise<LeaseRecord | 'created' | 'contended'> => {
    try {
      return note(await client.get(lock.path(namespace, name), signal));
    } catch (thrown) {
      if (!isKubeStatus(thrown, 404)) throw thrown;
    }
    try {
      note(await client.create(lock.path(namespace), written(identity, undefined), signal));
      return 'created';
    } catch (thrown) {
      if (!isKubeStatus(thrown, 409)) throw thrown;
      return 'contended';
    }
  };

  const hold = async (signal: AbortSignal): Promise<boolean> => {
    // Held already: one write says whether it still is ours.
    if (seen !== undefined && seen.record.holder === identity && (await write(identity, seen.record, signal))) return true;
    const record = await readOrCreate(signal);
    if (record === 'created') return true;
    if (record === 'contended' || seen === undefined) return false;
    const free = record.holder === '' || record.holder === identity || elapsed() >= seen.at + record.duration;
    return free && (await write(identity, record, signal));
  };

  /** Rights to leases are missing before one was ever read: then Endpoints are tried, where the caller wants that. */
  const turns = (thrown: unknown): boolean =>
    options.endpointsInstead === true && lock === leaseLock && !known && isKubeStatus(thrown, 403);

  const holder: LeaseHolder = {
    async tryHold(signal) {
      try {
        return await hold(signal);
      } catch (thrown) {
        if (!turns(thrown)) throw thrown;
        lock = endpointsLock;
        return await hold(signal).catch((further: unknown) => {
          if (!isKubeStatus(further, 403) || known) throw further;
          lock = leaseLock;
          throw thrown;
        });
      }
    },
    async release(signal) {
      if (seen === undefined || seen.record.holder !== identity) return;
      if (!(await write('', seen.record, signal))) throw new KernelError('conflict', 'The lease was taken by another in the meantime.');
    },
  };
  return holder;
};
