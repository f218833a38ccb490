import { resources } from '../resources/table.ts';
import type { ResourceRow } from '../resources/types.ts';

/*
 * Layout of the store: `/kube/{cluster uid}/{group}/{resource}/{namespace}/{name}`, with `core` for the core group and
 * an empty namespace for cluster-scoped objects. Lists in byte order are therefore sorted by namespace and name.
 */

/** Prefix of all objects of all clusters. */
export const clusterPrefixes = '/kube/';

/** Prefix of all objects of a cluster. */
export const clusterPrefix = (uid: string): string => `${clusterPrefixes}${uid}/`;

const bySegments = new Map(resources.map((row) => [`${row.group === '' ? 'core' : row.group}/${row.resource}`, row]));

export const resourcePrefix = (uid: string, row: ResourceRow): string =>
  `${clusterPrefix(uid)}${row.group === '' ? 'core' : row.group}/${row.resource}/`;

/** Prefix of one namespace's objects of a resource; of all of them when the namespace is empty. */
export const listPrefix = (uid: string, row: ResourceRow, namespace: string): string =>
  namespace === '' ? resourcePrefix(uid, row) : `${resourcePrefix(uid, row)}${namespace}/`;

export const objectKey = (uid: string, row: ResourceRow, id: { readonly namespace: string; readonly name: string }): string =>
  `${resourcePrefix(uid, row)}${id.namespace}/${id.name}`;

/** The resource that a key belongs to; undefined for keys of resources that this version does not know. */
export const rowOfKey = (uid: string, key: string): ResourceRow | undefined => {
  const [group, resource] = key.slice(clusterPrefix(uid).length).split('/', 2);
  return bySegments.get(`${group ?? ''}/${resource ?? ''}`);
};
