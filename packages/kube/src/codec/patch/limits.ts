import type { Json } from '@podpass/kernel';
import { CodecError } from '../errors.ts';

/** No Kubernetes object is nested deeper; a deeper patch is an attack on the stack. */
const deepest = 128;

/** Refuses patches and objects that are nested too deeply for the recursive algorithms. */
export const refuseDeep = (value: Json): void => {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) throw new CodecError('patch-malformed', `the patch is nested deeper than ${String(deepest)} levels`);
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
};
