import type { StatusCause } from '../errors.ts';
import { clone, dig, fields, objects, specOf, statusOf, text } from '../object/read.ts';
import { sameJson } from '../object/equal.ts';
import type { Fields, KubeObject } from '../object/types.ts';
import type { Strategy } from './types.ts';

/** The parts of a pod's spec that may change, set to the same in both. */
const masked = (pod: KubeObject, reference: KubeObject): Fields => {
  const spec: Fields = { ...specOf(pod) };
  const other = specOf(reference);
  spec['activeDeadlineSeconds'] = other['activeDeadlineSeconds'];
  spec['terminationGracePeriodSeconds'] = other['terminationGracePeriodSeconds'];
  spec['tolerations'] = other['tolerations'];
  for (const list of ['containers', 'initContainers']) {
    const images = objects(other[list]).map((container) => container['image']);
    if (Array.isArray(spec[list])) spec[list] = objects(spec[list]).map((container, index) => ({ ...container, image: images[index] }));
  }
  return spec;
};

const computeQos = (pod: KubeObject): string => {
  const containers = [...objects(specOf(pod)['containers']), ...objects(specOf(pod)['initContainers'])];
  const resources = containers.map((container) => fields(container['resources']));
  const requested = (entry: Fields) => ({ ...fields(entry['limits']), ...fields(entry['requests']) });
  if (resources.every((entry) => Object.keys(requested(entry)).length === 0)) return 'BestEffort';
  const guaranteed = resources.every((entry) =>
    ['cpu', 'memory'].every((name) => {
      const limit = dig(entry, 'limits', name);
      const request = dig(entry, 'requests', name) ?? limit;
      return limit !== undefined && sameJson(limit, request);
    }),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
};

export const podStrategy: Strategy = {
  prepareCreate(pod) {
    pod['status'] = { phase: 'Pending', qosClass: computeQos(pod) };
    const spec = specOf(pod);
    const account = text(spec['serviceAccountName']) || text(spec['serviceAccount']);
    if (account !== '') pod['spec'] = { ...spec, serviceAccountName: account, serviceAccount: account };
  },
  prepareUpdate(next, current) {
    if (statusOf(next)['qosClass'] === undefined && statusOf(current)['qosClass'] !== undefined) {
      next['status'] = { ...statusOf(next), qosClass: statusOf(current)['qosClass'] };
    }
  },
  checkUpdate(next, current): readonly StatusCause[] {
    const before = objects(specOf(current)['tolerations']);
    const after = objects(specOf(next)['tolerations']);
    if (!before.every((entry) => after.some((candidate) => sameJson(entry, candidate)))) {
      return [
        {
          reason: 'FieldValueForbidden',
          field: 'spec.tolerations',
          message: 'Forbidden: existing toleration can not be modified except its tolerationSeconds',
        },
      ];
    }
    if (sameJson(masked(next, current), masked(clone(current), current))) return [];
    return [
      {
        reason: 'FieldValueForbidden',
        field: 'spec',
        message:
          'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
      },
    ];
  },
};
