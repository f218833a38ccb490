import type { Exchange } from '@podpass/http';
import { GraphError } from '../errors.ts';
import type { QueryOption } from '../operation.ts';
import { pageSize, queryLimit, tokenLimit } from '../wire.ts';
import { parseFilter } from './parse-filter.ts';
import { parseSearch } from './search.ts';
import type { QueryOptions } from './types.ts';

/** What reading one object understands, a list, and the number of a list. */
export const objectOptions: readonly QueryOption[] = ['$select', '$expand'];
export const listOptions: readonly QueryOption[] = ['$filter', '$select', '$expand', '$top', '$orderby', '$search', '$count', '$skiptoken'];
export const countOptions: readonly QueryOption[] = ['$filter', '$search'];

/**
 * Parses a request's query options. Throws a 400 for one that is repeated, malformed, or not among `allowed`: what is not understood must not be
 * ignored. Parameters without `$` belong to clients.
 */
export const parseOptions = ({ query, headers }: Pick<Exchange, 'query' | 'headers'>, allowed: readonly QueryOption[]): QueryOptions => {
  const sent = new Map<string, string>();
  for (const [name, value] of query) {
    if (!name.startsWith('$')) continue;
    const option = allowed.find((candidate) => candidate === name.toLowerCase());
    if (option === undefined || sent.has(option)) throw new GraphError('badOption', { option: name });
    const most = option === '$skiptoken' ? tokenLimit : queryLimit;
    if (option !== '$filter' && value.length > most) throw new GraphError('badOptionValue', { option });
    sent.set(option, value);
  }
  const read = <T>(option: QueryOption, parse: (value: string) => T): T | undefined => {
    const value = sent.get(option);
    return value === undefined ? undefined : parse(value);
  };
  const expand = read('$expand', parseExpand) ?? [];
  const top = read('$top', parseTop) ?? pageSize.standard;
  return {
    filter: read('$filter', parseFilter),
    select: read('$select', (value) => names(value, '$select')),
    expand,
    // Each object brings up to twenty others: the page is shorter, and its nextLink goes on.
    top: expand.length === 0 ? top : Math.min(top, pageSize.expanded),
    orderBy: read('$orderby', parseOrder) ?? [],
    search: read('$search', parseSearch),
    count: read('$count', parseCount) ?? false,
    skipToken: sent.get('$skiptoken'),
    eventual: String(headers['consistencylevel'] ?? '').toLowerCase() === 'eventual',
  };
};

const names = (value: string, option: QueryOption): readonly string[] => {
  const list = value.split(',').map((name) => name.trim());
  if (!list.every((name) => name === '*' || /^[A-Za-z_]\w*$/.test(name))) throw new GraphError('badOptionValue', { option });
  return list;
};

/** `members($select=id,displayName),owners`: one level. */
const parseExpand = (value: string): QueryOptions['expand'] => {
  const parts = value.match(/[^,(]+(?:\([^)]*\))?/g) ?? [];
  if (value.trim() === '' || parts.join(',') !== value) throw new GraphError('badOptionValue', { option: '$expand' });
  const expansions = parts.map((part) => {
    const found = /^\s*([A-Za-z]\w*)\s*(?:\(\s*\$select\s*=\s*([^()]*)\))?\s*$/i.exec(part);
    if (!found) throw new GraphError('badOptionValue', { option: '$expand' });
    return { name: found[1] ?? '', select: found[2] === undefined ? undefined : names(found[2], '$expand') };
  });
  return eachOnce('$expand', expansions, ({ name }) => name);
};

/** What is named twice would be worked out twice, for every object: an answer can be made as costly as the option is long. */
const eachOnce = <T>(option: QueryOption, values: readonly T[], nameOf: (value: T) => string): readonly T[] => {
  if (new Set(values.map((value) => nameOf(value).toLowerCase())).size < values.length) throw new GraphError('badOptionValue', { option });
  return values;
};

const parseTop = (top: string): number => {
  const size = /^\d{1,4}$/.test(top) ? Number(top) : 0;
  if (size < 1 || size > pageSize.most) throw new GraphError('badTop', { top });
  return size;
};

const parseCount = (value: string): boolean => {
  if (value !== 'true' && value !== 'false') throw new GraphError('badOptionValue', { option: '$count' });
  return value === 'true';
};

const parseOrder = (value: string): QueryOptions['orderBy'] => {
  const orders = value.split(',').map((part) => {
    const found = /^\s*([A-Za-z]\w*)(?:\s+(asc|desc))?\s*$/i.exec(part);
    if (!found) throw new GraphError('badOptionValue', { option: '$orderby' });
    return { property: found[1] ?? '', descending: found[2]?.toLowerCase() === 'desc' };
  });
  return eachOnce('$orderby', orders, ({ property }) => property);
};
