import { resources } from '../../resources/table.ts';
import type { ResourceRow } from '../../resources/types.ts';
import type { Fields } from '../../object/types.ts';

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

/** The named groups, in order of discovery. */
export const namedGroups: readonly string[] = [...new Set(resources.map((row) => row.group))].filter((group) => group !== '');

const itemOf = (group: string): Fields => ({
  metadata: group === '' ? {} : { name: group },
  versions: [{ version: 'v1', freshness: 'Current', resources: resources.filter((row) => row.group === group).map(entryOf) }],
});

/** `APIGroupDiscoveryList`. Source: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery */
export const aggregatedDiscovery = (core: boolean): Fields => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: {},
  items: (core ? [''] : namedGroups).map(itemOf),
});
