import { conversionFunctions } from './conversions.ts';
import { formatMethods } from './format.ts';
import { listFunctions, listMethods } from './lists.ts';
import { optionalFunctions, optionalMethods } from './optionals.ts';
import { quantityFunctions, quantityMethods } from './quantities.ts';
import { stringMethods } from './strings.ts';
import type { FunctionRow } from './types.ts';

/** Functions by name: the language's own and those that Kubernetes adds (https://kubernetes.io/docs/reference/using-api/cel/). */
export const functions: ReadonlyMap<string, FunctionRow> = new Map(
  Object.entries({ ...conversionFunctions, ...listFunctions, ...optionalFunctions, ...quantityFunctions }),
);

/** Methods by name; each sees for itself what it was called on. */
export const methods: ReadonlyMap<string, FunctionRow> = new Map(
  Object.entries({ ...stringMethods, ...listMethods, ...optionalMethods, ...quantityMethods, ...formatMethods }),
);
