import type { MetadataAnswer } from '../types.ts';
import { refusal } from './errors.ts';
import { parameterLimit } from './wire.ts';

/** Refuses a parameter that was sent twice (documented) or is longer than any real one. */
export const badParameters = (query: URLSearchParams): MetadataAnswer | undefined => {
  const seen = new Set<string>();
  for (const [name, value] of query) {
    if (name.length > 64 || value.length > parameterLimit) return refusal.tooLong(name.slice(0, 64));
    if (seen.has(name)) return refusal.duplicate(name);
    seen.add(name);
  }
  return undefined;
};
