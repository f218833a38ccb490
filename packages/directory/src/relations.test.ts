import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostOwners } from './limits.ts';
import { mostRemembered, remembered } from './relations.ts';
import { nobody, openDirectory, outcomeOf } from './testing/open.ts';

describe('groups', () => {
  it.each([
    ['an empty name', { displayName: '' }, 'invalid displayName'],
    ['a name of 257 characters', { displayName: 'a'.repeat(257) }, 'invalid displayName'],
    ['a nickname with a blank', { mailNickname: 'a b' }, 'invalid mailNickname'],
    ['a nickname of 65 characters', { mailNickname: 'a'.repeat(65) }, 'invalid mailNickname'],
    ['a member that does not exist', { members: [nobody] }, 'not-found id'],
    ['an owner that does not exist', { owners: [nobody] }, 'not-found id'],
    ['a foreign tenant', { tenantId: nobody }, 'not-found tenantId'],
  ])('with %s: %s', async (_what, over, expected) => {
    const { directory, tenantId } = await openDirectory();
    expect(await outcomeOf(directory.groups.create({ tenantId, displayName: 'g', mailNickname: 'g', ...over }))).toBe(expected);
    expect(directory.groups.count(tenantId)).toBe(0);
  });

  it('change, keeping what they are', async () => {
    const { directory, tenantId, group } = await openDirectory();
    const { id } = await group('one');
    expect(await outcomeOf(directory.groups.update(tenantId, id, { securityEnabled: false } as object))).toBe('invalid securityEnabled');
    expect(await directory.groups.update(tenantId, id, { displayName: 'two', description: 'new' })).toMatchObject({ displayName: 'two' });
    const bare = await directory.groups.update(tenantId, id, { description: undefined });
    expect(bare).toMatchObject({ displayName: 'two', mailNickname: 'one', securityEnabled: true });
    expect(bare.description).toBeUndefined();
    expect(await outcomeOf(directory.groups.update(tenantId, nobody, { displayName: 'x' }))).toBe('not-found id');
  });
});

