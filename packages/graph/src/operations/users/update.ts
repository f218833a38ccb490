import type { Answer } from '@podpass/http';
import { readBody } from '../../body.ts';
import { checkPassword } from '../../password-rules.ts';
import { noContent, type GraphRequest } from '../../request.ts';
import { checkPrincipalName, profileOf, readPasswordProfile, readUser } from './properties.ts';
import { userOf } from './read.ts';
import { demandUpdate } from './rights.ts';

/** PATCH /me and /users/{id}. Everything is checked before anything is written. https://learn.microsoft.com/graph/api/user-update */
export const updateUser = async (request: GraphRequest): Promise<Answer> => {
  const { exchange, directory, caller } = request;
  const { tenantId } = caller;
  const user = userOf(request);
  const read = readUser(readBody(exchange));
  demandUpdate(request, user.id, Object.keys(read));
  const profile = profileOf(read);
  const { password, forceChangePasswordNextSignIn } = readPasswordProfile(read.passwordProfile ?? {});
  if (profile.userPrincipalName !== undefined) checkPrincipalName(profile.userPrincipalName, directory, tenantId);
  if (password !== undefined) checkPassword(password, profile.userPrincipalName ?? user.userPrincipalName);
  const forced = password === undefined && forceChangePasswordNextSignIn !== undefined ? { forceChangePasswordNextSignIn } : {};
  const changes = { ...profile, ...forced };
  if (Object.keys(changes).length > 0) await directory.users.update(tenantId, user.id, changes);
  if (password !== undefined) {
    await directory.users.setPassword(tenantId, user.id, password, {
      forceChangePasswordNextSignIn: forceChangePasswordNextSignIn ?? false,
    });
  }
  return noContent(request);
};
