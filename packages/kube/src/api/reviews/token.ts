import type { Answer } from '@podpass/http';
import { errors } from '../../errors.ts';
import type { UserInfo } from '../../authn/user.ts';
import { fields, strings, text } from '../../object/read.ts';
import type { Fields } from '../../object/types.ts';
import { kindOf } from '../../resources/lookup.ts';
import { jsonAnswer } from '../answer.ts';
import { readBody } from '../body.ts';
import type { ResourceCall } from '../call.ts';

/** `UserInfo` as review answers carry it. */
const userFields = (user: UserInfo): Fields => ({
  username: user.username,
  ...(user.uid === undefined ? {} : { uid: user.uid }),
  groups: user.groups,
  ...(user.extra === undefined ? {} : { extra: user.extra }),
});

/** POST of tokenreviews: whose token is this? The token itself is not repeated in the answer. */
export const reviewToken = async (call: ResourceCall): Promise<Answer> => {
  const body = readBody(call, kindOf(call.target.row));
  const spec = fields(body['spec']);
  const token = text(spec['token']);
  if (token === '') throw errors.badRequest('token is required for TokenReview in authentication');
  const verdict = await call.cluster.tokens.verify(token, strings(spec['audiences']));
  const status =
    'problem' in verdict
      ? { user: {}, error: `[${verdict.problem}]` }
      : { authenticated: true, user: userFields(verdict.user), audiences: verdict.audiences };
  const { kind, apiVersion } = body;
  const { token: _token, ...shown } = spec;
  return jsonAnswer(call, { kind, apiVersion, metadata: { creationTimestamp: null }, spec: shown, status }, 201);
};

/** POST of selfsubjectreviews: who am I? */
export const reviewSelf = (call: ResourceCall): Answer => {
  const { kind, apiVersion } = readBody(call, kindOf(call.target.row));
  return jsonAnswer(call, { kind, apiVersion, metadata: { creationTimestamp: null }, status: { userInfo: userFields(call.user) } }, 201);
};
