import { GraphError } from '../errors.ts';
import type { GraphRequest } from '../operation.ts';
import { propertyOf } from './compile-filter.ts';
import { valueOf } from './visible.ts';
import type { EntityKind } from './types.ts';

/** Where an object stands in an ordered list. */
export interface Place {
  readonly id: string;
  /** What `$orderby` names, in the form in which it is compared. */
  readonly keys: readonly string[];
}

export interface Order<T> {
  readonly placeOf: (value: T) => Place;
  readonly compare: (a: Place, b: Place) => number;
}

/**
 * The order that `$orderby` asks for, by ids last; undefined without. Throws Graph's 400 for unknown properties, those that cannot be sorted by, and for a filter or
 * search beside it without an advanced query.
 */
export const orderOf = <T extends { readonly id: string }>(
  { query, directory, caller, access }: GraphRequest,
  kind: EntityKind<T>,
): Order<T> | undefined => {
  if (query.orderBy.length === 0) return undefined;
  const advanced = query.eventual && query.count;
  if ((query.filter || kind.advancedOnly) && !advanced) throw new GraphError('unsupportedOrder');
  const scope = { directory, tenantId: caller.tenantId, sees: access.sees };
  const orders = query.orderBy.map(({ property: name, descending }) => {
    const property = propertyOf(kind, name);
    if (!property) throw new GraphError('unknownOrderProperty', { property: name, type: kind.type });
    if (!property.orderBy) throw new GraphError('unsupportedOrder');
    const key = (value: T) => {
      const own = valueOf(kind, property, { value, scope });
      return typeof own === 'string' ? own.toLowerCase() : '';
    };
    return { key, descending };
  });
  return {
    placeOf: (value) => ({ id: value.id, keys: orders.map(({ key }) => key(value)) }),
    compare(a, b) {
      for (const [index, { descending }] of orders.entries()) {
        const result = compareText(a.keys[index] ?? '', b.keys[index] ?? '');
        if (result !== 0) return descending ? -result : result;
      }
      return compareText(a.id, b.id);
    },
  };
};

const compareText = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
