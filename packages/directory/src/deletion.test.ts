import { collection, transactionOf } from '@podpass/store';
import { describe, expect, it } from 'vitest';
import { directoryRoleTemplates } from './directory-role-templates.ts';
import { guards, joined } from './keys.ts';
import { deletionBatch } from './limits.ts';
import { appRole, guid, openDirectory, outcomeOf } from './testing/open.ts';

const audiences = ['api://AzureADTokenExchange'];

/** A tenant in which everything hangs on everything. */
const open = async () => {
  const opened = await openDirectory();
  const { directory, tenantId, store } = opened;
  const ada = await opened.user('ada');
  const robot = await opened.identity('robot');
  const sub = await opened.group('sub', { owners: [ada.id], members: [ada.id, robot.id] });
  const top = await opened.group('top', { members: [sub.id, ada.id] });
  const properties = { appRoles: [appRole(guid(1))] };
  const { application: app, servicePrincipal } = await opened.application('api', {
    properties,
    identifierUris: ['api://api'],
    owners: [ada.id],
  });
  const { servicePrincipal: client } = await opened.application('client');
  for (const id of [app.id, servicePrincipal.id]) await directory.owners.add(tenantId, id, servicePrincipal.id);
  await directory.members.add(tenantId, top.id, servicePrincipal.id);
  const resourceId = servicePrincipal.id;
  for (const principalId of [ada.id, robot.id, sub.id, servicePrincipal.id]) {
    await directory.appRoleAssignments.create({ tenantId, principalId, resourceId, appRoleId: guid(1) });
  }
  const grant = { tenantId, resourceId, scope: 'x' };
  await directory.permissionGrants.create({ ...grant, clientId: client.id, consentType: 'AllPrincipals' });
  await directory.permissionGrants.create({ ...grant, clientId: client.id, consentType: 'Principal', principalId: ada.id });
  await directory.permissionGrants.create({ ...grant, clientId: resourceId, consentType: 'AllPrincipals' });
  for (const { id } of [ada, servicePrincipal])
    await directory.directoryRoles.assign(tenantId, id, directoryRoleTemplates.directoryReaders.id);
  for (const principalId of [robot.id, app.id]) {
    await directory.federatedCredentials.put({
      tenantId,
      principalId,
      name: 'web',
      issuer: 'https://issuer.example',
      subject: 's',
      audiences,
    });
  }
  /** Keys of the store that name an id, but for the names that are taken. */
  const keysWith = async (id: string) =>
    (await store.list('directory/')).items.map(({ key }) => key).filter((key) => key.includes(id) && !key.startsWith('directory/names:'));
  return { ...opened, ada, robot, sub, top, app, servicePrincipal, client, keysWith };
};

type Opened = Awaited<ReturnType<typeof open>>;

describe('a deletion', () => {
  it.each([
    [
      'user',
      ({ ada }: Opened) => [ada.id],
      ({ directory, tenantId, ada }: Opened) => directory.users.delete(tenantId, ada.id.toUpperCase()),
    ],
    ['group', ({ sub }: Opened) => [sub.id], ({ directory, tenantId, sub }: Opened) => directory.groups.delete(tenantId, sub.id)],
    [
      'application, with its service principal',
      ({ app, servicePrincipal }: Opened) => [app.id, servicePrincipal.id],
      ({ directory, tenantId, app }: Opened) => directory.applications.delete(tenantId, app.id),
    ],
    [
      'service principal',
      ({ servicePrincipal }: Opened) => [servicePrincipal.id],
      ({ directory, tenantId, servicePrincipal }: Opened) => directory.servicePrincipals.delete(tenantId, servicePrincipal.id),
    ],
    [
      'managed identity',
      ({ robot }: Opened) => [robot.id],
      ({ directory, tenantId, robot }: Opened) => directory.managedIdentities.delete(tenantId, robot.id),
    ],
  ])('of a %s takes all that hangs on it in one transaction', async (_what, idsOf, remove) => {
    const opened = await open();
    const { store, keysWith, directory, tenantId } = opened;
    const ids = idsOf(opened);
    const before = (await Promise.all(ids.map(keysWith))).flat();
    expect(before.length).toBeGreaterThan(4);
    const revisions = new Set<number>();
    store.watch('directory/', {}, (events) => {
      for (const event of events) if (event.type === 'delete') revisions.add(event.revision);
    });
    expect(await remove(opened)).toBe(true);
    expect(revisions.size).toBe(1);
    expect((await Promise.all(ids.map(keysWith))).flat()).toEqual([]);
    for (const id of ids) expect(directory.objectById(tenantId, id)).toBeUndefined();
    expect(await remove(opened)).toBe(false);
  });

  it('leaves nothing behind in what others look up', async () => {
    const { directory, tenantId, ada, robot, sub, top, app, servicePrincipal, client } = await open();
    await directory.users.delete(tenantId, ada.id);
    expect(directory.members.of(tenantId, sub.id)).toEqual([robot.id]);
    expect(directory.owners.of(tenantId, app.id)).toEqual([servicePrincipal.id]);
    expect(directory.permissionGrants.ofClient(tenantId, client.id)).toHaveLength(1);
    await directory.groups.delete(tenantId, sub.id);
    expect(directory.members.transitiveGroupsOf(tenantId, robot.id)).toEqual([]);
    expect(directory.members.of(tenantId, top.id)).toEqual([servicePrincipal.id]);
    await directory.applications.delete(tenantId, app.id);
    expect(directory.appRoleAssignments.ofPrincipal(tenantId, robot.id)).toEqual([]);
    expect(directory.permissionGrants.list(tenantId)).toEqual([]);
    expect(directory.federatedCredentials.list(tenantId, app.id)).toEqual([]);
    expect(directory.federatedCredentials.list(tenantId, robot.id)).toHaveLength(1);
  });

  it('gives names back, but for client ids', async () => {
    const { directory, tenantId, ada, app, robot, user, application, identity } = await open();
    await directory.users.delete(tenantId, ada.id);
    await directory.applications.delete(tenantId, app.id);
    await directory.managedIdentities.delete(tenantId, robot.id);
    expect(await outcomeOf(user('ada'))).toBe('done');
    expect(await outcomeOf(application('api', { identifierUris: ['api://api'], appId: app.appId }))).toBe('conflict appId');
    expect(await outcomeOf(application('api', { identifierUris: ['api://api'] }))).toBe('done');
    expect(await outcomeOf(identity('robot'))).toBe('done');
  });

  it('is confined to the tenant and the kind that is asked for', async () => {
    const { directory, tenantId, otherId, ada, sub, app, robot } = await open();
    expect(await directory.users.delete(otherId, ada.id)).toBe(false);
    expect(await directory.groups.delete(tenantId, ada.id)).toBe(false);
    expect(await directory.users.delete(tenantId, sub.id)).toBe(false);
    expect(await directory.managedIdentities.delete(tenantId, app.id)).toBe(false);
    expect(await directory.applications.delete(tenantId, robot.id)).toBe(false);
    for (const { id } of [ada, sub, app, robot]) expect(directory.objectById(tenantId, id)).toBeDefined();
  });
});

