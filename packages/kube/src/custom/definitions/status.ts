import { isDeleting, nameOf, objects, specOf, statusOf, strings, text } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';
import type { Catalogue } from '../../resources/catalogue.ts';
import { withConditions, type Condition } from './conditions.ts';
import { judgeNames } from './names.ts';

/** The version in which a definition's objects are stored; empty when there is none. */
export const storageVersionOf = (definition: KubeObject): string =>
  text(objects(specOf(definition)['versions']).find((version) => version['storage'] === true)?.['name']);

const established: Condition = {
  type: 'Established',
  status: 'True',
  reason: 'InitialNamesAccepted',
  message: 'the initial names have been accepted',
};
const notAccepted: Condition = { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
const terminating: Condition = {
  type: 'Terminating',
  status: 'True',
  reason: 'InstanceDeletionInProgress',
  message: 'CustomResource deletion is in progress',
};

/** The status that a definition should have, given what else is served. What is established stays so, whatever names are asked for later. */
export const definitionStatus = (definition: KubeObject, catalogue: Catalogue, now: number): Fields => {
  const before = statusOf(definition);
  const { accepted, condition } = judgeNames(definition, catalogue);
  const served = catalogue.holds(nameOf(definition));
  const conditions = [
    condition,
    condition.status === 'True' || served ? established : notAccepted,
    ...(isDeleting(definition) ? [terminating] : []),
  ];
  const storage = storageVersionOf(definition);
  const stored = strings(before['storedVersions']);
  return {
    ...before,
    conditions: withConditions(before['conditions'], conditions, now),
    acceptedNames: accepted,
    storedVersions: storage === '' || stored.includes(storage) ? stored : [...stored, storage],
  };
};
