import { isObject, type JsonObject } from '@podpass/kernel';
import { microTimestamp } from '../time.ts';

/** What a lease says, as far as it can be read. */
export interface LeaseRecord {
  readonly holder: string;
  /** Milliseconds. */
  readonly duration: number;
  readonly transitions: number;
  readonly acquireTime: string;
  /** The object as the server gave it: what a replace builds on. */
  readonly object: JsonObject;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0);

/** Reads a Lease of coordination.k8s.io/v1; missing members count as empty. */
export const readLease = (object: JsonObject): LeaseRecord => {
  const spec = isObject(object['spec']) ? object['spec'] : {};
  return {
    holder: text(spec['holderIdentity']),
    duration: number(spec['leaseDurationSeconds']) * 1_000,
    transitions: number(spec['leaseTransitions']),
    acquireTime: text(spec['acquireTime']),
    object,
  };
};

/** The members of `spec` that a holder writes. Durations in milliseconds, at least one second; `now` in milliseconds since the epoch. */
export const leaseSpec = (
  { holder, duration, now }: { holder: string; duration: number; now: number },
  before: LeaseRecord | undefined,
): JsonObject => {
  const same = before !== undefined && before.holder === holder && before.acquireTime !== '';
  return {
    holderIdentity: holder,
    leaseDurationSeconds: Math.max(1, Math.ceil(duration / 1_000)),
    acquireTime: same ? before.acquireTime : microTimestamp(now),
    renewTime: microTimestamp(now),
    leaseTransitions: before === undefined ? 0 : before.transitions + (before.holder === holder ? 0 : 1),
  };
};
