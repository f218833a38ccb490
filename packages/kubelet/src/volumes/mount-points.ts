import { posix } from 'node:path';
import type { Pod, VolumeMount } from '../api/types.ts';
import { isBelow } from '../runtime/namespace/mounts.ts';

const normal = (path: string): string => posix.resolve('/', path);

const below = (outer: VolumeMount, mounts: readonly VolumeMount[]): readonly string[] => {
  const at = normal(outer.mountPath);
  return mounts.flatMap((inner) => {
    const target = normal(inner.mountPath);
    const nested = target !== at && isBelow(target, at);
    // Folders inside a mount that lies between the two are that one's.
    const nearer = mounts.some((other) => {
      const place = normal(other.mountPath);
      return place !== at && place !== target && isBelow(place, at) && isBelow(target, place);
    });
    return nested && !nearer ? [posix.relative(at, target)] : [];
  });
};

/**
 * The folders, relative to a volume, on which containers mount other volumes. Where containers cannot write the kubelet
 * makes them. Sub paths have none: the folder that one names may be anything.
 */
export const mountPointsIn = (pod: Pod, volume: string): readonly string[] => {
  const found = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].flatMap(({ volumeMounts = [] }) =>
    volumeMounts
      .filter(({ name, subPath, subPathExpr }) => name === volume && (subPath ?? '') === '' && subPathExpr === undefined)
      .flatMap((outer) => below(outer, volumeMounts)),
  );
  return [...new Set(found)].toSorted();
};
