import { GraphError } from './errors.ts';
import type { Route } from './operation.ts';
import { segmentsOf, type Segment } from './path.ts';
import { absentCollections } from './wire.ts';

export interface FoundRoute {
  readonly route: Route;
  /** Segments that stand for the keys of the route's path, by name. */
  readonly keys: Readonly<Record<string, Segment>>;
}

interface Compiled {
  readonly route: Route;
  readonly parts: readonly string[];
  /** Literal parts, by which `directoryObjects/getByIds` wins over `directoryObjects/{id}`. */
  readonly literals: number;
}

/**
 * Makes the look-up of routes. It throws 400 for a version or segment that Graph does not have, 501 for what Graph has and this service does
 * not. Paths compare case-insensitively.
 */
export const createRouteFinder = (routes: readonly Route[]): ((method: string, path: string) => FoundRoute) => {
  const byFirst = new Map<string, Compiled[]>();
  for (const route of routes) {
    const parts = route.path.toLowerCase().split('/');
    const [first = ''] = parts;
    const compiled = { route, parts, literals: parts.filter((part) => !part.startsWith('{')).length };
    byFirst.set(first, [...(byFirst.get(first) ?? []), compiled]);
  }
  return (method, path) => {
    const [version = '', ...rest] = path.split('/').slice(1);
    if (version.toLowerCase() === 'beta') throw new GraphError('notOffered', { what: 'beta' });
    if (version.toLowerCase() !== 'v1.0') throw new GraphError('unknownVersion', { version });
    const segments = segmentsOf(rest);
    const matching = (byFirst.get(segments[0]?.text.toLowerCase() ?? '') ?? []).filter(({ parts }) => matches(parts, segments));
    const most = Math.max(...matching.map(({ literals }) => literals));
    const found = matching.find(({ route, literals }) => literals === most && route.method === method);
    if (found) return { route: found.route, keys: keysOf(found.route, segments) };
    throw refusal(method, segments, byFirst);
  };
};

const isKey = (part: string): boolean => part.startsWith('{');

const matches = (parts: readonly string[], segments: readonly Segment[]): boolean =>
  parts.length === segments.length &&
  parts.every((part, index) => {
    const segment = segments[index];
    if (segment === undefined) return false;
    if (isKey(part)) return segment.key === true || !segment.text.startsWith('$');
    return !segment.key && segment.text.toLowerCase() === part;
  });

const keysOf = ({ path }: Route, segments: readonly Segment[]): Readonly<Record<string, Segment>> =>
  Object.fromEntries(
    path.split('/').flatMap((part, index) => {
      const segment = segments[index];
      return isKey(part) && segment ? [[part.slice(1, -1), segment] as const] : [];
    }),
  );

const refusal = (method: string, segments: readonly Segment[], offered: ReadonlyMap<string, unknown>): GraphError => {
  const first = segments[0]?.text ?? '';
  if (offered.has(first.toLowerCase()))
    return new GraphError('notOffered', { what: `${method} /${segments.map(({ text }) => text).join('/')}` });
  if (absentCollections.has(first.toLowerCase())) return new GraphError('notOffered', { what: `/${first}` });
  return new GraphError('unknownSegment', { segment: first });
};
