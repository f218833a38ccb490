import { verifyPassword } from '@podpass/crypto';
import type { Answer } from '@podpass/http';
import { readBody } from '../../body.ts';
import { contextUrl } from '../../entities.ts';
import { GraphError } from '../../errors.ts';
import { checkPassword } from '../../password-rules.ts';
import { json, noContent, type GraphRequest } from '../../request.ts';
import { isOwnAnnotation, record, sized } from '../../values.ts';
import { userOf } from './read.ts';
import { demandRevoke } from './rights.ts';

/** POST …/revokeSignInSessions. https://learn.microsoft.com/graph/api/user-revokesigninsessions */
export const revokeSignInSessions = async (request: GraphRequest): Promise<Answer> => {
  const { id, tenantId } = userOf(request);
  demandRevoke(request, id);
  await request.directory.users.revokeSignInSessions(tenantId, id);
  return json(request, { '@odata.context': contextUrl(request.exchange.authority, 'Edm.Boolean'), value: true });
};

/** POST /me/changePassword. Wrong guesses are bounded. https://learn.microsoft.com/graph/api/user-changepassword */
export const changePassword = async (request: GraphRequest): Promise<Answer> => {
  const user = userOf(request);
  const { currentPassword = '', newPassword = '' } = record(
    { currentPassword: sized(), newPassword: sized() },
    { required: ['currentPassword', 'newPassword'], ignored: isOwnAnnotation },
  )(readBody(request.exchange), { resource: 'User', property: '' });
  request.guesses.take(user.id);
  if (!(await verifyPassword(currentPassword, user.passwordHash))) throw new GraphError('wrongPassword');
  request.guesses.forgive(user.id);
  checkPassword(newPassword, user.userPrincipalName);
  await request.directory.users.setPassword(user.tenantId, user.id, newPassword, { forceChangePasswordNextSignIn: false });
  return noContent(request);
};
