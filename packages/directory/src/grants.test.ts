import { describe, expect, it } from 'vitest';
import { noRole } from './app-role-assignments.ts';
import { directoryRoleTemplates } from './directory-role-templates.ts';
import { graphAppId } from './first-party/index.ts';
import { appRole, guid, nobody, openDirectory, outcomeOf, scope } from './testing/open.ts';

const [reader, robotRole, retired, silent] = [guid(1), guid(2), guid(3), guid(4)];

const open = async () => {
  const opened = await openDirectory();
  const properties = {
    appRoles: [
      appRole(reader, { value: 'Reader', allowedMemberTypes: ['User'] }),
      appRole(robotRole, { value: 'Automat', allowedMemberTypes: ['Application'] }),
      appRole(retired, { value: 'Old', isEnabled: false }),
      appRole(silent, { value: null }),
    ],
    permissionScopes: [scope(guid(5), { value: 'Things.Read' }), scope(guid(6), { value: 'Old.Read', isEnabled: false })],
  };
  const { application: app, servicePrincipal: resource } = await opened.application('api', { properties });
  const { tenantId, directory } = opened;
  const assign = (principalId: string, appRoleId: string, resourceId = resource.id) =>
    directory.appRoleAssignments.create({ tenantId, principalId, resourceId, appRoleId });
  const roles = (principalId: string) => directory.appRoleAssignments.rolesOf(tenantId, principalId, resource.id);
  return { ...opened, app, resource, assign, roles };
};

const wrongRole = 'invalid appRoleId InvalidUpdate';

