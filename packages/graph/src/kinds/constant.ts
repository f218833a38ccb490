import type { Property } from '../odata/types.ts';

/** A property that Graph has and that holds the same here for every object: null, an empty list, or Graph's default. */
export const constant = <T>(name: string, value: unknown): Property<T> => ({
  name,
  type: typeof value === 'object' && value !== null ? 'complex' : 'string',
  ...(Array.isArray(value) ? { collection: true } : {}),
  read: () => value,
});
