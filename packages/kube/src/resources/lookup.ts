import { resources } from './table.ts';
import type { ResourceRow } from './types.ts';

const byPath = new Map(resources.map((row) => [`${row.group}/${row.version}/${row.resource}`, row]));
const byName = new Map(resources.map((row) => [`${row.group}/${row.resource}`, row]));

/** The row that a request path names. */
export const findResource = (group: string, version: string, resource: string): ResourceRow | undefined =>
  byPath.get(`${group}/${version}/${resource}`);

/** The row of a resource that is known to exist, by group and plural name. */
export const resourceOf = (group: string, resource: string): ResourceRow => {
  const row = byName.get(`${group}/${resource}`);
  if (row === undefined) throw new Error(`no such resource: ${group}/${resource}`);
  return row;
};

/** `v1` or `group/v1`. */
export const apiVersionOf = (row: { readonly group: string; readonly version: string }): string =>
  row.group === '' ? row.version : `${row.group}/${row.version}`;

/** Whether text has the form `version` or `group/version`. */
export const isGroupVersion = (text: string): boolean => /^(?:[a-z0-9.-]{1,253}\/)?v[0-9a-z]{1,62}$/.test(text);

/** Group, version and kind of a resource's objects. */
export const kindOf = (row: ResourceRow): { readonly group: string; readonly version: string; readonly kind: string } => ({
  group: row.group,
  version: row.version,
  kind: row.kind,
});