describe('app role assignments', () => {
  it('are refused for what is not there, not enabled or not meant for the member', async () => {
    const { assign, user, identity, group, resource, app, directory, tenantId, otherId, application } = await open();
    const [ada, robot, team] = [await user('ada'), await identity('robot'), await group('team')];
    const stranger = await user('eve', 'other.example', otherId);
    const { servicePrincipal: plain } = await application('plain');
    expect(await outcomeOf(assign(nobody, reader))).toBe('not-found principalId');
    expect(await outcomeOf(assign(stranger.id, reader))).toBe('not-found principalId');
    expect(await outcomeOf(assign(app.id, reader))).toBe('not-found principalId');
    expect(await outcomeOf(assign(ada.id, reader, nobody))).toBe('not-found resourceId');
    expect(await outcomeOf(assign(ada.id, reader, robot.id))).toBe(wrongRole);
    expect(await outcomeOf(assign(ada.id, robotRole))).toBe(wrongRole);
    expect(await outcomeOf(assign(team.id, robotRole))).toBe(wrongRole);
    expect(await outcomeOf(assign(robot.id, reader))).toBe(wrongRole);
    expect(await outcomeOf(assign(ada.id, retired))).toBe(wrongRole);
    expect(await outcomeOf(assign(ada.id, guid(99)))).toBe(wrongRole);
    expect(await outcomeOf(assign(ada.id, 'x'))).toBe(wrongRole);
    expect(await outcomeOf(assign(ada.id, noRole))).toBe(wrongRole);
    expect(await outcomeOf(assign(ada.id, noRole, plain.id))).toBe('done');
    expect(directory.appRoleAssignments.ofResource(tenantId, resource.id)).toEqual([]);
  });

  it('are made once, also by two writers, and are found from both ends', async () => {
    const { directory, tenantId, otherId, assign, user, resource, again } = await open();
    const replica = await again();
    const ada = await user('ada');
    const wanted = { tenantId, principalId: ada.id.toUpperCase(), resourceId: resource.id, appRoleId: reader.toUpperCase() };
    const outcomes = await Promise.all([directory, replica].map((each) => outcomeOf(each.appRoleAssignments.create(wanted))));
    expect(outcomes.toSorted()).toEqual(['conflict appRoleId InvalidUpdate', 'done']);
    const [made] = directory.appRoleAssignments.ofPrincipal(tenantId, ada.id);
    expect(made).toMatchObject({ principalId: ada.id, principalType: 'User', resourceId: resource.id, appRoleId: reader });
    expect(directory.appRoleAssignments.ofResource(tenantId, resource.id)).toEqual([made]);
    expect(directory.appRoleAssignments.byId(tenantId, made!.id.toUpperCase())).toBe(made);
    expect(directory.appRoleAssignments.byId(otherId, made!.id)).toBeUndefined();
    expect(await directory.appRoleAssignments.delete(otherId, made!.id)).toBe(false);
    expect(await directory.appRoleAssignments.delete(tenantId, made!.id)).toBe(true);
    expect(await directory.appRoleAssignments.delete(tenantId, made!.id)).toBe(false);
    expect(await outcomeOf(assign(ada.id, reader))).toBe('done');
  });

  it('give a user those of his groups, but not of groups that contain them', async () => {
    const { directory, tenantId, assign, roles, user, group, identity, application } = await open();
    const ada = await user('ada');
    const inner = await group('inner', { members: [ada.id] });
    const outer = await group('outer', { members: [inner.id] });
    expect(roles(ada.id)).toEqual([]);
    await assign(outer.id, reader);
    expect(roles(ada.id)).toEqual([]);
    expect(roles(outer.id)).toEqual(['Reader']);
    await assign(inner.id, reader);
    expect(roles(ada.id)).toEqual(['Reader']);
    expect(roles(ada.id)).toBe(roles(ada.id.toUpperCase()));
    await directory.members.remove(tenantId, inner.id, ada.id);
    expect(roles(ada.id)).toEqual([]);

    const robot = await identity('robot');
    await assign(robot.id, robotRole);
    await assign(robot.id, silent);
    await directory.members.add(tenantId, inner.id, robot.id);
    expect(roles(robot.id)).toEqual(['Automat']);
    const { servicePrincipal: elsewhere } = await application('elsewhere');
    expect(directory.appRoleAssignments.rolesOf(tenantId, robot.id, elsewhere.id)).toEqual([]);
  });

  it('are worth nothing once the role is disabled, and something again when it is enabled', async () => {
    const { directory, tenantId, app, assign, roles, user } = await open();
    const ada = await user('ada');
    await assign(ada.id, reader);
    expect(roles(ada.id)).toEqual(['Reader']);
    const appRoles = app.appRoles.map((role) => ({ ...role, isEnabled: role.id !== reader }));
    await directory.applications.update(tenantId, app.id, { appRoles });
    expect(roles(ada.id)).toEqual([]);
    await directory.applications.update(tenantId, app.id, { appRoles: app.appRoles });
    expect(roles(ada.id)).toEqual(['Reader']);
  });

  it('name Microsoft Graph’s permissions', async () => {
    const { directory, tenantId, assign, identity } = await open();
    const graph = directory.servicePrincipals.byAppId(tenantId, graphAppId)!;
    const robot = await identity('robot');
    await assign(robot.id, 'df021288-bdef-4463-88db-98f22de89214', graph.id);
    expect(directory.appRoleAssignments.rolesOf(tenantId, robot.id, graph.id)).toEqual(['User.Read.All']);
  });
});

