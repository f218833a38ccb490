import { describe, expect, it } from 'vitest';
import { page } from './paging.ts';

const items = Array.from({ length: 5 }, (_, index) => `item-${index}`);
const ask = (query: string) =>
  page(items, { query: new URLSearchParams(query), origin: 'https://management.azure.com', path: '/subscriptions/s/resourcegroups' });

describe('page', () => {
  it.each(['$top=many', '$top=-1', '$skiptoken=item-2', '$skiptoken=1e3'])('refuses %s', (query) => {
    expect(() => ask(query)).toThrow('must be a number');
  });

  it('gives the whole list when nothing is asked for', () => {
    expect(ask('api-version=1')).toEqual({ value: items });
  });

  it('never cuts a list without saying where it goes on', () => {
    const seen: string[] = [];
    const links: string[] = [];
    for (let query = 'api-version=1&$top=2'; query !== '';) {
      const { value, nextLink }: { value: readonly string[]; nextLink?: string } = ask(query);
      seen.push(...value);
      query = nextLink === undefined ? '' : new URL(nextLink).search.slice(1);
      if (nextLink !== undefined) links.push(nextLink);
    }
    expect(links.map((link) => new URL(link).searchParams.get('api-version'))).toEqual(['1', '1']);
    expect(seen).toEqual(items);
  });

  it('ends with a page that is just full', () => {
    expect(ask('$top=5')).toEqual({ value: items });
  });
});
