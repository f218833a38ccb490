/** A request target (RFC 9112 section 3.2) taken apart; nothing is decoded. */
export interface Target {
  readonly path: string;
  /** What follows the first `?`, still encoded; empty when there is none. */
  readonly query: string;
  /** The authority of the absolute form. */
  readonly authority?: string;
}

const absolute = /^https?:\/\/(?<authority>[^/?#]*)(?<rest>.*)$/is;

const split = (text: string): Target => {
  const mark = text.indexOf('?');
  return mark < 0 ? { path: text, query: '' } : { path: text.slice(0, mark), query: text.slice(mark + 1) };
};

/** Parses the origin form, the absolute form and, for OPTIONS only, `*`; undefined for anything else. */
export const parseTarget = (text: string, method: string | undefined): Target | undefined => {
  if (text.startsWith('/')) return split(text);
  if (text === '*' && method === 'OPTIONS') return { path: '*', query: '' };
  const groups = absolute.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const rest = groups['rest'] ?? '';
  return { ...split(rest.startsWith('/') ? rest : `/${rest}`), authority: groups['authority'] ?? '' };
};
