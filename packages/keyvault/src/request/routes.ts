import { ledger, type LedgerRow } from '../coverage.ts';
import { badParameter } from '../errors.ts';
import { secretNamePattern, versionPattern } from '../wire.ts';

export interface RouteMatch {
  readonly row: LedgerRow;
  readonly name: string | undefined;
  readonly version: string | undefined;
}

interface Route {
  readonly row: LedgerRow;
  readonly segments: readonly string[];
}

const isLiteral = (segment: string): boolean => !segment.startsWith('{');

/** The ledger's rows by collection; rows with more literal segments come first, so that `versions` wins over a version. */
const routes: ReadonlyMap<string, readonly Route[]> = Map.groupBy(
  ledger
    .map((row): Route => ({ row, segments: row.path.slice(1).split('/') }))
    .toSorted((a, b) => b.segments.filter(isLiteral).length - a.segments.filter(isLiteral).length),
  (route) => route.segments[0] ?? '',
);

/** Decodes the path's segments. Leading double slashes and one trailing slash are harmless, as in Azure. */
const segmentsOf = (path: string): string[] => {
  const raw = path.replace(/^\/+/, '').split('/');
  if (raw.at(-1) === '') raw.pop();
  try {
    return raw.map(decodeURIComponent);
  } catch {
    throw badParameter('The request URI is not valid: it holds a broken percent-encoding.');
  }
};

const match = (route: Route, given: readonly string[]): RouteMatch | undefined => {
  let name: string | undefined;
  let version: string | undefined;
  if (given.length > route.segments.length) return undefined;
  for (const [index, expected] of route.segments.entries()) {
    const segment = given[index];
    if (segment === undefined) {
      if (expected !== '{version?}') return undefined;
    } else if (expected === '{name}') name = segment;
    else if (expected.startsWith('{version')) {
      if (!versionPattern.test(segment)) return undefined;
      version = segment.toLowerCase();
    } else if (expected !== segment.toLowerCase()) return undefined;
  }
  return { row: route.row, name, version };
};

/**
 * Finds the operation of a method and a raw path. Collections and operations ignore case. What is neither a version
 * nor an operation is answered as Key Vault does, which reads the last segment as an operation.
 */
export const matchRoute = (method: string, path: string): RouteMatch => {
  const given = segmentsOf(path);
  for (const route of routes.get(given[0]?.toLowerCase() ?? '') ?? []) {
    const found = route.row.method === method ? match(route, given) : undefined;
    if (found === undefined) continue;
    if (found.name !== undefined && !secretNamePattern.test(found.name)) {
      throw badParameter(`The request URI contains an invalid name: ${found.name.slice(0, 127)}`);
    }
    return found;
  }
  throw badParameter(`Method ${method} does not allow operation '${(given.length > 2 ? given.at(-1) : '')?.slice(0, 127) ?? ''}'`);
};
