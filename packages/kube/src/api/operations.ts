import type { Answer } from '@podpass/http';
import type { ResourceRow } from '../resources/types.ts';
import type { ResourceCall } from './call.ts';
import { reviewAccess, reviewOwnAccess } from './reviews/access.ts';
import { reviewOwnRules } from './reviews/rules.ts';
import { reviewSelf, reviewToken } from './reviews/token.ts';
import { bindPodToNode } from './subresources/binding.ts';
import { evictPod } from './subresources/eviction.ts';
import { readLog } from './subresources/log.ts';
import { readScale, writeScale } from './subresources/scale.ts';
import { requestToken } from './subresources/token.ts';
import { createObject } from './verbs/create.ts';
import { deleteCollection } from './verbs/delete-collection.ts';
import { deleteObject } from './verbs/delete.ts';
import { getObject } from './verbs/get.ts';
import { listObjects } from './verbs/list.ts';
import { patchObject } from './verbs/patch.ts';
import { updateObject } from './verbs/update.ts';
import { watchObjects } from './verbs/watch.ts';

export type Operation = (call: ResourceCall) => Answer | Promise<Answer>;

/** What every stored resource can do, by verb. */
const verbs: Readonly<Record<string, Operation>> = {
  create: createObject,
  delete: deleteObject,
  deletecollection: deleteCollection,
  get: getObject,
  list: listObjects,
  patch: patchObject,
  update: updateObject,
  watch: watchObjects,
};

/** Review APIs, by resource. */
const reviews: Readonly<Record<string, Operation>> = {
  localsubjectaccessreviews: reviewAccess,
  selfsubjectaccessreviews: reviewOwnAccess,
  selfsubjectreviews: reviewSelf,
  selfsubjectrulesreviews: reviewOwnRules,
  subjectaccessreviews: reviewAccess,
  tokenreviews: reviewToken,
};

/** Subresources, by resource, name and verb. */
const subresources: Readonly<Record<string, Operation>> = {
  'deployments/scale get': readScale,
  'deployments/scale patch': writeScale,
  'deployments/scale update': writeScale,
  'namespaces/finalize update': updateObject,
  'pods/binding create': bindPodToNode,
  'pods/eviction create': evictPod,
  'pods/log get': readLog,
  'replicasets/scale get': readScale,
  'replicasets/scale patch': writeScale,
  'replicasets/scale update': writeScale,
  'serviceaccounts/token create': requestToken,
};

const statusVerbs: Readonly<Record<string, Operation>> = { get: getObject, patch: patchObject, update: updateObject };

/** Subresources of Kubernetes that this API server refuses by name, rather than as unknown paths. */
export const refusedSubresources: readonly string[] = [
  'pods/attach',
  'pods/ephemeralcontainers',
  'pods/exec',
  'pods/portforward',
  'pods/proxy',
  'pods/resize',
  'services/proxy',
  'nodes/proxy',
];

/** The operation of a verb on a resource or subresource; undefined when the resource does not have it. */
export const findOperation = (row: ResourceRow, subresource: string, verb: string): Operation | undefined => {
  if (subresource === '') {
    if (!row.verbs.some((entry) => entry === verb)) return undefined;
    return row.stored ? verbs[verb] : reviews[row.resource];
  }
  const entry = row.subresources.find((candidate) => candidate.name === subresource);
  if (entry === undefined || !entry.verbs.some((candidate) => candidate === verb)) return undefined;
  return subresource === 'status' ? statusVerbs[verb] : subresources[`${row.resource}/${subresource} ${verb}`];
};
