import type { Answer } from '@podpass/http';
import { readBody } from '../../body.ts';
import { GraphError } from '../../errors.ts';
import { userKind } from '../../kinds/user.ts';
import { checkPassword } from '../../password-rules.ts';
import { created, type GraphRequest } from '../../request.ts';
import { checkPrincipalName, profileOf, readPasswordProfile, readUser } from './properties.ts';

/** POST /users. https://learn.microsoft.com/graph/api/user-post-users */
export const createUser = async (request: GraphRequest): Promise<Answer> => {
  const { exchange, directory, caller } = request;
  const { tenantId } = caller;
  const read = readUser(readBody(exchange), ['accountEnabled', 'displayName', 'mailNickname', 'userPrincipalName']);
  const { accountEnabled = true, displayName = '', userPrincipalName = '', ...properties } = profileOf(read);
  const { password, forceChangePasswordNextSignIn = false } = readPasswordProfile(read.passwordProfile ?? {});
  if (password === undefined) throw new GraphError('passwordRequired');
  checkPrincipalName(userPrincipalName, directory, tenantId);
  checkPassword(password, userPrincipalName);
  const user = await directory.users.create({
    tenantId,
    userPrincipalName,
    displayName,
    password,
    accountEnabled,
    forceChangePasswordNextSignIn,
    properties,
  });
  return created(request, userKind, user);
};
