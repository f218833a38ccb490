import { verifyPassword } from '@podpass/crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { createWorld, noSuchId, password, type Asked, type Who, type World } from '../../testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const post = (body: unknown, as: Who = { user: 'gail' }): Asked => ({ method: 'POST', body, as });
const patch = (body: unknown, as: Who = { user: 'gail' }): Asked => ({ method: 'PATCH', body, as });
const newUser = (more: object = {}) => ({
  accountEnabled: true,
  displayName: 'New',
  mailNickname: 'new',
  userPrincipalName: 'new@contoso.example',
  passwordProfile: { password: 'Some-pass-1', forceChangePasswordNextSignIn: true },
  ...more,
});
const denied = { status: 403, code: 'Authorization_RequestDenied' };
let made = 0;
const make = async () => {
  made += 1;
  const { status, body } = await world.ask('users', post(newUser({ userPrincipalName: `made${made}@contoso.example` })));
  expect(status).toBe(201);
  return String(body['id']);
};

describe('POST /users refuses', () => {
  it.each<[string, unknown, string]>([
    ['no JSON', '{', 'payload is of valid JSON'],
    ['an array', [], 'payload is of valid JSON'],
    ['JSON that nests too deeply', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`, 'payload is of valid JSON'],
    ['no name', newUser({ displayName: undefined }), "A value is required for property 'displayName' of resource 'User'."],
    ['a null name', newUser({ displayName: null }), "A value is required for property 'displayName' of resource 'User'."],
    ['no nickname', newUser({ mailNickname: undefined }), "A value is required for property 'mailNickname' of resource 'User'."],
    ['no accountEnabled', newUser({ accountEnabled: undefined }), "A value is required for property 'accountEnabled'"],
    [
      'a text for a boolean',
      newUser({ accountEnabled: 'true' }),
      "Invalid value specified for property 'accountEnabled' of resource 'User'.",
    ],
    ['a long name', newUser({ displayName: 'x'.repeat(257) }), "Invalid value specified for property 'displayName' of resource 'User'."],
    ['no password', newUser({ passwordProfile: undefined }), 'A password must be specified to create a new user.'],
    ['a profile without password', newUser({ passwordProfile: {} }), 'A password must be specified to create a new user.'],
    ['a short password', newUser({ passwordProfile: { password: 'Ab1!' } }), 'does not comply with password complexity requirements'],
    ['a simple password', newUser({ passwordProfile: { password: 'alllowercase1' } }), 'does not comply with password complexity'],
    ['a password with the name', newUser({ passwordProfile: { password: 'Hello-new-1' } }), 'does not comply with password complexity'],
    ['a name without domain', newUser({ userPrincipalName: 'new' }), 'Property userPrincipalName is invalid.'],
    ['a name with two signs', newUser({ userPrincipalName: 'a@b@contoso.example' }), 'Property userPrincipalName is invalid.'],
    ['a name with a space', newUser({ userPrincipalName: 'a b@contoso.example' }), 'Property userPrincipalName is invalid.'],
    [
      "another tenant's domain",
      newUser({ userPrincipalName: 'new@other.example' }),
      'domain portion of the userPrincipalName property is invalid',
    ],
    ['an unknown property', newUser({ isAdmin: true }), "Invalid property 'isAdmin'."],
    ['a property of objects', newUser({ constructor: 'x' }), "Invalid property 'constructor'."],
    ['a hash', newUser({ passwordHash: 'x' }), "Invalid property 'passwordHash'."],
    ['an id of his own', newUser({ id: noSuchId }), "Invalid property 'id'."],
  ])('%s', async (_what, body, message) => {
    const answer = await world.ask('users', post(body));
    expect(answer).toMatchObject({ status: 400, message: expect.stringContaining(message) });
  });

  it('a name that is taken, with the details that Graph gives', async () => {
    expect(await world.ask('users', post(newUser({ userPrincipalName: 'ADA@contoso.example' })))).toMatchObject({
      status: 400,
      code: 'Request_BadRequest',
      message: 'Another object with the same value for property userPrincipalName already exists.',
      details: [{ code: 'ObjectConflict', target: 'userPrincipalName' }],
    });
  });

  it('what is not kept here, loudly', async () => {
    expect(await world.ask('users', post(newUser({ onPremisesImmutableId: 'x' })))).toMatchObject({ status: 501 });
  });

  it.each(['ada', 'greta', 'alan', 'clara', 'petra', 'rita'])('%s, who may not', async (user) => {
    expect(await world.ask('users', post(newUser(), { user }))).toMatchObject(denied);
  });
});

describe('POST /users', () => {
  it('answers the user without password, and the password is the one given', async () => {
    const { ask, directory, tenantId } = world;
    const { status, body } = await ask(
      'users',
      post(newUser({ userPrincipalName: 'carl@second.example', jobTitle: 'Clerk' }), { user: 'ursula' }),
    );
    expect(status).toBe(201);
    expect(body).toMatchObject({ userPrincipalName: 'carl@second.example', displayName: 'New', jobTitle: 'Clerk' });
    expect(body['@odata.context']).toBe('https://graph.microsoft.com/v1.0/$metadata#users/$entity');
    expect(JSON.stringify(body)).not.toMatch(/assword/);
    const user = directory.users.byPrincipalName(tenantId, 'carl@second.example');
    expect(user).toMatchObject({ forceChangePasswordNextSignIn: true, mailNickname: 'new', accountEnabled: true });
    expect(await verifyPassword('Some-pass-1', user?.passwordHash ?? '')).toBe(true);
  });

  it('works for an application with the role', async () => {
    const as = { app: 'api', roles: ['User.ReadWrite.All'] };
    expect((await world.ask('users', post(newUser({ userPrincipalName: 'by.app@contoso.example' }), as))).status).toBe(201);
  });
});

describe('PATCH refuses', () => {
  it.each<[string, object]>([
    ['another name', { displayName: 'Boss' }],
    ['another job', { jobTitle: 'Boss' }],
    ['a new principal name', { userPrincipalName: 'boss@contoso.example' }],
    ['the account', { accountEnabled: true }],
    ['a password without the old one', { passwordProfile: { password: 'Some-pass-1' } }],
    ['one good and one bad', { mobilePhone: '1', department: 'x' }],
  ])('members who change of themselves %s', async (_what, body) => {
    expect(await world.ask('me', patch(body, { user: 'ada' }))).toMatchObject(denied);
    expect(await world.ask(`users/${world.idOf('ada')}`, patch(body, { user: 'ada' }))).toMatchObject(denied);
  });

  it('members who change others, and their passwords', async () => {
    for (const body of [{ mobilePhone: '1' }, { passwordProfile: { password: 'Some-pass-1' } }, {}]) {
      expect(await world.ask(`users/${world.idOf('bob')}`, patch(body, { user: 'ada' }))).toMatchObject(denied);
    }
  });

  it.each<[string, object]>([
    ['password', { passwordProfile: { password: 'Some-pass-1' } }],
    ['principal name', { userPrincipalName: 'taken.over@contoso.example' }],
    ['account', { accountEnabled: false }],
    ['phone', { mobilePhone: '1' }],
  ])('user administrators who change the %s of greater ones', async (_what, body) => {
    for (const name of ['gail', 'alan', 'petra']) {
      expect(await world.ask(`users/${world.idOf(name)}`, patch(body, { user: 'ursula' }))).toMatchObject(denied);
    }
    const as = { app: 'api', roles: ['User.ReadWrite.All'] };
    expect(await world.ask(`users/${world.idOf('gail')}`, patch(body, as))).toMatchObject(denied);
  });

  it('passwords by applications without a directory role, and by scopes that do not hold them', async () => {
    const body = { passwordProfile: { password: 'Some-pass-1' } };
    const path = `users/${world.idOf('bob')}`;
    expect(await world.ask(path, patch(body, { app: 'api', roles: ['User.ReadWrite.All'] }))).toMatchObject(denied);
    expect(await world.ask(path, patch(body, { user: 'gail', scp: 'User.ReadWrite.All' }))).toMatchObject(denied);
    expect(await world.ask(path, patch({ jobTitle: 'x' }, { user: 'gail', scp: 'User.ReadWrite' }))).toMatchObject(denied);
  });

  it('a weak password before anything is changed', async () => {
    const id = await make();
    const body = { jobTitle: 'Half', passwordProfile: { password: 'weak' } };
    expect(await world.ask(`users/${id}`, patch(body))).toMatchObject({ status: 400 });
    expect(world.directory.users.byId(world.tenantId, id)?.jobTitle).toBeUndefined();
  });
});

describe('PATCH', () => {
  it('changes, removes with null, and answers 204', async () => {
    const { ask, directory, tenantId } = world;
    const id = await make();
    expect(
      await ask(`users/${id}`, patch({ jobTitle: 'Clerk', userPrincipalName: 'Moved@second.example', usageLocation: 'DE' })),
    ).toMatchObject({
      status: 204,
      text: '',
    });
    expect((await ask('users/moved@second.example')).body).toMatchObject({ id, jobTitle: 'Clerk' });
    expect(await ask(`users('moved@second.example')`, patch({ jobTitle: null, accountEnabled: false }))).toMatchObject({ status: 204 });
    expect(directory.users.byId(tenantId, id)).toMatchObject({ accountEnabled: false });
    expect(directory.users.byId(tenantId, id)?.jobTitle).toBeUndefined();
  });

  it('sets passwords, and the need to change them without a password', async () => {
    const { ask, directory, tenantId } = world;
    const id = await make();
    expect((await ask(`users/${id}`, patch({ passwordProfile: { password: 'Next-pass-2' } }, { user: 'ursula' }))).status).toBe(204);
    const user = directory.users.byId(tenantId, id);
    expect(await verifyPassword('Next-pass-2', user?.passwordHash ?? '')).toBe(true);
    expect(user?.forceChangePasswordNextSignIn).toBe(false);
    expect((await ask(`users/${id}`, patch({ passwordProfile: { forceChangePasswordNextSignIn: true } }))).status).toBe(204);
    expect(directory.users.byId(tenantId, id)).toMatchObject({ forceChangePasswordNextSignIn: true, passwordHash: user?.passwordHash });
  });

  it('lets members change their own phone', async () => {
    expect((await world.ask('me', patch({ mobilePhone: '+1 5' }, { user: 'bob' }))).status).toBe(204);
    expect((await world.ask('me', { as: { user: 'bob' } })).body).toMatchObject({ mobilePhone: '+1 5' });
  });
});

describe('DELETE', () => {
  it('is refused to members, and to user administrators for greater ones', async () => {
    expect(await world.ask(`users/${world.idOf('bob')}`, { method: 'DELETE', as: { user: 'ada' } })).toMatchObject(denied);
    expect(await world.ask(`users/${world.idOf('ada')}`, { method: 'DELETE', as: { user: 'ada' } })).toMatchObject(denied);
    expect(await world.ask(`users/${world.idOf('gail')}`, { method: 'DELETE', as: { user: 'ursula' } })).toMatchObject(denied);
    const as = { app: 'api', roles: ['Directory.ReadWrite.All'] };
    expect(await world.ask(`users/${world.idOf('bob')}`, { method: 'DELETE', as })).toMatchObject(denied);
  });

  it('answers 204 and the user is gone', async () => {
    const id = await make();
    expect(await world.ask(`users/${id}`, { method: 'DELETE', as: { user: 'ursula' } })).toMatchObject({ status: 204, text: '' });
    expect(await world.ask(`users/${id}`)).toMatchObject({
      status: 404,
      message: `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
    });
  });
});

