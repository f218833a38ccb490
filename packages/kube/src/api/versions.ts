import { errors } from '../errors.ts';
import type { ApiCall } from './call.ts';

/** Reads a resource version from the query: undefined when absent or empty. Throws BadRequest. */
export const versionParameter = (call: ApiCall, name = 'resourceVersion'): number | undefined => {
  const value = call.exchange.query.get(name);
  if (value === null || value === '') return undefined;
  if (!/^\d{1,15}$/.test(value)) {
    throw errors.badRequest(`Invalid value: "${value.slice(0, 64)}": strconv.ParseUint: parsing "${value.slice(0, 64)}": invalid syntax`);
  }
  return Number(value);
};

/** Refuses to answer from a state older than the client has already seen. Throws Timeout (504). */
export const requireRevision = (call: ApiCall, asked: number): void => {
  const current = call.cluster.registry.revision;
  if (asked > current) throw errors.versionTooLarge(asked, current);
};

export const requireKnownVersion = (call: ApiCall): void => {
  const asked = versionParameter(call);
  if (asked !== undefined) requireRevision(call, asked);
};

/** A whole number of the query. Throws BadRequest. */
export const numberParameter = (call: ApiCall, name: string): number | undefined => {
  const value = call.exchange.query.get(name);
  if (value === null || value === '') return undefined;
  if (!/^-?\d{1,15}$/.test(value)) throw errors.badRequest(`${name}: strconv.ParseInt: parsing "${value.slice(0, 64)}": invalid syntax`);
  return Number(value);
};

/** A truth value of the query, as Go's `strconv.ParseBool` reads it (present without a value counts as true). */
export const flagParameter = (call: ApiCall, name: string): boolean => {
  const value = call.exchange.query.get(name);
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
};
