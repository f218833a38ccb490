import type { Store } from '@podpass/store';
import { describe, expect, it } from 'vitest';
import { createDirectory } from './directory.ts';
import { nobody, openDirectory } from './testing/open.ts';

/** Counts what is read of a store. */
const counting = (store: Store) => {
  const seen = { lists: 0, items: 0 };
  const counted: Store = {
    get: (key) => store.get(key),
    txn: (transaction) => store.txn(transaction),
    watch: (prefix, options, listener) => store.watch(prefix, options, listener),
    compact: (revision) => store.compact(revision),
    close: () => store.close(),
    get revision() {
      return store.revision;
    },
    get compactedRevision() {
      return store.compactedRevision;
    },
    async list(prefix, options) {
      const page = await store.list(prefix, options);
      seen.lists += 1;
      seen.items += page.items.length;
      return page;
    },
  };
  return { seen, counted };
};

const walk = async <T extends { id: string }>(
  page: (options: { after?: string; limit: number }) => Promise<readonly T[]>,
  limit: number,
) => {
  const ids: string[] = [];
  for (let part = await page({ limit }); part.length > 0; part = await page({ after: part.at(-1)!.id, limit }))
    ids.push(...part.map(({ id }) => id));
  return ids;
};

describe('pages', () => {
  it('hold every object of the tenant once, in the order of ids', async () => {
    const { directory, tenantId, otherId, group, application, identity } = await openDirectory();
    for (let index = 0; index < 7; index += 1) await Promise.all([group(`g${index}`), application(`a${index}`), identity(`i${index}`)]);
    await directory.groups.create({ tenantId: otherId, displayName: 'x', mailNickname: 'x' });
    const { groups, applications, servicePrincipals } = directory;
    for (const table of [groups, applications, servicePrincipals]) {
      const ids = await walk<{ id: string }>((options) => table.page(tenantId, options), 3);
      expect(ids).toEqual(
        table
          .list(tenantId)
          .map(({ id }) => id)
          .toSorted(),
      );
      expect(ids).toHaveLength(table.count(tenantId));
    }
    expect(groups.count(tenantId)).toBe(7);
    expect(applications.count(tenantId)).toBe(7);
    expect(applications.count(tenantId.toUpperCase())).toBe(7);
    expect(groups.count(otherId)).toBe(1);
    expect(await groups.page(tenantId, { limit: 0 })).toEqual([]);
    expect(await groups.page(nobody, { limit: 5 })).toEqual([]);
  });

  it('go on behind an id that is gone, and count what is left', async () => {
    const { directory, tenantId, group } = await openDirectory();
    for (const name of ['a', 'b', 'c']) await group(name);
    const [first, second, third] = await directory.groups.page(tenantId, { limit: 3 });
    await directory.groups.delete(tenantId, second!.id);
    expect(await directory.groups.page(tenantId, { after: second!.id.toUpperCase(), limit: 5 })).toEqual([third]);
    expect(await directory.groups.page(tenantId, { limit: 5 })).toEqual([first, third]);
    expect(directory.groups.count(tenantId)).toBe(2);
  });

  it('read as many keys as they are long, however many there are', async () => {
    const { store, clock, envelope, tenantId, directory } = await openDirectory();
    const make = (count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, index) =>
          directory.groups.create({ tenantId, displayName: `${index}`, mailNickname: `${index}` }),
        ),
      );
    const { seen, counted } = counting(store);
    const reader = await createDirectory({ store: counted, clock, envelope });
    for (const more of [20, 200]) {
      await make(more);
      Object.assign(seen, { lists: 0, items: 0 });
      const page = await reader.groups.page(tenantId, { limit: 10 });
      expect(page).toHaveLength(10);
      expect(seen).toEqual({ lists: 1, items: 10 });
      expect(page[0]).toBe(reader.groups.byId(tenantId, page[0]!.id));
    }
  });
});
