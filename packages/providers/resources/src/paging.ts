import { fail, type ArmRequest, type Resource } from '@podpass/arm';

const tagFilter = /^tagName eq '((?:[^']|'')*)'(?: and tagValue eq '((?:[^']|'')*)')?$/i;

/** The tag `$filter` of list operations. Everything else is refused: an ignored filter would show too much. */
export const readTagFilter = (query: URLSearchParams): ((resource: Pick<Resource, 'tags'>) => boolean) => {
  const text = query.get('$filter');
  if (text === null || text === '') return () => true;
  const match = tagFilter.exec(text);
  if (match === null) {
    throw fail('InvalidFilterInQueryString', {
      filter: text.slice(0, 200),
      supported: "Supported: tagName eq 'x', and tagName eq 'x' and tagValue eq 'y'.",
    });
  }
  const name = match[1]?.replaceAll("''", "'").toLowerCase();
  const value = match[2]?.replaceAll("''", "'");
  return ({ tags }: Pick<Resource, 'tags'>) =>
    Object.entries(tags).some(([key, given]) => key.toLowerCase() === name && (value === undefined || given === value));
};

/** A whole number of a list's query; undefined when it is not given. Throws InvalidFilterInQueryString when it is none. */
const count = (query: URLSearchParams, name: '$top' | '$skiptoken'): number | undefined => {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,6}$/.test(text))
    throw fail('InvalidFilterInQueryString', { filter: text.slice(0, 100), supported: `${name} must be a number.` });
  return Number(text);
};

/**
 * One page of a list: `$top` items, and a `nextLink` when more follow. Without `$top` the platform's lists come whole. The token counts
 * items: an id would tell callers of narrow rights about resources that they may not see.
 */
export const page = <T>(items: readonly T[], request: Pick<ArmRequest, 'query' | 'origin' | 'path'>) => {
  const { query, origin, path } = request;
  const [top, skip = 0] = [count(query, '$top'), count(query, '$skiptoken')];
  const end = top === undefined || top === 0 ? items.length : skip + top;
  if (end >= items.length) return { value: items.slice(skip) };
  const next = new URLSearchParams(query);
  next.set('$skiptoken', String(end));
  return { value: items.slice(skip, end), nextLink: `${origin}${encodeURI(path)}?${next.toString()}` };
};