describe('a deletion and another writer at once', () => {
  it('leave no edge, assignment, role or credential behind, whoever comes first', async () => {
    const { directory, tenantId, user, group, identity, application, again, store } = await openDirectory();
    const replica = await again();
    const { servicePrincipal } = await application('api', { properties: { appRoles: [appRole(guid(1))] } });
    const resourceId = servicePrincipal.id;
    const appRoleId = guid(1);
    const team = await group('team');
    for (const [first, second] of [
      [directory, replica],
      [replica, directory],
      [directory, directory],
    ] as const) {
      const robot = await identity('robot');
      const outcomes = await Promise.all([
        outcomeOf(first.members.add(tenantId, team.id, robot.id)),
        outcomeOf(first.owners.add(tenantId, team.id, robot.id)),
        outcomeOf(first.appRoleAssignments.create({ tenantId, principalId: robot.id, resourceId, appRoleId })),
        second.managedIdentities.delete(tenantId, robot.id),
        outcomeOf(first.directoryRoles.assign(tenantId, robot.id, directoryRoleTemplates.directoryReaders.id)),
        first.federatedCredentials
          .put({ tenantId, principalId: robot.id, name: 'web', issuer: 'https://issuer.example', subject: 's', audiences })
          .catch((thrown: { code: string }) => thrown.code),
      ]);
      expect(outcomes[3]).toBe(true);
      const { items } = await store.list('directory/');
      expect(items.filter(({ key }) => key.includes(robot.id))).toEqual([]);
      expect(replica.members.of(tenantId, team.id)).toEqual([]);
    }
    const [ada, bob] = [await user('ada'), await user('bob')];
    const removed = await Promise.all([directory, replica].map((each) => each.users.delete(tenantId, ada.id)));
    expect(removed.filter(Boolean)).toHaveLength(1);
    const [updated] = await Promise.all([
      outcomeOf(directory.users.update(tenantId, bob.id, { displayName: 'x' })),
      replica.users.delete(tenantId, bob.id),
    ]);
    expect(['done', 'not-found id']).toContain(updated);
    expect(directory.users.byId(tenantId, bob.id)).toBeUndefined();
    const { items } = await store.list('directory/guards:deleting');
    expect(items).toEqual([]);
  });
});

describe('a large deletion', () => {
  it('goes in parts when it is more than one transaction takes', async () => {
    const { directory, tenantId, group, store } = await openDirectory();
    const { id } = await group('crowd');
    const edges = collection<object>(store, { prefix: 'directory/members' });
    const member = (index: number) => ({ tenantId, objectId: id, memberId: guid(index) });
    for (const start of [0, 600]) {
      const puts = Array.from({ length: 600 }, (_, index) =>
        edges.putOperation(joined(tenantId, id, guid(start + index)), member(start + index)),
      );
      await store.txn(transactionOf(puts));
    }
    expect(directory.members.of(tenantId, id).length).toBeGreaterThan(deletionBatch);
    expect(await directory.groups.delete(tenantId, id)).toBe(true);
    expect((await store.list('directory/members:')).items).toEqual([]);
    expect(directory.groups.byId(tenantId, id)).toBeUndefined();
  });

  it('is finished when the directory opens after a crash; until then nothing new hangs on the object', async () => {
    const { directory, tenantId, group, user, store, again } = await openDirectory();
    const ada = await user('ada');
    const team = await group('team', { members: [ada.id] });
    const marks = collection<object>(store, { prefix: 'directory/guards' });
    await marks.put(guards.deleting(tenantId, team.id), {});
    expect(await outcomeOf(directory.owners.add(tenantId, team.id, ada.id))).toBe('not-found id');
    const reopened = await again();
    expect(reopened.groups.byId(tenantId, team.id)).toBeUndefined();
    expect(reopened.members.ofMember(tenantId, ada.id)).toEqual([]);
    expect((await marks.list()).items).toEqual([]);
  });
});
