import { hashPassword } from '@podpass/crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPlatform, password, type Platform } from '../testing/platform.ts';
import { authenticateUser, verifyUser } from './authenticate-user.ts';
import { createLockout } from './lockout.ts';

let platform: Platform;
let services: Parameters<typeof verifyUser>[0];
beforeEach(async () => {
  platform = await createPlatform();
  services = { directory: platform.directory, lockout: createLockout(() => platform.machine.now) };
});
const check = (username: string, secret: string) => verifyUser(services, platform.tenant, { username, password: secret });

describe('a user name and password', () => {
  it.each([
    ['an unknown name', 'eve@contoso.example', password, 50034],
    ['an empty name', '', password, 50034],
    ['a wrong password', 'ada@contoso.example', 'wrong', 50126],
    ['an empty password', 'ada@contoso.example', '', 50126],
    ['a password in another case', 'ada@contoso.example', password.toUpperCase(), 50126],
    ['a password that is too long to be one', 'ada@contoso.example', 'x'.repeat(2000), 50126],
  ])('refuses %s', async (_what, username, secret, code) => {
    await platform.addUser();
    await expect(check(username, secret)).rejects.toMatchObject({ code });
  });

  it('tells a disabled account only to who knows its password', async () => {
    const user = await platform.addUser();
    await platform.directory.users.update(platform.tenantId, user.id, { accountEnabled: false });
    await expect(check('ada@contoso.example', 'wrong')).rejects.toMatchObject({ code: 50126 });
    await expect(check('ada@contoso.example', password)).rejects.toMatchObject({ code: 50057 });
  });

  it('tells a password that must be changed only to who knows it', async () => {
    const user = await platform.addUser();
    await platform.directory.users.update(platform.tenantId, user.id, { forceChangePasswordNextSignIn: true });
    const all = { ...services } as Parameters<typeof authenticateUser>[0];
    const asked = { username: 'ada@contoso.example', password };
    await expect(authenticateUser(all, platform.tenant, { ...asked, password: 'wrong' })).rejects.toMatchObject({ code: 50126 });
    await expect(authenticateUser(all, platform.tenant, asked)).rejects.toMatchObject({ code: 50055 });
    await expect(verifyUser(services, platform.tenant, asked)).resolves.toMatchObject({ id: user.id });
  });

  it.each(['ada@contoso.example', 'eve@contoso.example'])('locks %s after ten wrong ones, known or not', async (username) => {
    await platform.addUser();
    const codes: unknown[] = [];
    for (let attempt = 0; attempt < 11; attempt += 1)
      await check(username, 'wrong').catch((thrown: { code: number }) => codes.push(thrown.code));
    expect(codes.at(-1)).toBe(50053);
    expect(codes.filter((code) => code === 50053)).toHaveLength(1);
  });

  it('that was replaced while it was checked signs nobody in', async () => {
    const user = await platform.addUser();
    const { users } = platform.directory;
    const stale = { ...platform.directory, users: { ...users, byId: () => ({ ...user, passwordHash: 'another' }) } };
    await expect(
      verifyUser({ ...services, directory: stale }, platform.tenant, { username: user.userPrincipalName, password }),
    ).rejects.toMatchObject({
      code: 50126,
    });
    expect(await hashPassword(password)).not.toBe(user.passwordHash);
  });
});
