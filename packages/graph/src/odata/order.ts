import { GraphError } from '../errors.ts';
import type { GraphRequest } from '../operation.ts';
import { propertyOf } from './compile-filter.ts';
import type { EntityKind } from './types.ts';

/**
 * Sorts as `$orderby` asks, by ids last; undefined without. Throws Graph's 400 for unknown properties, those that cannot be sorted by, and for a filter or search
 * beside it without an advanced query.
 */
export const orderOf = <T extends { readonly id: string }>(
  { query, directory, caller }: GraphRequest,
  kind: EntityKind<T>,
): ((values: readonly T[]) => readonly T[]) | undefined => {
  if (query.orderBy.length === 0) return undefined;
  const advanced = query.eventual && query.count;
  if ((query.filter || kind.advancedOnly) && !advanced) throw new GraphError('unsupportedOrder');
  const scope = { directory, tenantId: caller.tenantId };
  const orders = query.orderBy.map(({ property: name, descending }) => {
    const property = propertyOf(kind, name);
    if (!property) throw new GraphError('unknownOrderProperty', { property: name, type: kind.type });
    if (!property.orderBy) throw new GraphError('unsupportedOrder');
    const key = (value: T) => {
      const own = property.read(value, scope);
      return typeof own === 'string' ? own.toLowerCase() : '';
    };
    return { key, descending };
  });
  // Keys are read once for each object, not once for each comparison.
  return (values) =>
    values
      .map((value) => ({ value, keys: orders.map(({ key }) => key(value)) }))
      .toSorted((a, b) => {
        for (const [index, { descending }] of orders.entries()) {
          const result = compareText(a.keys[index] ?? '', b.keys[index] ?? '');
          if (result !== 0) return descending ? -result : result;
        }
        return compareText(a.value.id, b.value.id);
      })
      .map(({ value }) => value);
};

const compareText = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