describe('sessions and passwords', () => {
  const change = (currentPassword: string, newPassword: string, user = 'rita') =>
    world.ask('me/changePassword', post({ currentPassword, newPassword }, { user }));

  it('changePassword wants the present one, a good new one, and not too many guesses', async () => {
    expect(await change('wrong', 'Other-pass-9')).toMatchObject({ status: 400, code: 'Request_BadRequest' });
    expect(await change(password, 'weak')).toMatchObject({ status: 400 });
    expect(await world.ask('me/changePassword', post({ newPassword: 'x' }, { user: 'rita' }))).toMatchObject({ status: 400 });
    expect((await change(password, 'Other-pass-9')).status).toBe(204);
    expect((await change(password, 'Other-pass-9')).status).toBe(400);
    const later = await Promise.all(Array.from({ length: 10 }, () => change('wrong', 'Other-pass-9')));
    expect(later.at(-1)?.status).toBe(429);
    expect((await change('Other-pass-9', 'Third-pass-9')).status).toBe(429);
  });

  it("revokeSignInSessions: one's own or as an administrator", async () => {
    const { ask, directory, tenantId, idOf, clock } = world;
    const revoke = (path: string, as: Who) => ask(`${path}/revokeSignInSessions`, post(undefined, as));
    expect(await revoke(`users/${idOf('bob')}`, { user: 'ada' })).toMatchObject(denied);
    expect(await revoke(`users/${idOf('gail')}`, { user: 'ursula' })).toMatchObject(denied);
    const before = directory.users.byId(tenantId, idOf('ada'))?.signInSessionsValidFromDateTime ?? '';
    clock.setOffset(5000);
    expect((await revoke('me', { user: 'ada' })).body).toMatchObject({ value: true });
    expect((await revoke(`users/${idOf('bob')}`, { user: 'ursula' })).status).toBe(200);
    expect(directory.users.byId(tenantId, idOf('ada'))?.signInSessionsValidFromDateTime.localeCompare(before)).toBe(1);
  });
});
