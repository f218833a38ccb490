import { isServed } from '../../resources/lookup.ts';
import { resources } from '../../resources/table.ts';
import type { Fields } from '../../object/types.ts';
import { namedGroups } from './aggregated.ts';

const versionsOf = (group: string): Fields => {
  const version = { groupVersion: `${group}/v1`, version: 'v1' };
  return { name: group, versions: [version], preferredVersion: version };
};

/** `GET /api`. */
export const coreVersions = (address: string): Fields => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
});

/** `GET /apis`. */
export const groupList = (): Fields => ({ kind: 'APIGroupList', apiVersion: 'v1', groups: namedGroups.map(versionsOf) });

/** `GET /apis/GROUP`; undefined for a group that is not served. */
export const groupOf = (group: string): Fields | undefined =>
  namedGroups.includes(group) ? { kind: 'APIGroup', apiVersion: 'v1', ...versionsOf(group) } : undefined;

/** `GET /api/v1` and `GET /apis/GROUP/VERSION`; undefined for what is not served. */
export const resourceList = (group: string, version: string): Fields | undefined => {
  if (!isServed(group, version)) return undefined;
  const entries = resources
    .filter((row) => row.group === group && row.version === version)
    .flatMap((row) => [
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
