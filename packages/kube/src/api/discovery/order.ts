import type { ResourceRow } from '../../resources/types.ts';

/** Stable before beta before alpha, newer before older, anything else after them by name. */
const rank = (version: string): readonly [stage: number, major: number, minor: number] => {
  const parsed = /^v(\d{1,9})(?:(alpha|beta)(\d{1,9}))?$/u.exec(version);
  if (parsed === null) return [3, 0, 0];
  const stage = parsed[2] === undefined ? 0 : parsed[2] === 'beta' ? 1 : 2;
  return [stage, -Number(parsed[1]), -Number(parsed[3] ?? 0)];
};

/**
 * Compares versions: the preferred one first.
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#version-priority
 */
const byPriority = (left: string, right: string): number => {
  const a = rank(left);
  const b = rank(right);
  const difference = a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
  return difference !== 0 ? difference : left < right ? -1 : left > right ? 1 : 0;
};

/** Versions of a group, the preferred one first. */
export const versionsOf = (rows: readonly ResourceRow[], group: string): readonly string[] =>
  [...new Set(rows.filter((row) => row.group === group).map((row) => row.version))].toSorted(byPriority);

/** The named groups, in the order of the rows. */
export const namedGroups = (rows: readonly ResourceRow[]): readonly string[] =>
  [...new Set(rows.map((row) => row.group))].filter((group) => group !== '');
