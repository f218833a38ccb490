/** A request target taken apart; the path stays as it was sent. */
export interface RequestTarget {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** `http://authority` before the path: some clients send the absolute form. RFC 9112, section 3.2.2. */
const absolute = /^https?:\/\/[^/?#\\]*/i;

/**
 * Reads a request target without decoding or cleaning its path: what tells tricks from paths must see them as they
 * came. Undefined for the asterisk and authority forms.
 */
export const readTarget = (target: string): RequestTarget | undefined => {
  const rest = target.replace(absolute, '');
  const relative = rest.length === target.length ? rest : rest.startsWith('/') ? rest : `/${rest}`;
  if (!relative.startsWith('/')) return undefined;
  const mark = relative.indexOf('?');
  const path = mark === -1 ? relative : relative.slice(0, mark);
  return { path, query: new URLSearchParams(mark === -1 ? '' : relative.slice(mark + 1)) };
};
