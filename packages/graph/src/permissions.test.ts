import { beforeAll, describe, expect, it } from 'vitest';
import { callerMay, tokenAllows, type Access } from './permissions.ts';
import { routes } from './routes.ts';
import { appCallers, permissionTable, userCallers, type CallerName } from './testing/permission-table.ts';
import { createWorld, noSuchId, type Who, type World } from './testing/world.ts';

const everyCaller: readonly CallerName[] = [...userCallers, ...appCallers];
const nameOf = ({ method, path }: { readonly method: string; readonly path: string }) => `${method} ${path}`;
const isApp = (name: CallerName): boolean => appCallers.some((candidate) => candidate === name);

/** A caller before an object with the id `object`. */
const accessOf = (name: CallerName): Access => {
  const scope = name === 'narrow' ? 'User.Read' : 'Directory.AccessAsUser.All';
  const role = name === 'narrow' ? 'globalAdministrator' : name;
  return {
    holds: (...roles) => roles.some((candidate) => candidate === role),
    owns: () => name === 'owner' || name.startsWith('owning'),
    isSelf: () => name === 'self',
    hasAppRole: (...roles) => isApp(name) && roles.includes(name.replace('owning ', '')),
    hasScope: (...scopes) => !isApp(name) && scopes.includes(scope),
  };
};

describe('the permission table', () => {
  it('has one row for every route, and none for others', () => {
    const listed = permissionTable.flatMap((row) => row.routes);
    expect(listed.filter((name, index) => listed.indexOf(name) !== index)).toEqual([]);
    expect(new Set(listed)).toEqual(new Set(routes.map(nameOf)));
    expect(new Set(routes.map((route) => nameOf(route).toLowerCase())).size).toBe(routes.length);
  });

  it.each(routes.map((route) => [nameOf(route), route] as const))('%s', (name, { permission }) => {
    const row = permissionTable.find((candidate) => candidate.routes.includes(name));
    const may = everyCaller.filter((caller) => {
      const access = accessOf(caller);
      const id = caller === 'self' || access.owns('x') || name.includes('{id}') || name.includes(' me') ? 'x' : undefined;
      return tokenAllows(access, permission) && callerMay(access, permission, id);
    });
    expect(new Set(may)).toEqual(new Set(row?.may));
  });

  it('what is owned, and oneself, need an object', () => {
    const permission = { scopes: ['s'], users: ['self', 'owner'], roles: [], ownedRoles: ['r'] } as const;
    const all: Access = { holds: () => true, owns: () => true, isSelf: () => true, hasAppRole: () => false, hasScope: () => true };
    expect(callerMay(all, permission, undefined)).toBe(false);
    expect(callerMay(all, permission, 'x')).toBe(true);
    const app = { ...all, hasScope: () => false, hasAppRole: (...roles: readonly string[]) => roles.includes('r') };
    expect(callerMay(app, permission, undefined)).toBe(false);
    expect(callerMay({ ...app, owns: () => false }, permission, 'x')).toBe(false);
    expect(callerMay(app, permission, 'x')).toBe(true);
  });
});

describe('over the wire, who may not is refused and nothing is done', () => {
  let world: World;
  let targets: Readonly<Record<string, string>>;
  let callers: Readonly<Record<string, Who>>;
  beforeAll(async () => {
    world = await createWorld();
    const { idOf, group, apps, ask, directory, tenantId } = world;
    const { id: groupId } = await group('target', { owners: [idOf('ada')] });
    const { application, servicePrincipal } = apps['tool'] ?? {};
    for (const id of [application?.id, servicePrincipal?.id]) await directory.owners.add(tenantId, id ?? '', idOf('ada'));
    const grant = await directory.permissionGrants.create({
      tenantId,
      clientId: servicePrincipal?.id ?? '',
      resourceId: idOf('api'),
      consentType: 'AllPrincipals',
      scope: 'user_impersonation',
    });
    const roles = await ask('directoryRoles');
    targets = {
      users: idOf('bob'),
      groups: groupId,
      applications: application?.id ?? '',
      servicePrincipals: servicePrincipal?.id ?? '',
      directoryObjects: groupId,
      directoryRoles: String(roles.value[0]?.['id']),
      oauth2PermissionGrants: grant.id,
      organization: tenantId,
      domains: 'contoso.example',
    };
    const plain = await directory.users.create({
      tenantId,
      userPrincipalName: 'plain@contoso.example',
      displayName: 'Plain',
      password: 'Correct-horse-7',
    });
    const names = { member: plain.id, owner: 'ada', userAdministrator: 'ursula', groupsAdministrator: 'greta', directoryReaders: 'rita' };
    const more = { applicationAdministrator: 'alan', cloudApplicationAdministrator: 'clara', privilegedRoleAdministrator: 'petra' };
    callers = {
      ...Object.fromEntries(Object.entries({ ...names, ...more }).map(([name, user]) => [name, { user }])),
      narrow: { user: 'gail', scp: 'User.Read' },
      ...Object.fromEntries(appCallers.slice(0, -1).map((role) => [role, { app: 'api', roles: [role] }])),
    };
  });

  it.each(routes.filter(({ path }) => !path.startsWith('me')).map((route) => [nameOf(route), route] as const))(
    '%s',
    async (name, { method, path }) => {
      const row = permissionTable.find((candidate) => candidate.routes.includes(name));
      const target = path.replace('{id}', targets[path.split('/')[0] ?? ''] ?? '').replaceAll(/\{\w+\}/g, noSuchId);
      for (const [caller, as] of Object.entries(callers)) {
        if (row?.may.some((may) => may === caller)) continue;
        const answer = await world.ask(target, { as, method, ...(method === 'GET' ? {} : { body: {} }) });
        expect({ caller, status: answer.status, code: answer.code }).toEqual({ caller, status: 403, code: 'Authorization_RequestDenied' });
      }
      expect(world.directory.groups.byId(world.tenantId, targets['groups'] ?? '')).toBeDefined();
    },
  );

  it.each(routes.filter(({ path }) => path.startsWith('me')).map((route) => [nameOf(route), route] as const))(
    '%s is for users',
    async (_name, { method, path }) => {
      const as = { app: 'api', roles: ['Directory.ReadWrite.All', 'User.ReadWrite.All'] };
      expect(await world.ask(path, { as, method })).toMatchObject({ status: 400, message: expect.stringContaining('delegated') });
    },
  );
});
