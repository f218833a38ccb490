import type { ResourceRow } from '../../resources/types.ts';
import type { Fields } from '../../object/types.ts';
import { namedGroups, versionsOf } from './order.ts';

const groupEntry = (rows: readonly ResourceRow[], group: string): Fields => {
  const versions = versionsOf(rows, group).map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions, preferredVersion: versions[0] };
};

/** `GET /api`. */
export const coreVersions = (address: string): Fields => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
});

/** `GET /apis`. */
export const groupList = (rows: readonly ResourceRow[]): Fields => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: namedGroups(rows).map((group) => groupEntry(rows, group)),
});

/** `GET /apis/GROUP`; undefined for a group that is not served. */
export const groupOf = (rows: readonly ResourceRow[], group: string): Fields | undefined =>
  namedGroups(rows).includes(group) ? { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(rows, group) } : undefined;

/** `GET /api/v1` and `GET /apis/GROUP/VERSION`; undefined for what is not served. */
export const resourceList = (rows: readonly ResourceRow[], group: string, version: string): Fields | undefined => {
  const listed = rows.filter((row) => row.group === group && row.version === version);
  if (listed.length === 0) return undefined;
  const entries = listed.flatMap((row) => [
    {
      name: row.resource,
      singularName: row.singular,
      namespaced: row.namespaced,
      kind: row.kind,
      verbs: row.verbs,
      ...(row.shortNames.length === 0 ? {} : { shortNames: row.shortNames }),
      ...(row.categories.length === 0 ? {} : { categories: row.categories }),
    },
    ...row.subresources.map((entry) => ({
      name: `${row.resource}/${entry.name}`,
      singularName: '',
      namespaced: row.namespaced,
      ...(entry.group === undefined ? {} : { group: entry.group, version: entry.version }),
      kind: entry.kind,
      verbs: entry.verbs,
    })),
  ]);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: group === '' ? version : `${group}/${version}`, resources: entries };
};
