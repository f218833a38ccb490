import type { EntityKind, Property, ReadScope } from './types.ts';

/**
 * A property's value as the caller may see it: undefined, which is sent as null, where his permissions do not reach. Everything that answers, filters, searches or sorts
 * reads through here, so that what is not shown cannot be guessed from what matches.
 */
export const valueOf = <T extends { readonly id: string }>(
  { type }: Pick<EntityKind<T>, 'type'>,
  property: Property<T>,
  { value, scope }: { readonly value: T; readonly scope: ReadScope },
): unknown => (scope.sees({ type, id: value.id, property: property.name }) ? property.read(value, scope) : undefined);
