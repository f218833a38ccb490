import type { PodIdentityMetrics } from '@podpass/telemetry';
import type { CloudProvider, ScaleSetRef } from '../cloud.ts';
import type { Klog } from '../klog.ts';
import type { AssignedStore } from '../state/assigned-store.ts';
import type { Inventory } from '../state/inventory.ts';
import type { Plan } from '../state/plan.ts';
import type { Announcer } from './announcer.ts';
import type { AssignedApi } from './assigned-api.ts';

/** What all work stands on. */
export interface WorkContext {
  readonly cloud: CloudProvider;
  readonly inventory: Inventory;
  readonly assigned: AssignedStore;
  readonly plan: Plan;
  readonly api: AssignedApi;
  readonly announce: Announcer;
  readonly log: Klog;
  readonly metrics: PodIdentityMetrics;
  readonly signal: AbortSignal;
  /** Requests in flight per scale set. */
  readonly batch: number;
  /** Client ids in lower case that are never taken from a scale set. */
  readonly immutable: ReadonlySet<string>;
  readonly retries: number;
  readonly retryInterval: number;
}

/** One scale set, or what has none, and what is remembered for it. */
export interface Site {
  /** Resource id of the scale set in lower case; something else without one. */
  readonly id: string;
  /** Undefined for nodes that are gone or are no scale set's instances. */
  readonly scaleSet: ScaleSetRef | undefined;
  /** Identities that an object changed in place left on the scale set, by resource id. */
  readonly left: Set<string>;
  /** Identities that were taken away while a pod came to need them: to be brought back. */
  readonly missing: Set<string>;
  /** Identities that were added here by this process. */
  readonly added: Set<string>;
}

/** Site of objects whose node is unknown. */
export const nowhere = 'nowhere';
