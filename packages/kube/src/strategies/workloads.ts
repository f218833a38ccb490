import type { StatusCause } from '../errors.ts';
import { sameJson } from '../object/equal.ts';
import { specOf } from '../object/read.ts';
import type { Fields, KubeObject } from '../object/types.ts';
import type { Strategy } from './types.ts';

/*
 * apps/v1: statuses start out as the types' zero values, selectors never change.
 * Source: pkg/registry/apps and pkg/apis/apps/validation of Kubernetes.
 */

const selectorStays = (next: KubeObject, current: KubeObject): readonly StatusCause[] => {
  const selector = specOf(next)['selector'];
  if (sameJson(selector, specOf(current)['selector'])) return [];
  const shown = JSON.stringify(selector ?? null).slice(0, 256);
  return [{ reason: 'FieldValueInvalid', field: 'spec.selector', message: `Invalid value: ${shown}: field is immutable` }];
};

const startsWith = (status: Fields): NonNullable<Strategy['prepareCreate']> => {
  return (object) => {
    object['status'] = { ...status };
  };
};

export const deploymentStrategy: Strategy = { prepareCreate: startsWith({}), checkUpdate: selectorStays };

export const replicaSetStrategy: Strategy = { prepareCreate: startsWith({ replicas: 0 }), checkUpdate: selectorStays };

/** Counts the templates of a daemon set; the API server keeps it, whatever clients write there. */
export const templateGenerationAnnotation = 'deprecated.daemonset.template.generation';

const withGeneration = (object: KubeObject, generation: number): void => {
  object.metadata.annotations = { ...object.metadata.annotations, [templateGenerationAnnotation]: String(generation) };
};

const zeroes = startsWith({ currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 });

export const daemonSetStrategy: Strategy = {
  prepareCreate(object, registry) {
    zeroes(object, registry);
    withGeneration(object, 1);
  },
  prepareUpdate(next, current) {
    const before = Number(current.metadata.annotations?.[templateGenerationAnnotation] ?? '1');
    const generation = Number.isSafeInteger(before) ? before : 1;
    withGeneration(next, sameJson(specOf(next)['template'], specOf(current)['template']) ? generation : generation + 1);
  },
  checkUpdate: selectorStays,
};
