import type { AzureAssignedIdentity } from '../../crds/index.ts';
import type { ScaleSetRef } from '../cloud.ts';
import type { Wanted } from '../state/desired.ts';
import { converged, situation } from '../state/match.ts';
import { nowhere, type Site, type WorkContext } from './context.ts';
import { createRetries } from './retries.ts';
import { createWorker, type Worker } from './worker.ts';

/** Brings each assigned identity to the worker of its scale set, and makes sure that only one works on it at a time. */
export interface Dispatcher {
  /** Has a key looked at: nothing happens when it is as it should be, or failed just so a moment ago. */
  enqueue(key: string): void;
  /** Tries again what failed, now. */
  retryAll(): void;
  /** Compares what scale sets carry with what Assigned objects say. */
  reconcile(): void;
  readonly idle: boolean;
  /** Resolves once no round is under way. */
  settle(): Promise<void>;
  stop(): void;
}

export const createDispatcher = (context: WorkContext): Dispatcher => {
  const { plan, assigned, inventory } = context;
  const workers = new Map<string, Worker>();
  const busy = new Set<string>();
  const again = new Set<string>();

  const retries = createRetries((siteId, keys) => {
    for (const key of keys) enqueue(key);
    const worker = workers.get(siteId);
    if (worker !== undefined && (worker.site.left.size > 0 || worker.site.missing.size > 0)) worker.kick();
  });

  const workerOf = (id: string, scaleSet: ScaleSetRef | undefined): Worker => {
    const known = workers.get(id);
    if (known !== undefined) return known;
    const site: Site = { id, scaleSet, left: new Set(), missing: new Set(), added: new Set() };
    const worker = createWorker({
      context,
      site,
      siteOf: (node) => {
        const other = inventory.scaleSetOfNode(node);
        return other === undefined ? undefined : workerOf(other.id, other).site;
      },
      claim(keys) {
        const free = keys.filter((key) => !busy.has(key));
        for (const key of keys) if (busy.has(key)) again.add(key);
        for (const key of free) busy.add(key);
        return free;
      },
      done(keys, { failed, pause }) {
        for (const key of keys) {
          busy.delete(key);
          if (failed.has(key)) retries.failed(id, key, situation(plan.wanted(key), assigned.get(key)));
        }
        if (failed.size > 0) retries.schedule(id, pause);
        else retries.calm(id);
        for (const key of keys) if (again.delete(key) || !failed.has(key)) enqueue(key);
        // What this round left on other scale sets, or took too early here, is theirs to put right now; what failed here waits.
        for (const other of workers.values()) {
          const open = other.site.left.size > 0 || other.site.missing.size > 0;
          if (!open) continue;
          if (other.site.id === id && pause + failed.size > 0) retries.schedule(id, pause);
          else if (other.site.id === id && keys.length === 0) retries.schedule(id, pause);
          else other.kick();
        }
      },
    });
    workers.set(id, worker);
    return worker;
  };
  const workerFor = (wanted: Wanted | undefined, present: AzureAssignedIdentity | undefined): Worker => {
    const node = wanted?.pod.node ?? present?.nodeName ?? '';
    const scaleSet = wanted === undefined ? inventory.scaleSetOfNode(node) : wanted.scaleSet;
    const elsewhere = wanted === undefined ? nowhere : `node:${node}`;
    return workerOf(scaleSet?.id ?? elsewhere, scaleSet);
  };
  const enqueue = (key: string): void => {
    const wanted = plan.wanted(key);
    const present = assigned.get(key);
    if (converged(wanted, present)) {
      retries.forget(key);
      return;
    }
    if (busy.has(key)) {
      again.add(key);
      return;
    }
    if (retries.holds(key, situation(wanted, present))) return;
    retries.forget(key);
    workerFor(wanted, present).enqueue(key);
  };
  const neededOn = (id: string) => (): ReadonlySet<string> => {
    const needed = new Set<string>();
    for (const { key, scaleSet, resourceId } of plan.all())
      if (scaleSet?.id === id && resourceId !== undefined && assigned.get(key)?.status === 'Assigned') needed.add(resourceId);
    return needed;
  };

  return {
    enqueue,
    retryAll() {
      for (const key of retries.release()) enqueue(key);
    },
    reconcile() {
      const scaleSets = new Map<string, ScaleSetRef>();
      for (const { scaleSet } of plan.all()) if (scaleSet !== undefined) scaleSets.set(scaleSet.id, scaleSet);
      for (const [id, scaleSet] of scaleSets) workerOf(id, scaleSet).reconcile(neededOn(id));
      for (const [id, { idle, site }] of workers)
        if (idle && !scaleSets.has(id) && site.left.size === 0 && site.missing.size === 0) workers.delete(id);
    },
    get idle() {
      return [...workers.values()].every((worker) => worker.idle);
    },
    settle: async () => {
      await Promise.all([...workers.values()].map((worker) => worker.settle()));
    },
    stop: retries.stop,
  };
};
