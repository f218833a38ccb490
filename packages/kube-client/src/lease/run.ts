import { KernelError, messageOf, randomBelow, type Clock } from '@podpass/kernel';
import type { Logger } from '@podpass/telemetry';
import { elapsed, pause } from '../time.ts';
import type { KubeClient } from '../types.ts';
import { leaseDefaults } from '../wire.ts';
import { createLeaseHolder, type LeaseHolder } from './holder.ts';

export interface LeaseOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** Name of the Lease object. */
  readonly name: string;
  /** Who holds it; must differ between candidates. */
  readonly identity: string;
  /** Gives the times that are written into the lease. Waiting is done by the machine's time. */
  readonly clock: Clock;
  readonly log?: Logger;
  /** Milliseconds after which others may take a lease that was not renewed; 15 000 when absent. */
  readonly duration?: number;
  /** Milliseconds within which the holder must renew; half of `duration` when absent. Must be less than it. */
  readonly renew?: number;
  /** Milliseconds between attempts; a quarter of `duration` when absent. */
  readonly retry?: number;
  /** Whether an Endpoints object of the name is used where the candidate may not touch leases, as programs older than leases do. */
  readonly endpointsInstead?: boolean;
  /** Ends the candidacy or the leadership. */
  readonly signal: AbortSignal;
  /** Leads: its signal aborts when leadership or `signal` ends. The lease is given back only after it has settled. */
  readonly onStarted: (signal: AbortSignal) => Promise<void>;
  /** Called with the reason of every attempt that failed. */
  readonly onFailed?: (message: string) => void;
  /** Called when leadership was lost: another took the lease or it could not be renewed in time. */
  readonly onLost?: () => void;
}

/** `stopped`: `signal` aborted. `lost`: leadership was lost. `finished`: what was led ended by itself. */
export type LeaseOutcome = 'stopped' | 'lost' | 'finished';

interface Timing {
  readonly renew: number;
  readonly retry: number;
}

/** An attempt whose failure counts as "not now". */
const attempt = async (
  holder: LeaseHolder,
  signal: AbortSignal,
  { log, onFailed }: Pick<LeaseOptions, 'log' | 'onFailed'>,
): Promise<boolean | 'failed'> => {
  try {
    return await holder.tryHold(signal);
  } catch (thrown) {
    if (!signal.aborted) {
      log?.debug({}, `The lease could not be asked for: ${messageOf(thrown)}`);
      onFailed?.(messageOf(thrown));
    }
    return 'failed';
  }
};

/** Waits until the lease is ours; false when `signal` aborted before. Candidates spread their attempts a little. */
const acquire = async (holder: LeaseHolder, { retry, renew }: Timing, options: LeaseOptions): Promise<boolean> => {
  const { signal } = options;
  while (!signal.aborted) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(renew))]);
    if ((await attempt(holder, limit, options)) === true) return true;
    await pause(retry + randomBelow(Math.max(1, Math.ceil(retry / 5))), signal);
  }
  return false;
};

/** Renews until leadership is lost or `ended` aborts; true when it was lost. */
const keep = async (holder: LeaseHolder, { retry, renew }: Timing, ended: AbortSignal, options: LeaseOptions): Promise<boolean> => {
  let renewed = elapsed();
  for (;;) {
    await pause(Math.max(0, Math.min(retry, renewed + renew - elapsed())), ended);
    if (ended.aborted) return false;
    const begun = elapsed();
    const left = renewed + renew - begun;
    if (left <= 0) return true;
    const held = await attempt(holder, AbortSignal.any([ended, AbortSignal.timeout(Math.ceil(left))]), options);
    if (ended.aborted) return false;
    if (held === false) return true;
    if (held === true) renewed = begun;
  }
};

/**
 * Leader election over a Lease of coordination.k8s.io/v1: at most one of the candidates runs `onStarted` at a time.
 * Rejects with KernelError `invalid` for times that cannot work and with what `onStarted` rejected with.
 */
export const runWithLease = async (options: LeaseOptions): Promise<LeaseOutcome> => {
  const { signal, log, duration = leaseDefaults.duration } = options;
  const timing: Timing = { renew: options.renew ?? duration / 2, retry: options.retry ?? duration / 4 };
  if (!(timing.retry > 0 && timing.retry < timing.renew && timing.renew < duration))
    throw new KernelError('invalid', 'A lease needs 0 < retry < renew < duration.');
  const holder = createLeaseHolder({ ...options, duration });
  if (!(await acquire(holder, timing, options))) return 'stopped';

  const leading = new AbortController();
  const ended = AbortSignal.any([signal, leading.signal]);
  const state = { lost: false };
  const led = (async () => options.onStarted(ended))().finally(() => leading.abort());
  const kept = keep(holder, timing, ended, options).then((lost) => {
    if (lost) {
      state.lost = true;
      options.onLost?.();
    }
    leading.abort();
  });
  try {
    const [work] = await Promise.allSettled([led, kept]);
    if (work.status === 'rejected') throw work.reason;
    if (state.lost) return 'lost';
    return signal.aborted ? 'stopped' : 'finished';
  } finally {
    if (!state.lost)
      await holder
        .release(AbortSignal.timeout(Math.ceil(timing.retry)))
        .catch((thrown: unknown) => log?.debug({}, `The lease was not given back: ${messageOf(thrown)}`));
  }
};
