import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { createAzWorld, type AzWorld } from './world.ts';

const domain = 'podpass.onmicrosoft.com';
const password = 'Lovelace-1815!';
const guid = expect.stringMatching(/^[\da-f-]{36}$/);

describe.skipIf(!clientsAvailable)('az ad user and az ad group', () => {
  let world: AzWorld;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    world = await createAzWorld('az-people');
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  const idOf = (object: unknown): string => String((object as { id: unknown }).id);
  const create = (name: string, ...more: string[]) =>
    world.ad(`user create --user-principal-name ${name}@${domain} --display-name`, `${name} of the tests`, '--password', password, ...more);

  it('refuses what Entra refuses of a user', async () => {
    const bad = (...args: string[]) => world.adRefused(1, 'user create --display-name Bad', ...args);
    expect(await bad('--user-principal-name', `weak@${domain}`, '--password', 'weak')).toMatch(/password/i);
    expect(await bad('--user-principal-name', 'bad@elsewhere.example', '--password', password)).toMatch(/domain/i);
    expect(await bad('--user-principal-name', 'no-at-sign', '--password', password)).toMatch(/userPrincipalName|domain/i);
    expect(await world.adRefused(3, `user show --id nobody@${domain}`)).toContain(
      `Resource 'nobody@${domain}' does not exist or one of its queried reference-property objects are not present.`,
    );
  });

  it('user create, show, list, update', async () => {
    const ada = await create('ada', '--mail-nickname', 'ada');
    expect(ada).toMatchObject({ id: guid, displayName: 'ada of the tests', userPrincipalName: `ada@${domain}` });
    expect(JSON.stringify(ada)).not.toContain(password);
    ids['ada'] = idOf(ada);
    ids['bob'] = idOf(await create('bob'));
    expect(await world.adRefused(1, `user create --user-principal-name ADA@${domain} --display-name Again --password`, password)).toContain(
      'Another object with the same value for property userPrincipalName already exists.',
    );
    expect(await world.ad(`user show --id ada@${domain}`)).toMatchObject({ id: ids['ada'] });
    expect(await world.ad(`user show --id ${ids['ada']}`)).toMatchObject({ userPrincipalName: `ada@${domain}` });
    expect(await world.ad('user list --query length(@)')).toBe(3);
    expect(await world.ad(`user list --upn bob@${domain} --query [].id`)).toEqual([ids['bob']]);
    expect(await world.ad('user list --display-name bob --query [].id')).toEqual([ids['bob']]);
    expect(await world.ad('user list --query [].id --filter', "startswith(displayName,'ada') or mailNickname eq 'x'")).toEqual([
      ids['ada'],
    ]);
    await world.ad(`user update --id ${ids['bob']} --display-name Robert`);
    expect(await world.ad(`user show --id ${ids['bob']} --query displayName`)).toBe('Robert');
  });

  it('group create, members and owners', async () => {
    const group = await world.ad('group create --display-name Readers --mail-nickname readers --description', 'May read');
    expect(group).toMatchObject({ id: guid, displayName: 'Readers', description: 'May read', securityEnabled: true });
    ids['readers'] = idOf(group);
    ids['outer'] = idOf(await world.ad('group create --display-name Outer --mail-nickname outer'));
    await world.ad(`group member add --group Readers --member-id ${ids['ada']}`);
    expect(await world.adRefused(1, `group member add --group Readers --member-id ${ids['ada']}`)).toContain(
      "One or more added object references already exist for the following modified properties: 'members'.",
    );
    await world.ad(`group member add --group Outer --member-id ${ids['readers']}`);
    expect(await world.ad('group member list --group Readers --query [].id')).toEqual([ids['ada']]);
    expect(await world.ad(`group member check --group Readers --member-id ${ids['ada']}`)).toEqual({ value: true });
    expect(await world.ad(`group member check --group Readers --member-id ${ids['bob']}`)).toEqual({ value: false });
    expect(await world.ad(`group get-member-groups --group Readers`)).toEqual([ids['outer']]);
    const groups = (await world.ad(`user get-member-groups --id ada@${domain} --query [].id`)) as string[];
    expect(groups.toSorted()).toEqual([ids['readers'], ids['outer']].toSorted());
    await world.ad(`group owner add --group Readers --owner-object-id ${ids['bob']}`);
    expect(await world.ad('group owner list --group Readers --query [].id')).toContain(ids['bob']);
    const me = await world.query('id', 'ad', 'signed-in-user', 'show');
    if (!((await world.ad('group owner list --group Readers --query [].id')) as string[]).includes(me))
      await world.ad(`group owner add --group Readers --owner-object-id ${me}`);
    await world.ad(`group owner remove --group Readers --owner-object-id ${me}`);
    expect(await world.adRefused(1, `group owner remove --group Readers --owner-object-id ${ids['bob']}`)).toContain('at least one owner');
    expect(await world.ad('group list --query length(@)')).toBe(2);
    expect(await world.ad('group show --group Outer --query id')).toBe(ids['outer']);
    expect(await world.adRefused(1, 'group show --group Nobody')).toMatch(/No group matches|does not exist/);
  });

  it("a role of a group is its members', through nested groups, and goes with the membership", async () => {
    const scope = `/subscriptions/${world.platform.admin.subscriptionId}/resourceGroups/${world.group}`;
    await world.az('role', 'assignment', 'create', '--assignee', ids['outer']!, '--role', 'Reader', '--scope', scope);
    const ada = { AZURE_CONFIG_DIR: `${world.platform.data}/ada` };
    const asAda = (...args: string[]) => world.platform.run('az', [...args, '--output', 'json'], { env: ada });
    const login = await asAda('login', '--username', `ada@${domain}`, '--password', password);
    expect(login.code, login.stderr).toBe(0);
    expect((await asAda('group', 'show', '--name', world.group)).code).toBe(0);
    expect((await asAda('group', 'delete', '--name', world.group, '--yes')).stderr).toContain('AuthorizationFailed');
    await world.ad(`group member remove --group Readers --member-id ${ids['ada']}`);
    expect((await asAda('group', 'show', '--name', world.group)).stderr).toContain('AuthorizationFailed');
  });

  it('deletes', async () => {
    await world.ad(`group delete --group Readers`);
    await world.ad(`user delete --id ada@${domain}`);
    expect(await world.adRefused(3, `user show --id ${ids['ada']}`)).toContain('does not exist');
    expect(await world.ad('group member list --group Outer')).toEqual([]);
  });
});
