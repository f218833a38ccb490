import type { Answer } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import { visitHeaders, type Visit } from './visit.ts';
import { interactiveLimits } from './wire.ts';

/**
 * Applications may post their requests. Such a form comes from another site, and browsers keep the session's cookie from it; the same request as a
 * query gets the cookie: 303 turns the method to GET (RFC 9110, 15.4.4). Throws AADSTS9002313 when the query would be too long.
 */
export const askByQuery = (visit: Visit): Answer => {
  const { path, body } = visit.exchange;
  const query = new URLSearchParams(body.toString('utf8')).toString();
  // Browsers read a backslash as a slash, and `//name` as another host.
  if (!/^\/[\x21-\x5B\x5D-\x7E]*$/.test(path)) throw new AadstsError(9002313);
  if (query.length > interactiveLimits.query) throw new AadstsError(9002313, { hint: 'The request is too long.' });
  return { status: 303, headers: { ...visitHeaders(visit), location: `${path}?${query}` } };
};