describe('permission grants', () => {
  const ready = async () => {
    const opened = await open();
    const { servicePrincipal: client } = await opened.application('client');
    const ada = await opened.user('ada');
    const base = { tenantId: opened.tenantId, clientId: client.id, resourceId: opened.resource.id };
    return { ...opened, client, ada, base };
  };

  it('are refused when an end is missing or the kind of consent does not fit', async () => {
    const { directory, base, ada, otherId, app } = await ready();
    const all = { ...base, consentType: 'AllPrincipals', scope: 'Things.Read' } as const;
    const create = (over: object) => outcomeOf(directory.permissionGrants.create({ ...all, ...over }));
    expect(await create({ clientId: nobody })).toBe('not-found clientId');
    expect(await create({ resourceId: app.id })).toBe('not-found resourceId');
    expect(await create({ tenantId: otherId })).toBe('not-found clientId');
    expect(await create({ principalId: ada.id })).toBe('invalid principalId');
    expect(await create({ consentType: 'Principal' })).toBe('invalid principalId');
    expect(await create({ consentType: 'Principal', principalId: nobody })).toBe('not-found principalId');
    expect(await create({ consentType: 'Everybody' })).toBe('invalid consentType');
    expect(await create({ scope: ' ' })).toBe('invalid scope');
    expect(await create({ scope: 'a"b' })).toBe('invalid scope');
    expect(await create({ scope: 'a'.repeat(3851) })).toBe('invalid scope');
    expect(directory.permissionGrants.list(base.tenantId)).toEqual([]);
  });

  it('add up for a user, as far as the resource exposes the scopes', async () => {
    const { directory, base, ada, tenantId, otherId, client, user } = await ready();
    const bob = await user('bob');
    const graph = directory.servicePrincipals.byAppId(tenantId, graphAppId)!;
    const onGraph = { ...base, resourceId: graph.id };
    const all = await directory.permissionGrants.create({
      ...onGraph,
      consentType: 'AllPrincipals',
      scope: '  openid   User.Read openid ',
    });
    const own = await directory.permissionGrants.create({
      ...onGraph,
      consentType: 'Principal',
      principalId: ada.id,
      scope: 'profile Unheard.Of',
    });
    await directory.permissionGrants.create({ ...base, consentType: 'AllPrincipals', scope: 'Things.Read Old.Read' });
    expect(all.scope).toBe('openid User.Read');
    const granted = (userId: string, resourceId: string, within = tenantId) => [
      ...directory.permissionGrants.granted(within, { clientId: client.id, resourceId, userId }),
    ];
    expect(granted(ada.id, graph.id)).toEqual(['openid', 'User.Read', 'profile']);
    expect(granted(bob.id, graph.id)).toEqual(['openid', 'User.Read']);
    expect(granted(bob.id, base.resourceId)).toEqual(['Things.Read']);
    expect(granted(ada.id, graph.id, otherId)).toEqual([]);
    expect(directory.permissionGrants.granted(tenantId, { clientId: bob.id, resourceId: graph.id, userId: ada.id }).size).toBe(0);
    expect(directory.permissionGrants.ofClient(tenantId, client.id)).toHaveLength(3);

    expect(await outcomeOf(directory.permissionGrants.create({ ...onGraph, consentType: 'AllPrincipals', scope: 'email' }))).toBe(
      'conflict clientId Request_MultipleObjectsWithSameKeyValue',
    );
    expect(await outcomeOf(directory.permissionGrants.update(otherId, all.id, 'email'))).toBe('not-found id');
    expect(await directory.permissionGrants.update(tenantId, all.id, ' email ')).toEqual({ ...all, scope: 'email' });
    expect(directory.permissionGrants.byId(tenantId, all.id)?.scope).toBe('email');
    expect(await directory.permissionGrants.delete(otherId, own.id)).toBe(false);
    expect(await directory.permissionGrants.delete(tenantId, own.id)).toBe(true);
    expect(await directory.permissionGrants.delete(tenantId, own.id)).toBe(false);
    expect(granted(ada.id, graph.id)).toEqual(['email']);
  });
});

describe('directory roles', () => {
  const { id: admin } = directoryRoleTemplates.globalAdministrator;

  it('are those of the table, for users and service principals of the tenant', async () => {
    const { directory, tenantId, otherId, user, group, app, store } = await open();
    const [ada, team] = [await user('ada'), await group('team')];
    const assign = (principalId: string, template: string, within = tenantId) =>
      outcomeOf(directory.directoryRoles.assign(within, principalId, template));
    expect(await assign(ada.id, nobody)).toBe('invalid roleTemplateId');
    expect(await assign(team.id, admin)).toBe('invalid principalId');
    expect(await assign(app.id, admin)).toBe('invalid principalId');
    expect(await assign(ada.id, admin, otherId)).toBe('not-found principalId');
    expect(await assign(ada.id, admin.toUpperCase())).toBe('done');
    const { revision } = store;
    expect(await assign(ada.id.toUpperCase(), admin)).toBe('done');
    expect(store.revision).toBe(revision);
    const [held] = directory.directoryRoles.ofPrincipal(tenantId, ada.id);
    expect(held).toEqual({ tenantId, principalId: ada.id, roleTemplateId: admin });
    expect(directory.directoryRoles.ofRole(tenantId, admin.toUpperCase())).toEqual([held]);
    expect(directory.directoryRoles.ofRole(otherId, admin)).toEqual([]);
    expect(await directory.directoryRoles.remove(otherId, ada.id, admin)).toBe(false);
    expect(await directory.directoryRoles.remove(tenantId, ada.id, admin)).toBe(true);
    expect(await directory.directoryRoles.remove(tenantId, ada.id, admin)).toBe(false);
  });
});
