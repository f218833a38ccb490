import type { Exchange } from '@podpass/http';
import { badParameter } from '../errors.ts';
import type { PageRequest } from '../secrets/repository.ts';
import { apiVersions, latestApiVersion, maxPageSize, secretNamePattern } from '../wire.ts';

/** A query parameter; keys ignore case, and arrive decoded (the JavaScript SDK encodes them). */
const parameter = (exchange: Exchange, key: string): string | undefined => {
  for (const [name, value] of exchange.query) if (name.toLowerCase() === key) return value;
  return undefined;
};

/** The request's api-version. Refuses missing and unknown ones with `badParameter`. */
export const checkApiVersion = (exchange: Exchange): string => {
  const version = parameter(exchange, 'api-version');
  if (version === undefined || version === '') throw badParameter('api-version must be specified');
  if (!apiVersions.has(version)) {
    throw badParameter(
      `The specified version (${version.slice(0, 64)}) is not recognized. Consider using the latest supported version (${latestApiVersion}).`,
    );
  }
  return version;
};

/** `maxresults` (1 to 25, 25 when absent) and the position that `$skiptoken` carries. */
export const pageRequest = (exchange: Exchange): PageRequest => {
  const text = parameter(exchange, 'maxresults');
  const limit = text === undefined ? maxPageSize : Number(text);
  if (text === '' || !Number.isInteger(limit) || limit < 1 || limit > maxPageSize) {
    throw badParameter(`The maxresults parameter must be a whole number from 1 to ${maxPageSize}.`);
  }
  const token = parameter(exchange, '$skiptoken');
  if (token === undefined) return { limit, after: undefined };
  const after = Buffer.from(token, 'base64url').toString('utf8');
  if (!secretNamePattern.test(after)) throw badParameter('The $skiptoken parameter is not valid.');
  return { limit, after };
};

/** The absolute URL of the next page. Key Vault always writes the port, 443 included. */
export const nextLink = (exchange: Exchange, apiVersion: string, page: { next: string | undefined; limit: number }): string | null => {
  if (page.next === undefined) return null;
  const authority = /:\d+$/.test(exchange.authority) ? exchange.authority : `${exchange.authority}:443`;
  const token = Buffer.from(page.next).toString('base64url');
  return `https://${authority}${exchange.path}?api-version=${apiVersion}&$skiptoken=${token}&maxresults=${page.limit}`;
};
