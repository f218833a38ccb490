import type { Application, Group, PageOptions, ServicePrincipal, User } from '@podpass/directory';
import type { ReadScope, Source } from './odata/types.ts';

interface Collection<T> {
  readonly page: (tenantId: string, page: PageOptions) => Promise<readonly T[]>;
  readonly count: (tenantId: string) => number;
}

const whole = <T>(collection: Collection<T>, tenantId: string): Source<T> => ({
  page: (options) => collection.page(tenantId, options),
  count: () => collection.count(tenantId),
  includes: () => true,
});

/** All objects of one kind in the tenant. */
export const usersOf = ({ directory, tenantId }: ReadScope): Source<User> => whole(directory.users, tenantId);
export const groupsOf = ({ directory, tenantId }: ReadScope): Source<Group> => whole(directory.groups, tenantId);
export const applicationsOf = ({ directory, tenantId }: ReadScope): Source<Application> => whole(directory.applications, tenantId);
export const servicePrincipalsOf = ({ directory, tenantId }: ReadScope): Source<ServicePrincipal> =>
  whole(directory.servicePrincipals, tenantId);

/** A list that is in memory as a whole. `values` need no order. */
export const sourceOf = <T extends { readonly id: string }>(values: readonly T[]): Source<T> => {
  const sorted = values.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return {
    page: ({ after, limit }) => {
      const start = after === undefined ? 0 : sorted.findIndex(({ id }) => id > after);
      return start < 0 ? [] : sorted.slice(start, start + limit);
    },
    count: () => sorted.length,
  };
};

/** A list of ids in order, whose objects are read page by page. Ids without object are left out. */
export const sourceOfIds = <T extends { readonly id: string }>(ids: readonly string[], find: (id: string) => T | undefined): Source<T> => ({
  page: ({ after, limit }) => {
    const found: T[] = [];
    for (let at = after === undefined ? 0 : firstAfter(ids, after); at < ids.length && found.length < limit; at += 1) {
      const value = find(ids[at] ?? '');
      if (value) found.push(value);
    }
    return found;
  },
  count: () => ids.length,
});

/** Index of the first id that comes after `after`, by halving. */
const firstAfter = (ids: readonly string[], after: string): number => {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] ?? '') > after) high = middle;
    else low = middle + 1;
  }
  return low;
};
