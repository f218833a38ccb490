import { labelsOf, number, specOf, statusOf } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';
import type { Place } from './daemon-plan.ts';
import { isReadyPod, untilAvailable } from './pods.ts';
import { revisionHashLabel } from './template.ts';

/** The numbers of a daemon set. Of each node the oldest pod counts. */
export const daemonStatus = (set: KubeObject, places: readonly Place[], options: { hash: string; now: number }): Fields => {
  const minReady = number(specOf(set)['minReadySeconds']) ?? 0;
  const desired = places.filter((place) => place.run);
  const oldest = desired.flatMap((place) => place.pods.slice(0, 1));
  const available = oldest.filter((pod) => untilAvailable(pod, minReady, options.now) === 0).length;
  const updated = oldest.filter((pod) => labelsOf(pod)[revisionHashLabel] === options.hash).length;
  const unavailable = desired.length - available;
  const { collisionCount, conditions } = statusOf(set);
  return {
    currentNumberScheduled: oldest.length,
    numberMisscheduled: places.filter((place) => !place.run && place.pods.length > 0).length,
    desiredNumberScheduled: desired.length,
    numberReady: oldest.filter(isReadyPod).length,
    observedGeneration: set.metadata.generation ?? 1,
    ...(updated === 0 ? {} : { updatedNumberScheduled: updated }),
    ...(available === 0 ? {} : { numberAvailable: available }),
    ...(unavailable === 0 ? {} : { numberUnavailable: unavailable }),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions === undefined ? {} : { conditions }),
  };
};