describe('members', () => {
  it('are users, groups and service principals of the same tenant, each once', async () => {
    const { directory, tenantId, otherId, user, group, application, identity } = await openDirectory();
    const { members } = directory;
    const stranger = await user('eve', 'other.example', otherId);
    const { application: app, servicePrincipal } = await application('api');
    const [ada, sub, top, robot] = [await user('ada'), await group('sub'), await group('top'), await identity('robot')];
    const add = (id: string, to = top.id) => outcomeOf(members.add(tenantId, to, id));
    expect(await add(stranger.id)).toBe('not-found id');
    expect(await add(app.id)).toBe('invalid members InvalidReference');
    expect(await add(ada.id, servicePrincipal.id)).toBe('invalid members InvalidReference');
    expect(await add(ada.id, nobody)).toBe('not-found id');
    for (const { id } of [ada, sub, servicePrincipal, robot]) expect(await add(id.toUpperCase())).toBe('done');
    expect(await add(ada.id)).toBe('conflict members ReferenceExists');
    const ids = [ada.id, sub.id, servicePrincipal.id, robot.id].toSorted();
    expect(members.of(tenantId, top.id)).toEqual(ids);
    expect(members.of(tenantId, top.id)).toBe(members.of(tenantId, top.id.toUpperCase()));
    expect(members.ofMember(tenantId, ada.id)).toEqual([top.id]);
    expect(members.has(tenantId, top.id, ada.id)).toBe(true);
    expect(members.has(otherId, top.id, ada.id)).toBe(false);
    expect(await members.remove(tenantId, top.id, ada.id)).toBe(true);
    expect(await members.remove(tenantId, top.id, ada.id)).toBe(false);
    expect(members.has(tenantId, top.id, ada.id)).toBe(false);
  });

  it('never make a circle, not even of two writers', async () => {
    const { directory, tenantId, group, again } = await openDirectory();
    const replica = await again();
    const [a, b, c, d] = [await group('a'), await group('b'), await group('c'), await group('d')];
    const circle = 'invalid members CircularMembership';
    expect(await outcomeOf(directory.members.add(tenantId, a.id, a.id))).toBe(circle);
    await directory.members.add(tenantId, a.id, b.id);
    await directory.members.add(tenantId, b.id, c.id);
    expect(await outcomeOf(directory.members.add(tenantId, b.id, a.id))).toBe(circle);
    expect(await outcomeOf(replica.members.add(tenantId, c.id, a.id))).toBe(circle);
    const outcomes = await Promise.all([
      outcomeOf(directory.members.add(tenantId, c.id, d.id)),
      outcomeOf(replica.members.add(tenantId, d.id, a.id)),
    ]);
    expect(outcomes.toSorted()).toEqual(['done', circle]);
  });

  it('are found through groups, each once and in order', async () => {
    const { directory, tenantId, user, group } = await openDirectory();
    const ada = await user('ada');
    const leaf = await group('leaf', { members: [ada.id, ada.id.toUpperCase()] });
    const [left, right] = [await group('left', { members: [leaf.id] }), await group('right', { members: [leaf.id] })];
    const top = await group('top', { members: [left.id, right.id] });
    const { members } = directory;
    expect(members.transitiveGroupsOf(tenantId, ada.id)).toEqual([leaf.id, left.id, right.id, top.id].toSorted());
    expect(members.transitiveMembersOf(tenantId, top.id)).toEqual([ada.id, leaf.id, left.id, right.id].toSorted());
    expect(members.transitiveGroupsOf(tenantId, ada.id)).toBe(members.transitiveGroupsOf(tenantId, ada.id));
    await members.remove(tenantId, right.id, leaf.id);
    expect(members.transitiveGroupsOf(tenantId, ada.id)).toEqual([leaf.id, left.id, top.id].toSorted());
    expect(members.transitiveGroupsOf(tenantId, nobody)).toEqual([]);
  });

  it('are all kept when many are added at once', async () => {
    const { directory, tenantId, identity, group, again } = await openDirectory();
    const replica = await again();
    const { id } = await group('crowd');
    const robots = await Promise.all(Array.from({ length: 30 }, (_, index) => identity(`robot-${index}`)));
    await Promise.all(robots.map((robot, index) => (index % 2 ? directory : replica).members.add(tenantId, id, robot.id)));
    expect(directory.members.of(tenantId, id)).toEqual(robots.map((robot) => robot.id).toSorted());
  });
});

/** Everything that can be reached over edges, by the book. */
const reachable = (edges: readonly (readonly [string, string])[], from: string): ReadonlySet<string> => {
  const reached = new Set<string>();
  for (let size = -1; size !== reached.size;) {
    size = reached.size;
    for (const [member, group] of edges) if (member === from || reached.has(member)) reached.add(group);
  }
  return reached;
};

it('memberships are what a plain walk over the edges finds, and never a circle (property)', async () => {
  const index = fc.integer({ min: 0, max: 5 });
  const steps = fc.array(fc.tuple(fc.boolean(), index, index), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const { directory, tenantId, group } = await openDirectory();
      const { members } = directory;
      const ids = (await Promise.all(Array.from({ length: 6 }, (_, number) => group(`g${number}`)))).map(({ id }) => id);
      let edges: [string, string][] = [];
      for (const [adding, from, to] of plan) {
        const [member, holder] = [ids[from]!, ids[to]!];
        const kept = edges.filter(([one, other]) => one !== member || other !== holder);
        const known = kept.length < edges.length;
        const circle = member === holder || reachable(edges, holder).has(member);
        const added = circle ? 'invalid members CircularMembership' : known ? 'conflict members ReferenceExists' : 'done';
        const outcome = adding ? await outcomeOf(members.add(tenantId, holder, member)) : await members.remove(tenantId, holder, member);
        expect(outcome).toBe(adding ? added : known);
        edges = adding && !circle ? [...kept, [member, holder]] : adding ? edges : kept;
        for (const id of ids) {
          expect(members.transitiveGroupsOf(tenantId, id)).toEqual([...reachable(edges, id)].toSorted());
          const below = ids.filter((other) => reachable(edges, other).has(id));
          expect(members.transitiveMembersOf(tenantId, id)).toEqual(below.toSorted());
        }
      }
    }),
    { numRuns: 15 },
  );
});

