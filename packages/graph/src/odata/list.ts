import { setImmediate as breathe } from 'node:timers/promises';
import { contextUrl, entity, selectionOf } from '../entities.ts';
import { GraphError } from '../errors.ts';
import type { GraphRequest } from '../operation.ts';
import { answerLimits, scanLimits } from '../wire.ts';
import { compileFilter } from './compile-filter.ts';
import { orderOf, type Order, type Place } from './order.ts';
import type { PagePosition } from './page-tokens.ts';
import { compileSearch } from './search.ts';
import type { Entity, EntityKind, ReadScope, Source } from './types.ts';

interface Listing<T> {
  readonly source: Source<T>;
  readonly matches: ((value: T) => boolean) | undefined;
  readonly candidates: readonly T[] | undefined;
  /** Ends the scan when nobody waits for it any more. */
  readonly signal: AbortSignal;
}

interface Found<T> {
  readonly values: readonly T[];
  /** Where the list goes on; undefined at its end. */
  readonly next: PagePosition | undefined;
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
  const scope: ReadScope = { directory: request.directory, tenantId: caller.tenantId, sees: request.access.sees };
  const listing = listingOf(request, kind, source);
  const selection = selectionOf(kind, query);
  const subject = subjectOf(request);
  const position = query.skipToken === undefined ? undefined : pageTokens.read(subject, query.skipToken);
  const order = orderOf(request, kind);
  const found = order
    ? await orderedPage(listing, order, { position, top: query.top })
    : await nextPage(listing, position?.after, query.top);
  const { written, last } = writtenWithin(found.values, (value) => entity(kind, value, { scope, selection }));
  const next = last === undefined ? found.next : order ? positionAt(order.placeOf(last)) : { after: last.id };
  const counted = query.count && query.eventual && query.skipToken === undefined;
  const count = counted ? { '@odata.count': await countOf(listing) } : {};
  return {
    '@odata.context': contextUrl(exchange.authority, kind.set, { select: query.select }),
    ...count,
    ...(next === undefined ? {} : { '@odata.nextLink': nextLink(request, pageTokens.write(subject, next)) }),
    value: written,
  };
};

/** Writes as many objects as an answer may hold, one at least. `last` is the last of them when some were left out. */
const writtenWithin = <T>(
  values: readonly T[],
  write: (value: T) => Entity,
): { readonly written: readonly Entity[]; readonly last?: T } => {
  const written: Entity[] = [];
  let characters = 0;
  for (const [index, value] of values.entries()) {
    const one = write(value);
    characters += JSON.stringify(one).length;
    const before = values[index - 1];
    if (characters > answerLimits.list && before !== undefined) return { written, last: before };
    written.push(one);
  }
  return { written };
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
  { query, directory, caller, route, access, exchange }: GraphRequest,
  kind: EntityKind<T>,
  source: Source<T>,
): Listing<T> => {
  const scope: ReadScope = { directory, tenantId: caller.tenantId, sees: access.sees };
  const counts = query.count || route.path.endsWith('/$count');
  const filter = query.filter && compileFilter(query.filter, { kind, scope, advanced: query.eventual && counts });
  if (query.search && !query.eventual) throw new GraphError('searchNeedsHeader');
  const search = query.search && compileSearch(query.search, { kind, scope });
  const { includes } = source;
  const matches = filter || search ? (value: T) => (filter?.matches(value) ?? true) && (search?.(value) ?? true) : undefined;
  const candidates = includes && filter?.candidates?.filter(includes);
  return { source, matches, candidates, signal: exchange.signal };
};

const nextPage = async <T extends { readonly id: string }>(
  { source, matches, candidates, signal }: Listing<T>,
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
  for await (const values of scan(source, after, signal)) {
    for (const value of values) {
      if (matches(value)) found.push(value);
      if (found.length > top) return cut(found, top);
      last = value.id;
    }
    scanned += values.length;
    if (scanned >= scanLimits.perRequest) return { values: found, next: last === undefined ? undefined : { after: last } };
  }
  return { values: found, next: undefined };
};

const cut = <T extends { readonly id: string }>(values: readonly T[], top: number): Found<T> => {
  const shown = values.slice(0, top);
  const last = shown.at(-1);
  return { values: shown, next: values.length > top && last ? { after: last.id } : undefined };
};

/** All of a source, page by page; other requests get their turn in between. */
async function* scan<T extends { readonly id: string }>(
  source: Source<T>,
  from: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<readonly T[]> {
  let after = from;
  for (;;) {
    if (signal.aborted) throw new GraphError('timeout');
    const values = await source.page({ ...(after === undefined ? {} : { after }), limit: scanLimits.page });
    yield values;
    after = values.at(-1)?.id;
    if (values.length < scanLimits.page || after === undefined) return;
    await breathe();
  }
}

/** Everything that matches, a part at a time. */
async function* everything<T extends { readonly id: string }>(listing: Listing<T>): AsyncGenerator<readonly T[]> {
  const { source, matches, candidates, signal } = listing;
  if (!candidates && source.count() > scanLimits.whole) throw new GraphError('tooMuchToScan');
  const parts = candidates ? [candidates] : scan(source, undefined, signal);
  for await (const values of parts) yield matches ? values.filter(matches) : values;
}

const countOf = async <T extends { readonly id: string }>(listing: Listing<T>): Promise<number> => {
  if (!listing.matches) return listing.source.count();
  let count = 0;
  for await (const values of everything(listing)) count += values.length;
  return count;
};

/**
 * The page after a position of an ordered list. Only as much as the page needs is ever kept and sorted, however long the list is; and as the position holds what the
 * order compares, nothing is shown twice or left out because objects came or went meanwhile.
 */
const orderedPage = async <T extends { readonly id: string }>(
  listing: Listing<T>,
  { placeOf, compare }: Order<T>,
  { position, top }: { readonly position: PagePosition | undefined; readonly top: number },
): Promise<Found<T>> => {
  const start: Place | undefined = position && { id: position.after, keys: position.keys ?? [] };
  const best = (places: readonly { readonly value: T; readonly place: Place }[]) =>
    places.toSorted((a, b) => compare(a.place, b.place)).slice(0, top + 1);
  let kept: { readonly value: T; readonly place: Place }[] = [];
  for await (const values of everything(listing)) {
    for (const value of values) {
      const place = placeOf(value);
      if (start === undefined || compare(place, start) > 0) kept.push({ value, place });
    }
    if (kept.length > 2 * (top + 1)) kept = best(kept);
  }
  const ordered = best(kept);
  const shown = ordered.slice(0, top);
  const last = shown.at(-1)?.place;
  const next = ordered.length > top && last ? positionAt(last) : undefined;
  return { values: shown.map(({ value }) => value), next };
};

const positionAt = ({ id, keys }: Place): PagePosition => ({ after: id, keys });

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
