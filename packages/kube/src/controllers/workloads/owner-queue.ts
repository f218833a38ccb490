import { isDeleting, namespaceOf } from '../../object/read.ts';
import type { KubeObject } from '../../object/types.ts';
import type { Mirror } from '../../registry/mirror.ts';
import type { ResourceRow } from '../../resources/types.ts';
import type { Worker } from '../worker.ts';
import { controllerOf, keyOf, type SelectorIndex } from './owned.ts';

/** Finds the workloads of one kind that a change concerns, and gives them to their worker. */
export interface OwnerQueue {
  /** The controller of an owned object; those that select it when it has none. */
  add(owned: KubeObject): void;
  /** A change of an owned object: the owner that let go of it has one less. */
  changed(owned: KubeObject, before: KubeObject | undefined): void;
  /** All workloads of the kind. */
  everything(): void;
}

export const createOwnerQueue = (of: {
  readonly mirror: Mirror;
  readonly row: ResourceRow;
  readonly selectors: SelectorIndex;
  readonly worker: Worker;
}): OwnerQueue => {
  const { mirror, row, selectors, worker } = of;
  const add = (owned: KubeObject): void => {
    const owner = controllerOf(owned);
    if (owner === undefined) {
      if (!isDeleting(owned)) for (const workload of selectors.selecting(owned)) worker.add(keyOf(workload));
    } else if (owner.kind === row.kind) worker.add(`${namespaceOf(owned)}/${owner.name}`);
  };
  return {
    add,
    changed(owned, before) {
      add(owned);
      if (before !== undefined && controllerOf(before)?.uid !== controllerOf(owned)?.uid) add(before);
    },
    everything() {
      for (const workload of mirror.list(row, '')) worker.add(keyOf(workload));
    },
  };
};
