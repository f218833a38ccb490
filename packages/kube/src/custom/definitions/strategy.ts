import type { StatusCause } from '../../errors.ts';
import { sameJson } from '../../object/equal.ts';
import { dig, statusOf, strings } from '../../object/read.ts';
import type { KubeObject } from '../../object/types.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Strategy } from '../../strategies/types.ts';
import { isEstablished } from './conditions.ts';
import { definitionStatus, storageVersionOf } from './status.ts';
import { definitionProblems } from './validate.ts';

const fixed = (next: KubeObject, current: KubeObject, ...path: readonly string[]): readonly StatusCause[] => {
  const value = dig(next, 'spec', ...path);
  if (sameJson(value, dig(current, 'spec', ...path))) return [];
  const message = `Invalid value: ${JSON.stringify(value ?? null).slice(0, 256)}: field is immutable`;
  return [{ reason: 'FieldValueInvalid', field: `spec.${path.join('.')}`, message }];
};

const judged = (definition: KubeObject, registry: Registry, now: number): void => {
  definition['status'] = definitionStatus(definition, registry.resources, now);
};

/**
 * What is particular to CustomResourceDefinitions. Their status is judged with the write itself, so that a resource is served from the moment on at
 * which its definition is stored; the controller sees to what changes later.
 */
export const definitionStrategy: Strategy = {
  prepareCreate(definition, registry) {
    const created = Date.parse(definition.metadata.creationTimestamp ?? '');
    judged(definition, registry, created);
  },
  prepareUpdate(next, current) {
    // The version in which objects are stored from now on is noted with the change itself.
    const storage = storageVersionOf(next);
    const stored = strings(statusOf(current)['storedVersions']);
    if (storage !== '' && !stored.includes(storage)) next['status'] = { ...statusOf(current), storedVersions: [...stored, storage] };
  },
  checkUpdate: (next, current) => [
    ...fixed(next, current, 'group'),
    ...fixed(next, current, 'names', 'plural'),
    ...(isEstablished(current) ? [...fixed(next, current, 'scope'), ...fixed(next, current, 'names', 'kind')] : []),
  ],
  checkWrite: definitionProblems,
};
