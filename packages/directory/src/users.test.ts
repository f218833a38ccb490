import { verifyPassword } from '@podpass/crypto';
import { describe, expect, it } from 'vitest';
import { nobody, openDirectory, outcomeOf, password } from './testing/open.ts';

describe('passwords', () => {
  it.each([
    ['seven characters', 'Abcde1!'],
    ['two classes only', 'abcdefgh12345678'],
    ['words in lower case', 'correct horse battery staple'],
    ['a character beyond ASCII', 'Correct hörse 1'],
    ['a line break', 'Correct horse 1\n'],
    ['257 characters', `Aa1${'x'.repeat(254)}`],
    ['nothing', ''],
  ])('of %s are refused', async (_what, weak) => {
    const { directory, tenantId } = await openDirectory();
    const user = { tenantId, userPrincipalName: 'ada@contoso.example', displayName: 'Ada', password: weak };
    expect(await outcomeOf(directory.users.create(user))).toBe('invalid password PasswordComplexity');
    expect(await outcomeOf(directory.users.setPassword(tenantId, nobody, weak))).toBe('invalid password PasswordComplexity');
    expect(directory.users.count(tenantId)).toBe(0);
  });

  it('change together with the sessions that they began', async () => {
    const { directory, tenantId, user, clock } = await openDirectory();
    const ada = await user('ada');
    clock.setOffset(clock.state.offset + 60_000);
    const changed = await directory.users.setPassword(tenantId, ada.id, 'Another 1 of them', { forceChangePasswordNextSignIn: true });
    expect(await verifyPassword('Another 1 of them', changed.passwordHash)).toBe(true);
    expect(await verifyPassword(password, changed.passwordHash)).toBe(false);
    expect(changed.forceChangePasswordNextSignIn).toBe(true);
    expect(changed.signInSessionsValidFromDateTime > ada.signInSessionsValidFromDateTime).toBe(true);
    expect(directory.users.byId(tenantId, ada.id)).toEqual(changed);
  });
});

describe('changes of a user', () => {
  it.each([
    ['a principal name of a foreign domain', { userPrincipalName: 'ada@other.example' }, 'invalid userPrincipalName InvalidDomain'],
    ['no principal name', { userPrincipalName: undefined }, 'invalid userPrincipalName'],
    ['a principal name that is taken', { userPrincipalName: 'BOB@contoso.example' }, 'conflict userPrincipalName'],
    ['an empty display name', { displayName: '' }, 'invalid displayName'],
    ['no display name', { displayName: undefined }, 'invalid displayName'],
    ['a given name of 65 characters', { givenName: 'a'.repeat(65) }, 'invalid givenName'],
    ['mail without a domain', { mail: 'ada' }, 'invalid mail'],
    ['a country of three letters', { usageLocation: 'AUT' }, 'invalid usageLocation'],
    ['a flag that is a text', { accountEnabled: 'false' }, 'invalid accountEnabled'],
    ['a password hash', { passwordHash: 'scrypt$x' }, 'invalid passwordHash'],
    ['another id', { id: nobody }, 'invalid id'],
    ['another tenant', { tenantId: nobody }, 'invalid tenantId'],
    ['what every object inherits', { toString: 'x' }, 'invalid toString'],
  ])('with %s: %s', async (_what, changes, expected) => {
    const { directory, tenantId, user } = await openDirectory();
    const ada = await user('ada');
    await user('bob');
    expect(await outcomeOf(directory.users.update(tenantId, ada.id, changes as object))).toBe(expected);
    expect(directory.users.byId(tenantId, ada.id)).toEqual(ada);
  });

  it('keep what is not named, remove what is undefined', async () => {
    const { directory, tenantId, user } = await openDirectory();
    const ada = await user('ada');
    await directory.users.update(tenantId, ada.id, { givenName: 'Ada', jobTitle: 'Countess', accountEnabled: false });
    const changed = await directory.users.update(tenantId, ada.id.toUpperCase(), { jobTitle: undefined, surname: 'L.' });
    expect(changed).toEqual({ ...ada, givenName: 'Ada', surname: 'L.', accountEnabled: false });
    expect(Object.keys(changed)).not.toContain('jobTitle');
  });

  it('move the principal name: the old one is free, the new one is taken', async () => {
    const { directory, tenantId, user } = await openDirectory();
    const ada = await user('ada');
    await directory.users.update(tenantId, ada.id, { userPrincipalName: 'Countess@fabrikam.example' });
    expect(directory.users.byPrincipalName(tenantId, 'ada@contoso.example')).toBeUndefined();
    expect(directory.users.byPrincipalName(tenantId, 'countess@FABRIKAM.example')?.id).toBe(ada.id);
    expect(await outcomeOf(user('countess', 'fabrikam.example'))).toBe('conflict userPrincipalName');
    expect(await outcomeOf(user('ada'))).toBe('done');
    const cased = await directory.users.update(tenantId, ada.id, { userPrincipalName: 'countess@fabrikam.example' });
    expect(cased.userPrincipalName).toBe('countess@fabrikam.example');
  });

  it('by two writers at once are both kept, and a name goes to one of them', async () => {
    const { directory, tenantId, user, again } = await openDirectory();
    const replica = await again();
    const [ada, bob] = [await user('ada'), await user('bob')];
    await Promise.all([
      directory.users.update(tenantId, ada.id, { givenName: 'Ada' }),
      replica.users.update(tenantId, ada.id, { surname: 'L.' }),
    ]);
    expect(replica.users.byId(tenantId, ada.id)).toMatchObject({ givenName: 'Ada', surname: 'L.' });
    const userPrincipalName = 'one@contoso.example';
    const outcomes = await Promise.all([
      outcomeOf(directory.users.update(tenantId, ada.id, { userPrincipalName })),
      outcomeOf(replica.users.update(tenantId, bob.id, { userPrincipalName })),
    ]);
    expect(outcomes.toSorted()).toEqual(['conflict userPrincipalName', 'done']);
  });

  it('revoke sessions from now on', async () => {
    const { directory, tenantId, user, clock } = await openDirectory();
    const ada = await user('ada');
    clock.setOffset(clock.state.offset + 5000);
    const revoked = await directory.users.revokeSignInSessions(tenantId, ada.id);
    expect(revoked).toEqual({ ...ada, signInSessionsValidFromDateTime: clock.date().toISOString() });
    expect(await outcomeOf(directory.users.revokeSignInSessions(tenantId, nobody))).toBe('not-found id');
  });
});

describe('new users', () => {
  it('take their details under the same rules', async () => {
    const { directory, tenantId } = await openDirectory();
    const draft = { tenantId, userPrincipalName: 'ada@contoso.example', displayName: 'Ada', password };
    expect(await outcomeOf(directory.users.create({ ...draft, properties: { mail: 'no mail' } }))).toBe('invalid mail');
    expect(await outcomeOf(directory.users.create({ ...draft, displayName: '' }))).toBe('invalid displayName');
    expect(await outcomeOf(directory.users.create({ ...draft, tenantId: nobody }))).toBe('not-found tenantId');
    const properties = { givenName: 'Ada', mail: 'ada@mail.example' };
    const user = await directory.users.create({ ...draft, accountEnabled: false, forceChangePasswordNextSignIn: true, properties });
    expect(user).toMatchObject({ accountEnabled: false, forceChangePasswordNextSignIn: true, ...properties });
    expect(user.signInSessionsValidFromDateTime).toBe(user.createdDateTime);
  });
});
