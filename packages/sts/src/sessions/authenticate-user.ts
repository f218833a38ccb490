import { hashPassword, verifyPassword } from '@podpass/crypto';
import { randomHex } from '@podpass/kernel';
import type { Tenant, User } from '@podpass/directory';
import { AadstsError } from '../errors.ts';
import type { Services } from '../services.ts';

export interface UserCredentials {
  readonly username: string;
  readonly password: string;
}

let nobodysHash: Promise<string> | undefined;

/**
 * The user of a name and password. Throws AADSTS50034 for an unknown name, 50053 for a locked account, 50126 for a wrong password, 50057
 * for a disabled account and 50055 when the password must be changed first. An unknown name costs the work of a wrong password and is
 * locked like one.
 */
export const authenticateUser = async (services: Services, tenant: Tenant, credentials: UserCredentials): Promise<User> => {
  const user = await verifyUser(services, tenant, credentials);
  if (user.forceChangePasswordNextSignIn) throw new AadstsError(50055);
  return user;
};

/** `authenticateUser` for the page that changes the password: one that must be changed is good enough. */
export const verifyUser = async (
  { directory, lockout }: Pick<Services, 'directory' | 'lockout'>,
  tenant: Tenant,
  { username, password }: UserCredentials,
): Promise<User> => {
  const user = directory.users.byPrincipalName(tenant.id, username);
  nobodysHash ??= hashPassword(randomHex(16));
  const hash = user?.passwordHash ?? (await nobodysHash);
  const account = user?.id ?? `${tenant.id}/${username.toLowerCase().slice(0, 256)}`;
  const attempt = await lockout.attempt(account, async () => (await verifyPassword(password, hash)) && user !== undefined);
  if (attempt === 'locked') throw new AadstsError(50053);
  if (!user) throw new AadstsError(50034, { data: { tenant: tenant.displayName } });
  if (attempt === 'wrong') throw new AadstsError(50126);
  // The user may have changed while the hash was computed: only what holds now counts.
  const present = directory.users.byId(tenant.id, user.id);
  if (present?.passwordHash !== user.passwordHash) throw new AadstsError(50126);
  if (!present.accountEnabled) throw new AadstsError(50057);
  return present;
};
