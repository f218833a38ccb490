import type { User } from '@podpass/directory';
import { AadstsError } from '../errors.ts';
import type { Services } from '../services.ts';

/**
 * The user as the directory has him at this very moment, for whoever waited since the last look. Throws AADSTS50034 when he is gone, 50057 when he is
 * disabled and 50055 when he must change the password first: no session, code or assertion is worth more than the password itself.
 */
export const presentUser = (
  { directory }: Pick<Services, 'directory'>,
  { tenantId, userId }: { readonly tenantId: string; readonly userId: string },
): User => {
  const user = directory.users.byId(tenantId, userId);
  if (!user) throw new AadstsError(50034, { data: { tenant: tenantId } });
  if (!user.accountEnabled) throw new AadstsError(50057);
  if (user.forceChangePasswordNextSignIn) throw new AadstsError(50055);
  return user;
};
