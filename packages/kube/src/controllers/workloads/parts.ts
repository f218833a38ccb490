import type { KubeObject } from '../../object/types.ts';
import { resourceOf } from '../../resources/lookup.ts';
import { createRecorder, type EventDetails } from '../recorder.ts';
import type { ControllerDeps } from '../types.ts';
import { createControllerClient, type ControllerClient } from './client.ts';
import type { OwnedIndex } from './owned.ts';

export const rows = {
  pods: resourceOf('', 'pods'),
  nodes: resourceOf('', 'nodes'),
  daemonSets: resourceOf('apps', 'daemonsets'),
  deployments: resourceOf('apps', 'deployments'),
  replicaSets: resourceOf('apps', 'replicasets'),
} as const;

/** What the workload controllers share. */
export interface WorkloadDeps extends ControllerDeps {
  readonly pods: OwnedIndex;
  readonly replicaSets: OwnedIndex;
}

/** What one workload controller works with. */
export interface Parts {
  readonly deps: WorkloadDeps;
  readonly client: ControllerClient;
  /** Records an event about an object. */
  event(about: KubeObject, details: Omit<EventDetails, 'component'>): Promise<void>;
}

/** `name`: the controller's service account; `component`: who its events come from. */
export const partsOf = (deps: WorkloadDeps, name: string, component: string): Parts => ({
  deps,
  client: createControllerClient(deps, name),
  event: createRecorder(deps, component),
});