describe('owners', () => {
  it('are users and service principals, of groups, applications and service principals', async () => {
    const { directory, tenantId, user, group, application } = await openDirectory();
    const { owners } = directory;
    const [ada, one, two] = [await user('ada'), await group('one'), await group('two')];
    const { application: app, servicePrincipal } = await application('api', { owners: [ada.id] });
    expect(owners.of(tenantId, app.id)).toEqual([ada.id]);
    expect(await outcomeOf(owners.add(tenantId, one.id, two.id))).toBe('invalid owners InvalidReference');
    expect(await outcomeOf(owners.add(tenantId, ada.id, servicePrincipal.id))).toBe('invalid owners InvalidReference');
    expect(await outcomeOf(owners.add(tenantId, app.id, ada.id))).toBe('conflict owners ReferenceExists');
    for (const { id } of [one, app, servicePrincipal]) expect(await outcomeOf(owners.add(tenantId, id, servicePrincipal.id))).toBe('done');
    expect(owners.ofMember(tenantId, servicePrincipal.id)).toEqual([one.id, app.id, servicePrincipal.id].toSorted());
  });

  it('are 100 at most, also of two writers', async () => {
    const { directory, tenantId, identity, group, again } = await openDirectory();
    const replica = await again();
    const robots = await Promise.all(Array.from({ length: mostOwners + 1 }, (_, index) => identity(`robot-${index}`)));
    const ids = robots.map(({ id }) => id);
    expect(await outcomeOf(group('g', { owners: ids }))).toBe('invalid owners');
    const { id } = await group('g', { owners: ids.slice(0, mostOwners - 1) });
    const outcomes = await Promise.all([
      outcomeOf(directory.owners.add(tenantId, id, ids[mostOwners - 1]!)),
      outcomeOf(replica.owners.add(tenantId, id, ids[mostOwners]!)),
    ]);
    expect(outcomes.toSorted()).toEqual(['done', 'invalid owners']);
    expect(directory.owners.of(tenantId, id)).toHaveLength(mostOwners);
  });
});

describe('walks through memberships', () => {
  const open = (step: (key: string) => readonly string[]) => {
    const asked: string[] = [];
    const listeners: (() => void)[] = [];
    const walk = remembered(
      (listener) => listeners.push(listener),
      (key) => (asked.push(key), step(key)),
    );
    return { asked, walk, change: () => listeners.forEach((listener) => listener()) };
  };
  const wide = Array.from({ length: 100_000 }, (_, index) => `t/${index}`);

  it('are remembered until a membership changes', () => {
    const { asked, walk, change } = open((key) => (key === 't/a' ? ['t/b'] : []));
    expect([walk('t/a'), walk('t/a')]).toEqual([['b'], ['b']]);
    expect(asked).toEqual(['t/a', 't/b']);
    change();
    walk('t/a');
    expect(asked).toEqual(['t/a', 't/b', 't/a', 't/b']);
  });

  it('hold a bounded number of ids together, however many groups there are', () => {
    const { asked, walk } = open((key) => (key.startsWith('t/top') ? wide : []));
    const fitting = mostRemembered.ids / wide.length;
    for (let top = 0; top <= fitting; top += 1) walk(`t/top${top}`);
    const before = asked.length;
    // The last one is still known, the first ones were forgotten to make room.
    walk(`t/top${fitting}`);
    expect(asked).toHaveLength(before);
    walk('t/top0');
    expect(asked.length).toBeGreaterThan(before);
  });
});
