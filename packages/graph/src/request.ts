import type { Caller, SearchableDirectory } from '@podpass/directory';
import type { Answer, Exchange } from '@podpass/http';
import { contextUrl, entity, parseSelection, type EntityKind } from './entities.ts';
import { GraphError } from './errors.ts';
import { pageSize, queryOptions } from './wire.ts';

/** A request whose caller is known. */
export interface GraphRequest {
  readonly exchange: Exchange;
  readonly caller: Caller;
  readonly directory: SearchableDirectory;
  /** The key of `/users/{key}` and the like, decoded. */
  readonly key: string;
}

/** Throws a 400 for query options that are not understood. */
export const checkOptions = ({ query }: Exchange): void => {
  for (const option of query.keys()) {
    const repeated = query.getAll(option).length > 1;
    if (option.startsWith('$') && (repeated || !queryOptions.has(option))) throw new GraphError('badOption', { option });
  }
};

export const single = <T>({ exchange }: GraphRequest, kind: EntityKind<T>, value: T): Answer => {
  const selection = parseSelection(exchange.query.get('$select'));
  return {
    status: 200,
    headers: answerHeaders(exchange),
    body: { '@odata.context': contextUrl(exchange.authority, kind.set, { selection, single: true }), ...entity(kind, value, selection) },
  };
};

/** A page of values that are already in the order of their ids. */
export const page = <T extends { readonly id: string }>({ exchange }: GraphRequest, kind: EntityKind<T>, values: readonly T[]): Answer => {
  const { query, authority, path } = exchange;
  const selection = parseSelection(query.get('$select'));
  const size = parseTop(query.get('$top'));
  const after = query.get('$skiptoken');
  const rest = after === null ? values : values.filter(({ id }) => id > after);
  const shown = rest.slice(0, size);
  const last = rest.length > size ? shown.at(-1) : undefined;
  const next = new URLSearchParams(query);
  if (last) next.set('$skiptoken', last.id);
  return {
    status: 200,
    headers: answerHeaders(exchange),
    body: {
      '@odata.context': contextUrl(authority, kind.set, { selection }),
      ...(last ? { '@odata.nextLink': `https://${authority}${path}?${next.toString()}` } : {}),
      value: shown.map((value) => entity(kind, value, selection)),
    },
  };
};

export const answerHeaders = ({ id, headers }: Exchange): Record<string, string> => {
  const sent = headers['client-request-id'];
  return {
    'cache-control': 'no-cache',
    'request-id': id,
    'odata-version': '4.0',
    ...(typeof sent === 'string' && /^[\w-]{1,64}$/.test(sent) ? { 'client-request-id': sent } : {}),
  };
};

const parseTop = (top: string | null): number => {
  if (top === null) return pageSize.standard;
  const size = /^\d{1,4}$/.test(top) ? Number(top) : 0;
  if (size < 1 || size > pageSize.most) throw new GraphError('badTop', { top });
  return size;
};

export const inOrderOfIds = <T extends { readonly id: string }>(values: readonly T[]): readonly T[] =>
  values.toSorted((a, b) => (a.id < b.id ? -1 : 1));
