import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createWorld, eventual, type Asked, type World } from './testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  for (const [index, name] of ['Web Ops', 'Web Devs', 'Data', "O'Hara"].entries()) {
    await world.directory.groups.create({
      tenantId: world.tenantId,
      displayName: name,
      mailNickname: `g${index}`,
      description: `the ${name} people`,
    });
  }
});

const names = async (path: string, asked: Asked = {}) => (await world.ask(path, asked)).value.map((one) => one['displayName']);
const filtered = (set: string, filter: string, rest = '') => `${set}?$filter=${encodeURIComponent(filter)}${rest}`;
const advanced: Asked = { headers: eventual };

describe('lists refuse', () => {
  it.each<[string, string, Asked, string, string]>([
    [
      'an unknown property',
      filtered('users', "planet eq 'x'"),
      {},
      'BadRequest',
      "Could not find a property named 'planet' on type 'microsoft.graph.user'",
    ],
    [
      'an operator that the property does not have',
      filtered('users', "startswith(id,'x')"),
      {},
      'Request_UnsupportedQuery',
      "Unsupported or invalid query filter clause specified for property 'id' of resource 'User'.",
    ],
    [
      'a malformed filter',
      filtered('users', "displayName eq 'x"),
      {},
      'BadRequest',
      'Invalid filter clause: There is an unterminated string literal',
    ],
    [
      'ne without an advanced query',
      filtered('users', "displayName ne 'x'"),
      {},
      'Request_UnsupportedQuery',
      "Operator 'NotEqualsMatch' is not supported",
    ],
    ['ne without $count', filtered('users', "displayName ne 'x'"), advanced, 'Request_UnsupportedQuery', "Operator 'NotEqualsMatch'"],
    [
      'ne without the header',
      filtered('users', "displayName ne 'x'", '&$count=true'),
      {},
      'Request_UnsupportedQuery',
      "Operator 'NotEqualsMatch'",
    ],
    ['endsWith without an advanced query', filtered('users', "endsWith(mail,'x')"), {}, 'Request_UnsupportedQuery', "Operator 'endsWith'"],
    [
      'a search without the header',
      'users?$search="displayName:x"',
      {},
      'Request_UnsupportedQuery',
      "special request header: 'ConsistencyLevel: eventual'",
    ],
    ['a search of what cannot be searched', 'users?$search="jobTitle:x"', advanced, 'BadRequest', 'Unrecognized query argument'],
    [
      'an order with a filter',
      filtered('users', 'accountEnabled eq true', '&$orderby=displayName'),
      {},
      'Request_UnsupportedQuery',
      'Sorting not supported for current query.',
    ],
    ['an order by what cannot be sorted', 'users?$orderby=jobTitle', {}, 'Request_UnsupportedQuery', 'Sorting not supported'],
    ['an order by what is not there', 'users?$orderby=passwordHash', {}, 'BadRequest', "Could not find a property named 'passwordHash'"],
    ['a number without the header', 'users/$count', {}, 'Request_BadRequest', '$count is not currently supported'],
    ['a forged page token', 'users?$skiptoken=abc', {}, 'Directory_ExpiredPageToken', 'page token value has expired'],
    ['an id as page token', 'users?$skiptoken=00000000-0000-4000-8000-000000000000', {}, 'Directory_ExpiredPageToken', 'expired'],
  ])('%s', async (_what, path, asked, ...[code, message]) => {
    expect(await world.ask(path, asked)).toMatchObject({ status: 400, code, message: expect.stringContaining(message) });
  });

  it('a page token of another query or another tenant', async () => {
    const next = String((await world.ask('users?$top=1')).body['@odata.nextLink']);
    const token = new URL(next).searchParams.get('$skiptoken') ?? '';
    for (const path of ['users?$top=2', 'groups?$top=1', 'users?$top=1&$select=id']) {
      expect(await world.ask(`${path}&$skiptoken=${token}`)).toMatchObject({ status: 400, code: 'Directory_ExpiredPageToken' });
    }
    expect((await world.ask(`users?$top=1&$skiptoken=${token}`)).status).toBe(200);
  });
});

