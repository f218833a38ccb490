/**
 * The kernel owns what every other layer shares and what must have one source: time, ids, errors and the shape of
 * JSON. It has no dependencies, so that any layer may rest on it.
 */
export * from './clock.ts';
export * from './derived.ts';
export * from './errors.ts';
export * from './folders.ts';
export * from './ids.ts';
export * from './json.ts';
export * from './text-pool.ts';
