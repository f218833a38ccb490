import { fail, type Resource } from '@podpass/arm';

const tagFilter = /^tagName eq '((?:[^']|'')*)'(?: and tagValue eq '((?:[^']|'')*)')?$/i;

/** `$top` and the tag `$filter` of list operations. Everything else is refused: an ignored filter would show too much. */
export const listOptions = (query: URLSearchParams, allow: { readonly tagFilter: boolean }) => {
  const text = query.get('$filter');
  const top = query.get('$top');
  if (top !== null && !/^\d{1,6}$/.test(top))
    throw fail('InvalidFilterInQueryString', { filter: top.slice(0, 100), supported: '$top must be a number.' });
  const limit = top === null ? undefined : Number(top);
  if (text === null || text === '') return { top: limit, filter: () => true };
  const match = allow.tagFilter ? tagFilter.exec(text) : null;
  if (match === null) {
    throw fail('InvalidFilterInQueryString', {
      filter: text.slice(0, 200),
      supported: "Supported: tagName eq 'x', and tagName eq 'x' and tagValue eq 'y'.",
    });
  }
  const name = match[1]?.replaceAll("''", "'").toLowerCase();
  const value = match[2]?.replaceAll("''", "'");
  const filter = ({ tags }: Pick<Resource, 'tags'>) =>
    Object.entries(tags).some(([key, given]) => key.toLowerCase() === name && (value === undefined || given === value));
  return { top: limit, filter };
};

/** The first `top` items; the platform's lists are short, so there is never a next page. */
export const page = <T>(items: readonly T[], top: number | undefined): readonly T[] => (top === undefined ? items : items.slice(0, top));
