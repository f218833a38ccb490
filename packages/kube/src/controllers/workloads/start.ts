import type { Controller, ControllerDeps } from '../types.ts';
import { daemonSetController } from './daemon-set.ts';
import { deploymentController } from './deployment.ts';
import { createOwnedIndex } from './owned.ts';
import { rows, type WorkloadDeps } from './parts.ts';
import { replicaSetController } from './replica-set.ts';

/** Starts the controllers of apps/v1 over shared indexes of who owns what. */
export const workloadControllers = (deps: ControllerDeps): Controller => {
  const { mirror } = deps.registry;
  const shared: WorkloadDeps = {
    ...deps,
    pods: createOwnedIndex(mirror, rows.pods),
    replicaSets: createOwnedIndex(mirror, rows.replicaSets),
  };
  const running = [replicaSetController(shared), deploymentController(shared), daemonSetController(shared)];
  return {
    close() {
      for (const controller of running) controller.close();
      shared.pods.close();
      shared.replicaSets.close();
    },
  };
};
