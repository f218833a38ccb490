import { beforeAll, describe, expect, it } from 'vitest';
import { createWorld, eventual, type World } from './testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

describe('a permission for a relation shows nothing of what stands at its other end', () => {
  const groupReader = { app: 'tool', roles: ['GroupMember.Read.All'] } as const;
  const appReader = { app: 'tool', roles: ['Application.Read.All'] } as const;
  const limited = (id: string) => ({ '@odata.type': '#microsoft.graph.user', id, displayName: null, userPrincipalName: null, mail: null });

  it('members of a group, in the list, its cast and an expansion', async () => {
    const ada = world.idOf('ada');
    const { id } = await world.group('Secret people', { members: [ada] });
    const { '@odata.type': _, ...plain } = limited(ada);
    expect((await world.ask(`groups/${id}/members`, { as: groupReader })).value).toMatchObject([limited(ada)]);
    expect((await world.ask(`groups/${id}/members/microsoft.graph.user`, { as: groupReader })).value).toMatchObject([plain]);
    expect((await world.ask(`groups/${id}?$expand=members`, { as: groupReader })).body['members']).toMatchObject([limited(ada)]);
  });

  it('owners of an application', async () => {
    const { id } = world.apps['api']?.application ?? { id: '' };
    await world.directory.owners.add(world.tenantId, id, world.idOf('ada'));
    expect((await world.ask(`applications/${id}/owners`, { as: appReader })).value).toMatchObject([limited(world.idOf('ada'))]);
  });

  it('groups of oneself with User.Read alone', async () => {
    const { id } = await world.group('Quiet', { members: [world.idOf('bob')] });
    const { value } = await world.ask('me/memberOf', { as: { user: 'bob', scp: 'User.Read' } });
    expect(value).toMatchObject([{ id, displayName: null, description: null }]);
  });

  it.each(["displayName eq 'Ada'", "startswith(displayName,'A')"])('nor can it be guessed by $filter=%s', async (filter) => {
    const { id } = await world.group('Guess', { members: [world.idOf('ada')] });
    const query = `$count=true&$filter=${encodeURIComponent(filter)}`;
    for (const path of [`groups/${id}/members`, `groups/${id}/members/microsoft.graph.user`]) {
      const { status, value } = await world.ask(`${path}?${query}`, { as: groupReader, headers: eventual });
      expect([status, value]).toEqual([200, []]);
    }
  });

  it('User.ReadBasic.All reads the basic profile alone', async () => {
    const as = { user: 'ada', scp: 'User.ReadBasic.All' };
    const path = `users/${world.idOf('bob')}?$select=displayName,accountEnabled,mailNickname,createdDateTime`;
    expect((await world.ask(path, { as })).body).toMatchObject({ displayName: 'Bob', accountEnabled: null, mailNickname: null });
    const guess = await world.ask(`users?$filter=${encodeURIComponent("mailNickname eq 'bob'")}`, { as });
    expect(guess.value).toEqual([]);
  });

  it('whoever may read them reads them', async () => {
    const { id } = await world.group('Open', { members: [world.idOf('ada')] });
    const as = { app: 'tool', roles: ['GroupMember.Read.All', 'User.Read.All'] };
    expect((await world.ask(`groups/${id}/members`, { as })).value).toMatchObject([{ displayName: 'Ada' }]);
    expect((await world.ask('me', { as: { user: 'ada', scp: 'User.Read' } })).body).toMatchObject({ displayName: 'Ada' });
    const made = await world.ask('groups', {
      as: { app: 'tool', roles: ['Group.Create'] },
      method: 'POST',
      body: { displayName: 'Mine', mailNickname: 'mine', mailEnabled: false, securityEnabled: true },
    });
    expect(made.body).toMatchObject({ displayName: 'Mine' });
  });
});