describe('lists', () => {
  const walk = async (path: string, asked: Asked = {}) => {
    const seen: unknown[] = [];
    let next: string | undefined = path;
    let pages = 0;
    while (next !== undefined && pages < 50) {
      pages += 1;
      const { status, body, value }: Awaited<ReturnType<World['ask']>> = await world.ask(next, asked);
      expect(status).toBe(200);
      seen.push(...(value ?? []).map((one) => one['id']));
      const link = body['@odata.nextLink'];
      next = typeof link === 'string' ? link.replace('https://graph.microsoft.com/v1.0/', '') : undefined;
    }
    return { seen, pages };
  };

  it('come in pages: each object once', async () => {
    const all = world.directory.users.list(world.tenantId).map(({ id }) => id);
    expect((await walk('users?$top=2&$select=id')).seen).toEqual(all.toSorted());
    expect(new Set((await walk('users?$top=2&$orderby=displayName desc')).seen)).toEqual(new Set(all));
    expect((await walk(filtered('users', 'accountEnabled eq true', '&$top=4'))).seen).toEqual(all.toSorted());
    expect((await walk(`users?$top=${all.length}`)).pages).toBe(1);
    const { id } = await world.group('everyone', { members: all });
    expect((await walk(`groups/${id}/members?$top=3`)).seen).toEqual(all.toSorted());
  });

  it('a page costs as much as it is long, and a unique name one look-up', async () => {
    const { directory, ask } = world;
    const whole = [vi.spyOn(directory.users, 'list'), vi.spyOn(directory.groups, 'list'), vi.spyOn(directory.servicePrincipals, 'list')];
    const paged = vi.spyOn(directory.users, 'page');
    await ask('users?$top=2');
    expect(paged.mock.calls.map(([, options]) => options)).toEqual([{ limit: 3 }]);
    paged.mockClear();
    expect(await names(filtered('users', "userPrincipalName eq 'ADA@contoso.example'"))).toEqual(['Ada']);
    expect(await names(filtered('users', `id eq '${world.idOf('bob')}' and displayName eq 'Ada'`))).toEqual([]);
    expect(await names(filtered('users', `id in ('${world.idOf('bob')}','${world.idOf('ada')}')`))).toHaveLength(2);
    expect(await names(filtered('servicePrincipals', `appId eq '${world.apps['api']?.application.appId}'`))).toEqual(['api']);
    expect(
      await names(filtered('servicePrincipals', `servicePrincipalNames/any(c:c eq '${world.apps['api']?.application.appId}')`)),
    ).toEqual(['api']);
    expect(paged).not.toHaveBeenCalled();
    for (const spy of [...whole, paged]) {
      expect(whole.includes(spy as never) ? spy.mock.calls : []).toEqual([]);
      spy.mockRestore();
    }
  });

  it.each<[string, string, Asked, readonly string[]]>([
    ['what az group list sends', filtered('groups', "startswith(displayName,'web')"), {}, ['Web Devs', 'Web Ops']],
    ['what az group create sends first', filtered('groups', "displayName eq 'Data' and mailNickname eq 'g2'"), {}, ['Data']],
    ['a doubled quote', filtered('groups', "displayName eq 'O''Hara'"), {}, ["O'Hara"]],
    [
      'what az user list sends',
      filtered('users', "userPrincipalName eq 'ada@contoso.example' and startswith(displayName,'A')"),
      {},
      ['Ada'],
    ],
    ['ne', filtered('groups', "displayName ne 'Data' and not startswith(displayName,'Web')", '&$count=true'), advanced, ["O'Hara"]],
    ['a search by word', 'groups?$search="displayName:ops"', advanced, ['Web Ops']],
    ['a search with OR', 'groups?$search="displayName:ops" OR "description:data"', advanced, ['Data', 'Web Ops']],
    ['an order', 'groups?$orderby=displayName desc', {}, ['Web Ops', 'Web Devs', "O'Hara", 'Data']],
    [
      'an order with a filter',
      filtered('groups', "startswith(displayName,'W')", '&$orderby=displayName&$count=true'),
      advanced,
      ['Web Devs', 'Web Ops'],
    ],
  ])('%s', async (_what, path, asked, expected) => {
    const found = (await names(path, asked)).map(String).filter((name) => name !== 'everyone');
    expect(path.includes('orderby') ? found : found.toSorted()).toEqual(expected);
  });

  it('$count counts what matches, in the header form only', async () => {
    const path = filtered('groups', "startswith(displayName,'web')", '&$count=true&$top=1');
    const first = await world.ask(path, advanced);
    expect(first.body).toMatchObject({ '@odata.count': 2 });
    const next = String(first.body['@odata.nextLink']).replace('https://graph.microsoft.com/v1.0/', '');
    expect((await world.ask(next, advanced)).body).not.toHaveProperty('@odata.count');
    expect((await world.ask(path)).body).not.toHaveProperty('@odata.count');
    const plain = await world.ask(filtered('groups/$count', "startswith(displayName,'web')"), advanced);
    expect(plain).toMatchObject({ text: '2', headers: { 'content-type': 'text/plain' } });
  });

  it('$select gives what was asked, in whatever case', async () => {
    const { ask, idOf } = world;
    expect((await ask('me?$select=ID,accountEnabled', { as: { user: 'ada' } })).body).toEqual({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users(ID,accountEnabled)/$entity',
      id: idOf('ada'),
      accountEnabled: true,
    });
    expect((await ask('users?$select=planet')).status).toBe(400);
  });

  it('$expand goes one level and sends at most twenty', async () => {
    const { ask, group, directory, tenantId, idOf } = world;
    const members: string[] = [];
    for (let index = 0; index < 25; index += 1) members.push((await group(`many ${index}`)).id);
    const { id } = await group('expanded', { members, owners: [idOf('ada')] });
    const { body } = await ask(`groups/${id}?$expand=members($select=id),owners&$select=displayName`);
    expect(body['members']).toHaveLength(20);
    expect(body['owners']).toMatchObject([{ '@odata.type': '#microsoft.graph.user', userPrincipalName: 'ada@contoso.example' }]);
    expect(directory.members.of(tenantId, id)).toHaveLength(25);
  });

  it('keys go in parentheses too, in any case', async () => {
    const { ask, idOf, apps } = world;
    const appId = apps['api']?.application.appId;
    for (const path of [
      `Users('${idOf('ada')}')`,
      'USERS/ADA@contoso.example',
      "users('ada@contoso.example')",
      'users/ada%40contoso.example',
    ]) {
      expect((await ask(path)).body).toMatchObject({ id: idOf('ada') });
    }
    expect((await ask(`servicePrincipals(appId='${appId}')`)).body).toMatchObject({ id: idOf('api') });
    expect((await ask(`applications(appId='${appId}')`)).body).toMatchObject({ appId });
    expect((await ask("users(appId='x')")).status).toBe(400);
    expect((await ask("users('a'b')")).status).toBe(400);
  });
});
