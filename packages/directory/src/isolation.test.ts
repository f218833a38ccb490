import { describe, expect, it } from 'vitest';
import { directoryRoleTemplates } from './directory-role-templates.ts';
import type { Directory } from './directory-types.ts';
import { appRole, guid, openDirectory, outcomeOf } from './testing/open.ts';

const open = async () => {
  const opened = await openDirectory();
  const { directory, tenantId } = opened;
  const ada = await opened.user('ada');
  const team = await opened.group('team', { owners: [ada.id], members: [ada.id] });
  const { application, servicePrincipal } = await opened.application('api', {
    identifierUris: ['api://api'],
    properties: { appRoles: [appRole(guid(1))] },
  });
  const robot = await opened.identity('robot');
  const issued = { issuer: 'https://issuer.example', subject: 's', audiences: ['a'] };
  const { credential } = await directory.federatedCredentials.put({ tenantId, principalId: robot.id, name: 'web', ...issued });
  const resourceId = servicePrincipal.id;
  const assignment = await directory.appRoleAssignments.create({ tenantId, principalId: ada.id, resourceId, appRoleId: guid(1) });
  const grant = await directory.permissionGrants.create({
    tenantId,
    clientId: resourceId,
    consentType: 'AllPrincipals',
    resourceId,
    scope: 'x',
  });
  await directory.directoryRoles.assign(tenantId, ada.id, directoryRoleTemplates.directoryReaders.id);
  return { ...opened, ada, team, application, servicePrincipal, robot, credential, assignment, grant };
};

type Opened = Awaited<ReturnType<typeof open>>;
type Read = (directory: Directory, tenantId: string, opened: Opened) => unknown;

const reads: Readonly<Record<string, Read>> = {
  'users.byId': ({ users }, tenant, { ada }) => users.byId(tenant, ada.id),
  'users.byPrincipalName': ({ users }, tenant, { ada }) => users.byPrincipalName(tenant, ada.userPrincipalName),
  'groups.byId': ({ groups }, tenant, { team }) => groups.byId(tenant, team.id),
  'members.of': ({ members }, tenant, { team }) => members.of(tenant, team.id)[0],
  'members.ofMember': ({ members }, tenant, { ada }) => members.ofMember(tenant, ada.id)[0],
  'members.transitiveGroupsOf': ({ members }, tenant, { ada }) => members.transitiveGroupsOf(tenant, ada.id)[0],
  'members.transitiveMembersOf': ({ members }, tenant, { team }) => members.transitiveMembersOf(tenant, team.id)[0],
  'owners.of': ({ owners }, tenant, { team }) => owners.of(tenant, team.id)[0],
  'applications.byAppId': ({ applications }, tenant, { application }) => applications.byAppId(tenant, application.appId),
  'applications.byId': ({ applications }, tenant, { application }) => applications.byId(tenant, application.id),
  'servicePrincipals.byId': ({ servicePrincipals }, tenant, { robot }) => servicePrincipals.byId(tenant, robot.id),
  'servicePrincipals.byAppId': ({ servicePrincipals }, tenant, { robot }) => servicePrincipals.byAppId(tenant, robot.appId),
  'servicePrincipals.byName': ({ servicePrincipals }, tenant) => servicePrincipals.byName(tenant, 'api://api'),
  'servicePrincipals.findResource by name': ({ servicePrincipals }, tenant) => servicePrincipals.findResource(tenant, 'api://api'),
  'servicePrincipals.findResource by client id': ({ servicePrincipals }, tenant, { application }) =>
    servicePrincipals.findResource(tenant, application.appId),
  'federatedCredentials.get': ({ federatedCredentials }, tenant, { robot }) => federatedCredentials.get(tenant, robot.id, 'web'),
  'federatedCredentials.byId': ({ federatedCredentials }, tenant, { robot, credential }) =>
    federatedCredentials.byId(tenant, robot.id, credential.id),
  'federatedCredentials.inForce': ({ federatedCredentials }, tenant, { robot }) => federatedCredentials.inForce(tenant, robot.id)[0],
  'appRoleAssignments.byId': ({ appRoleAssignments }, tenant, { assignment }) => appRoleAssignments.byId(tenant, assignment.id),
  'appRoleAssignments.ofPrincipal': ({ appRoleAssignments }, tenant, { ada }) => appRoleAssignments.ofPrincipal(tenant, ada.id)[0],
  'appRoleAssignments.rolesOf': ({ appRoleAssignments }, tenant, { ada, servicePrincipal }) =>
    appRoleAssignments.rolesOf(tenant, ada.id, servicePrincipal.id)[0],
  'permissionGrants.byId': ({ permissionGrants }, tenant, { grant }) => permissionGrants.byId(tenant, grant.id),
  'permissionGrants.ofClient': ({ permissionGrants }, tenant, { grant }) => permissionGrants.ofClient(tenant, grant.clientId)[0],
  'permissionGrants.list': ({ permissionGrants }, tenant) => permissionGrants.list(tenant)[0],
  'directoryRoles.ofPrincipal': ({ directoryRoles }, tenant, { ada }) => directoryRoles.ofPrincipal(tenant, ada.id)[0],
  objectById: (directory, tenant, { team }) => directory.objectById(tenant, team.id),
  principalType: (directory, tenant, { team }) => directory.principalType(tenant, team.id),
};

describe('tenants never see each other', () => {
  it('in any look-up: what one finds, the other does not', async () => {
    const opened = await open();
    const { directory, tenantId, otherId } = opened;
    for (const [name, read] of Object.entries(reads)) {
      expect([name, read(directory, tenantId, opened)]).not.toEqual([name, undefined]);
      expect([name, read(directory, tenantId.toUpperCase(), opened)]).toEqual([name, read(directory, tenantId, opened)]);
      expect([name, read(directory, otherId, opened)]).toEqual([name, undefined]);
    }
  });

  it('in any change: nothing of another tenant can be touched or pointed at', async () => {
    const opened = await open();
    const { directory, otherId, ada, team, application, servicePrincipal, robot, grant, assignment, user } = opened;
    const eve = await user('eve', 'other.example', otherId);
    const outcomes = await Promise.all(
      [
        directory.users.update(otherId, ada.id, { displayName: 'x' }),
        directory.users.setPassword(otherId, ada.id, 'Correct horse 2'),
        directory.groups.update(otherId, team.id, { displayName: 'x' }),
        directory.members.add(otherId, team.id, eve.id),
        directory.owners.add(otherId, application.id, eve.id),
        directory.applications.update(otherId, application.id, { displayName: 'x' }),
        directory.applications.addSecret(otherId, application.appId),
        directory.servicePrincipals.update(otherId, servicePrincipal.id, { accountEnabled: false }),
        directory.appRoleAssignments.create({
          tenantId: otherId,
          principalId: eve.id,
          resourceId: servicePrincipal.id,
          appRoleId: guid(1),
        }),
        directory.permissionGrants.update(otherId, grant.id, 'y'),
        directory.directoryRoles.assign(otherId, ada.id, directoryRoleTemplates.globalAdministrator.id),
      ].map(outcomeOf),
    );
    expect(outcomes.filter((outcome) => !outcome.startsWith('not-found'))).toEqual([]);
    const removed = [
      await directory.members.remove(otherId, team.id, ada.id),
      await directory.federatedCredentials.delete(otherId, robot.id, 'web'),
      await directory.appRoleAssignments.delete(otherId, assignment.id),
      await directory.managedIdentities.delete(otherId, robot.id),
    ];
    expect(removed).toEqual([false, false, false, false]);
  });
});