describe('no request multiplies its own cost', () => {
  it.each([
    ['an expansion named twice', 'groups?$expand=members,owners,Members'],
    ['an order named twice', 'users?$orderby=displayName,displayName desc'],
    [
      'a filter with hundreds of clauses',
      `users?$filter=${encodeURIComponent(Array.from({ length: 61 }, () => "mail eq 'a'").join(' and '))}`,
    ],
    [
      'alternatives of alternatives',
      `users?$filter=${encodeURIComponent(Array.from({ length: 10 }, () => "(mail eq 'a' or mail in ('b','c','d','e','f','g'))").join(' and '))}`,
    ],
  ])('%s is refused', async (_, path) => {
    expect(await world.ask(path)).toMatchObject({ status: 400, code: 'BadRequest' });
  });

  it('a list with an expansion has shorter pages', async () => {
    const { body } = await world.ask('servicePrincipals?$top=999&$expand=owners');
    expect(body['value']).toBeDefined();
    const { parseOptions } = await import('./odata/options.ts');
    const query = new URLSearchParams('$top=999&$expand=owners');
    expect(parseOptions({ query, headers: {} }, ['$top', '$expand']).top).toBe(100);
  });

  it('a member makes 250 objects, an administrator any number', async () => {
    const own = await createWorld();
    for (let count = 0; count < 250; count += 1) await own.group(`g${count}`, { owners: [own.idOf('ada')] });
    const body = { displayName: 'one more', mailNickname: 'more', mailEnabled: false, securityEnabled: true };
    for (const [path, sent] of [
      ['groups', body],
      ['applications', { displayName: 'one more' }],
    ] as const) {
      const refused = await own.ask(path, { as: { user: 'ada' }, method: 'POST', body: sent });
      expect(refused).toMatchObject({ status: 403, code: 'Directory_QuotaExceeded' });
      expect(await own.ask(path, { method: 'POST', body: sent })).toMatchObject({ status: 201 });
      expect(await own.ask(path, { as: { user: 'bob' }, method: 'POST', body: sent })).toMatchObject({ status: 201 });
    }
  });
});

describe('answers stay small enough to be sent', () => {
  const heavy = async () => {
    const own = await createWorld();
    const words = 'w'.repeat(1000);
    const permissionScopes = (app: number) =>
      Array.from({ length: 80 }, (_, index) => ({
        id: `00000000-0000-4000-8000-${String(app * 1000 + index).padStart(12, '0')}`,
        value: `s${index}`,
        type: 'Admin' as const,
        adminConsentDisplayName: 'x',
        adminConsentDescription: words,
        userConsentDescription: words,
        isEnabled: true,
      }));
    const ids: string[] = [];
    for (let app = 0; app < 60; app += 1) {
      const draft = { tenantId: own.tenantId, displayName: `heavy ${String(app).padStart(2, '0')}` };
      ids.push((await own.directory.applications.createOnly({ ...draft, properties: { permissionScopes: permissionScopes(app) } })).id);
    }
    return { ...own, ids };
  };
  const size = (value: unknown) => JSON.stringify(value).length;

  it('whatever $top says; the nextLink gives the rest, in order or not', async () => {
    const { ask, ids } = await heavy();
    for (const query of ['applications?$top=999', 'applications?$top=999&$orderby=displayName desc']) {
      const seen: unknown[] = [];
      for (let next: unknown = query; typeof next === 'string';) {
        const { body, value } = await ask(next.replace('https://graph.microsoft.com/v1.0/', ''));
        expect(size(body)).toBeLessThan(5 * 1024 * 1024);
        seen.push(...value.map(({ id }) => id));
        next = body['@odata.nextLink'];
      }
      expect(seen).toHaveLength(62);
      expect(new Set(seen)).toEqual(new Set([...seen, ...ids]));
    }
    expect(await ask('directoryObjects/getByIds', { method: 'POST', body: { ids } })).toMatchObject({ status: 413 });
    expect(await ask('directoryObjects/getByIds', { method: 'POST', body: { ids: ids.slice(0, 5) } })).toMatchObject({ status: 200 });
    const requests = Array.from({ length: 20 }, (_, id) => ({ id: String(id), method: 'GET', url: '/applications?$top=999' }));
    const { body } = await ask('$batch', { method: 'POST', body: { requests } });
    expect(size(body)).toBeLessThan(24 * 1024 * 1024);
    expect((body['responses'] as { status: number }[]).map(({ status }) => status)).toContain(429);
  });
});

