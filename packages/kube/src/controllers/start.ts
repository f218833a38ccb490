import { definitionController } from '../custom/definitions/controller.ts';
import { eventExpiryController } from './event-expiry.ts';
import { namespaceController } from './namespaces.ts';
import { nodeLifecycleController } from './node-lifecycle.ts';
import { ownerController } from './owners.ts';
import { podGarbageController } from './pod-gc.ts';
import { schedulerController } from './scheduler.ts';
import type { Controller, ControllerDeps } from './types.ts';
import { workloadControllers } from './workloads/start.ts';

const controllers: readonly ((deps: ControllerDeps) => Controller)[] = [
  namespaceController,
  definitionController,
  schedulerController,
  podGarbageController,
  nodeLifecycleController,
  ownerController,
  eventExpiryController,
  workloadControllers,
];

/** Starts the built-in controllers of a cluster. */
export const startControllers = (deps: ControllerDeps): Controller => {
  const running = controllers.map((start) => start(deps));
  return {
    close() {
      for (const controller of running) controller.close();
    },
  };
};
