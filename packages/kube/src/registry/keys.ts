import type { ResourceRow } from '../resources/types.ts';

/*
 * Layout of the store: `/kube/{cluster uid}/{group}/{resource}/{namespace}/{name}`, with `core` for the core group and
 * an empty namespace for cluster-scoped objects. Lists in byte order are therefore sorted by namespace and name.
 */

/** Prefix of all objects of all clusters. */
export const clusterPrefixes = '/kube/';

/** Prefix of all objects of a cluster. */
export const clusterPrefix = (uid: string): string => `${clusterPrefixes}${uid}/`;

/** Where the objects of a resource are kept, in whatever version they are served. */
export const storageOf = (row: Pick<ResourceRow, 'group' | 'resource'>): string =>
  `${row.group === '' ? 'core' : row.group}/${row.resource}`;

export const resourcePrefix = (uid: string, row: ResourceRow): string => `${clusterPrefix(uid)}${storageOf(row)}/`;

/** Prefix of one namespace's objects of a resource; of all of them when the namespace is empty. */
export const listPrefix = (uid: string, row: ResourceRow, namespace: string): string =>
  namespace === '' ? resourcePrefix(uid, row) : `${resourcePrefix(uid, row)}${namespace}/`;

export const objectKey = (uid: string, row: ResourceRow, id: { readonly namespace: string; readonly name: string }): string =>
  `${resourcePrefix(uid, row)}${id.namespace}/${id.name}`;

/** Group and resource of a key. */
export const partsOfKey = (uid: string, key: string): { readonly group: string; readonly resource: string } => {
  const [group = '', resource = ''] = key.slice(clusterPrefix(uid).length).split('/', 2);
  return { group: group === 'core' ? '' : group, resource };
};
