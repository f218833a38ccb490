import type { ResourceRow } from '../../resources/types.ts';
import type { Fields } from '../../object/types.ts';
import { namedGroups, versionsOf } from './order.ts';

const entryOf = (row: ResourceRow): Fields => ({
  resource: row.resource,
  responseKind: { group: row.group, version: row.version, kind: row.kind },
  scope: row.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: row.singular,
  verbs: row.verbs,
  ...(row.shortNames.length === 0 ? {} : { shortNames: row.shortNames }),
  ...(row.categories.length === 0 ? {} : { categories: row.categories }),
  ...(row.subresources.length === 0
    ? {}
    : {
        subresources: row.subresources.map((entry) => ({
          subresource: entry.name,
          responseKind: { group: entry.group ?? row.group, version: entry.version ?? row.version, kind: entry.kind },
          verbs: entry.verbs,
        })),
      }),
});

const itemOf = (rows: readonly ResourceRow[], group: string): Fields => ({
  metadata: group === '' ? {} : { name: group },
  versions: versionsOf(rows, group).map((version) => ({
    version,
    freshness: 'Current',
    resources: rows.filter((row) => row.group === group && row.version === version).map(entryOf),
  })),
});

/** `APIGroupDiscoveryList`. Source: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery */
export const aggregatedDiscovery = (rows: readonly ResourceRow[], core: boolean): Fields => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: {},
  items: (core ? [''] : namedGroups(rows)).map((group) => itemOf(rows, group)),
});
