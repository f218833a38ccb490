import { setImmediate as breathe } from 'node:timers/promises';
import { contextUrl, entity, selectionOf } from '../entities.ts';
import { GraphError } from '../errors.ts';
import type { GraphRequest } from '../operation.ts';
import { scanLimits } from '../wire.ts';
import { compileFilter } from './compile-filter.ts';
import { orderOf } from './order.ts';
import { compileSearch } from './search.ts';
import type { EntityKind, ReadScope, Source } from './types.ts';

interface Listing<T> {
  readonly source: Source<T>;
  readonly matches: ((value: T) => boolean) | undefined;
  readonly candidates: readonly T[] | undefined;
}

interface Found<T> {
  readonly values: readonly T[];
  /** Id after which the list goes on; undefined at its end. */
  readonly next: string | undefined;
}

/**
 * The body of a list: `$filter`, `$search`, `$orderby`, `$top`, `$count`, `$select`, `$expand` and `$skiptoken` over a source. Without filter and order a page costs
 * as much as it is long; a filter on a unique property is a look-up; any other filter scans, and ends a page early rather than looking at more than
 * `scanLimits.perRequest` objects. Orders and counts look at everything.
 */
export const listPage = async <T extends { readonly id: string }>(
  request: GraphRequest,
  kind: EntityKind<T>,
  source: Source<T>,
): Promise<object> => {
  const { query, exchange, caller, pageTokens } = request;
  const scope: ReadScope = { directory: request.directory, tenantId: caller.tenantId };
  const listing = listingOf(request, kind, source);
  const selection = selectionOf(kind, query);
  const subject = subjectOf(request);
  const after = query.skipToken === undefined ? undefined : pageTokens.read(subject, query.skipToken).after;
  const order = orderOf(request, kind);
  const found = order ? inOrder(await everything(listing), { order, after, top: query.top }) : await nextPage(listing, after, query.top);
  const counted = query.count && query.eventual && query.skipToken === undefined;
  const count = counted ? { '@odata.count': await countOf(listing) } : {};
  return {
    '@odata.context': contextUrl(exchange.authority, kind.set, { select: query.select }),
    ...count,
    ...(found.next === undefined ? {} : { '@odata.nextLink': nextLink(request, pageTokens.write(subject, { after: found.next })) }),
    value: found.values.map((value) => entity(kind, value, { scope, selection })),
  };
};

/** How many objects of a source match the request's `$filter` and `$search`: for `…/$count`, which needs `ConsistencyLevel`. */
export const countMatching = async <T extends { readonly id: string }>(
  request: GraphRequest,
  kind: EntityKind<T>,
  source: Source<T>,
): Promise<number> => {
  if (!request.query.eventual) throw new GraphError('countNeedsHeader');
  return countOf(listingOf(request, kind, source));
};

const listingOf = <T extends { readonly id: string }>(
  { query, directory, caller, route }: GraphRequest,
  kind: EntityKind<T>,
  source: Source<T>,
): Listing<T> => {
  const scope: ReadScope = { directory, tenantId: caller.tenantId };
  const counts = query.count || route.path.endsWith('/$count');
  const filter = query.filter && compileFilter(query.filter, { kind, scope, advanced: query.eventual && counts });
  if (query.search && !query.eventual) throw new GraphError('searchNeedsHeader');
  const search = query.search && compileSearch(query.search, { kind, scope });
  const { includes } = source;
  const matches = filter || search ? (value: T) => (filter?.matches(value) ?? true) && (search?.(value) ?? true) : undefined;
  const candidates = includes && filter?.candidates?.filter(includes);
  return { source, matches, candidates };
};

const nextPage = async <T extends { readonly id: string }>(
  { source, matches, candidates }: Listing<T>,
  after: string | undefined,
  top: number,
): Promise<Found<T>> => {
  if (candidates)
    return cut(
      candidates.filter((value) => (after === undefined || value.id > after) && matches?.(value) !== false),
      top,
    );
  if (!matches) return cut(await source.page({ ...(after === undefined ? {} : { after }), limit: top + 1 }), top);
  const found: T[] = [];
  let [last, scanned] = [after, 0];
  for await (const values of scan(source, after)) {
    for (const value of values) {
      if (matches(value)) found.push(value);
      if (found.length > top) return cut(found, top);
      last = value.id;
    }
    scanned += values.length;
    if (scanned >= scanLimits.perRequest) return { values: found, next: last };
  }
  return { values: found, next: undefined };
};

const cut = <T extends { readonly id: string }>(values: readonly T[], top: number): Found<T> => {
  const shown = values.slice(0, top);
  return { values: shown, next: values.length > top ? shown.at(-1)?.id : undefined };
};

/** All of a source, page by page; other requests get their turn in between. */
async function* scan<T extends { readonly id: string }>(source: Source<T>, from: string | undefined): AsyncGenerator<readonly T[]> {
  let after = from;
  for (;;) {
    const values = await source.page({ ...(after === undefined ? {} : { after }), limit: scanLimits.page });
    yield values;
    after = values.at(-1)?.id;
    if (values.length < scanLimits.page || after === undefined) return;
    await breathe();
  }
}

const everything = async <T extends { readonly id: string }>(listing: Listing<T>): Promise<readonly T[]> => {
  const { source, matches, candidates } = listing;
  if (candidates) return candidates.filter((value) => matches?.(value) !== false);
  if (source.count() > scanLimits.whole) throw new GraphError('tooMuchToScan');
  const found: T[] = [];
  for await (const values of scan(source, undefined)) for (const value of values) if (matches?.(value) !== false) found.push(value);
  return found;
};

const countOf = async <T extends { readonly id: string }>(listing: Listing<T>): Promise<number> =>
  listing.matches ? (await everything(listing)).length : listing.source.count();

const inOrder = <T extends { readonly id: string }>(
  values: readonly T[],
  {
    order,
    after,
    top,
  }: { readonly order: (values: readonly T[]) => readonly T[]; readonly after: string | undefined; readonly top: number },
): Found<T> => {
  const sorted = order(values);
  const last = after === undefined ? undefined : sorted.findIndex(({ id }) => id === after);
  // The object at which the page before ended is gone: where the list goes on is unknown.
  if (last === -1) throw new GraphError('badPageToken');
  return cut(last === undefined ? sorted : sorted.slice(last + 1), top);
};

/** A page token continues this query of this tenant and no other. */
const subjectOf = ({ caller, exchange, query }: GraphRequest): string => {
  const options = [...exchange.query].filter(([name]) => name.toLowerCase() !== '$skiptoken');
  return JSON.stringify([caller.tenantId, exchange.path.toLowerCase(), options, query.eventual]);
};

const nextLink = ({ exchange }: GraphRequest, token: string): string => {
  const next = new URLSearchParams([...exchange.query].filter(([name]) => name.toLowerCase() !== '$skiptoken'));
  next.set('$skiptoken', token);
  return `https://${exchange.authority}${exchange.path}?${next.toString()}`;
};