describe('ordered pages', () => {
  it('go on where they ended when that object is gone, show nothing twice and leave nothing out', async () => {
    const own = await createWorld();
    const made = [];
    for (const name of ['b', 'd', 'f', 'h', 'j']) made.push(await own.group(name));
    const first = await own.ask('groups?$orderby=displayName&$top=2');
    expect(first.value.map((each) => each['displayName'])).toEqual(['b', 'd']);
    await own.directory.groups.delete(own.tenantId, made[1]?.id ?? '');
    await own.group('a');
    await own.group('e');
    const names: unknown[] = [];
    for (let next = first.body['@odata.nextLink']; typeof next === 'string';) {
      const page = await own.ask(next.replace('https://graph.microsoft.com/v1.0/', ''));
      expect(page.status).toBe(200);
      names.push(...(page.value ?? []).map((each) => each['displayName']));
      next = page.body['@odata.nextLink'];
    }
    expect(names).toEqual(['e', 'f', 'h', 'j']);
  });
});

describe('writes of references', () => {
  it('write none of a list when one closes a circle', async () => {
    const outer = await world.group('outer');
    const inner = await world.group('inner');
    await world.directory.members.add(world.tenantId, outer.id, inner.id);
    const reference = (id: string) => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`;
    const body = { 'members@odata.bind': [reference(world.idOf('ada')), reference(outer.id)] };
    expect(await world.ask(`groups/${inner.id}`, { method: 'PATCH', body })).toMatchObject({ status: 400 });
    expect(world.directory.members.of(world.tenantId, inner.id)).toEqual([]);
  });

  it.each([
    'https://evil.example',
    'https://graph.microsoft.com.evil.example',
    'https://x@graph.microsoft.com',
    'http://graph.microsoft.com',
    'https://graph.microsoft.com:8443',
  ])('take none of %s for owners', async (origin) => {
    const { id } = world.apps['tool']?.application ?? { id: '' };
    const url = `${origin}/v1.0/users/${world.idOf('bob')}`;
    const added = await world.ask(`applications/${id}/owners/$ref`, { method: 'POST', body: { '@odata.id': url } });
    expect(added).toMatchObject({ status: 400, code: 'Request_BadRequest' });
    const made = await world.ask('applications', { method: 'POST', body: { displayName: 'x', 'owners@odata.bind': [url] } });
    expect(made.status).toBe(400);
  });
});

describe("another API's name", () => {
  const make = async (identifierUris: readonly string[]) => {
    const body = { displayName: 'thief', api: { requestedAccessTokenVersion: 2 }, identifierUris };
    return world.ask('applications', { as: { user: 'ada' }, method: 'POST', body });
  };
  it.each([
    'https://vault.azure.net',
    'https://vault.azure.net/',
    'https://vault.azure.net//',
    'https://VAULT.azure.net:443',
    'https://vault.azure.net./',
    'https://vault.azure.net/secrets',
    'https://x@vault.azure.net',
    'https://management.azure.com//',
    'https://graph.microsoft.com//',
    'api://AzureADTokenExchange//',
  ])('cannot be taken: %s', async (uri) => {
    expect((await make([uri])).status).toBe(400);
  });
  it('is not carried over from version 2, whose audience it never was, to version 1', async () => {
    const { status, body } = await make(['https://api.elsewhere.example/orders']);
    expect(status).toBe(201);
    const change = (api: object) => world.ask(`applications/${String(body['id'])}`, { method: 'PATCH', body: { api } });
    expect(await change({ requestedAccessTokenVersion: 1 })).toMatchObject({
      status: 400,
      message: expect.stringMatching('verified domain'),
    });
    expect(await change({ requestedAccessTokenVersion: 2 })).toMatchObject({ status: 204 });
  });
});
