import { isIP } from 'node:net';
import { parseAuthority } from '../listener/authority.ts';

/** Where a client of the proxy wants to go. */
export interface ProxyTarget {
  /** Lower case, no brackets, no trailing dot: `management.azure.com.` is the same name and must meet the same rule. */
  readonly host: string;
  readonly port: number;
  /** `tunnel` for CONNECT, `plain` for an absolute `http://` target. */
  readonly form: 'tunnel' | 'plain';
}

const normal = (host: string): string | undefined => {
  const bare = host.endsWith('.') ? host.slice(0, -1) : host;
  return bare === '' || bare.startsWith('.') || bare.includes('..') ? undefined : bare;
};

/** Parses the `host:port` of a CONNECT (RFC 9110 section 9.3.6); the port is required. */
export const connectTarget = (text: string): ProxyTarget | undefined => {
  if (!/:[0-9]+$/.test(text)) return undefined;
  const parsed = parseAuthority(text);
  const host = parsed === undefined ? undefined : normal(parsed.host);
  if (parsed === undefined || host === undefined) return undefined;
  if (host.includes(':') && isIP(host) !== 6) return undefined;
  return { host, port: parsed.port, form: 'tunnel' };
};

/** Parses an absolute `http://` target; undefined for every other form and scheme. */
export const plainTarget = (text: string): (ProxyTarget & { readonly path: string }) | undefined => {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'http:' || url.username !== '' || url.password !== '') return undefined;
  const host = normal(url.hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1'));
  if (host === undefined) return undefined;
  return { host, port: url.port === '' ? 80 : Number(url.port), form: 'plain', path: url.pathname + url.search };
};
