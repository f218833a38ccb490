import type { Answer } from '@podpass/http';
import { isObject } from '@podpass/kernel';
import type { UserInfo } from '../../authn/user.ts';
import type { Action } from '../../authz/rules.ts';
import { errors } from '../../errors.ts';
import { fields, strings, text } from '../../object/read.ts';
import type { Fields } from '../../object/types.ts';
import { kindOf } from '../../resources/lookup.ts';
import { jsonAnswer } from '../answer.ts';
import { readBody } from '../body.ts';
import type { ResourceCall } from '../call.ts';

const actionOf = (call: ResourceCall, spec: Fields): Action => {
  const { resourceAttributes, nonResourceAttributes } = spec;
  const invalid = (message: string) =>
    errors.invalid(call.target.row, '', [{ reason: 'FieldValueInvalid', field: 'spec.resourceAttributes', message }]);
  if (isObject(resourceAttributes) === isObject(nonResourceAttributes)) {
    throw invalid('Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified');
  }
  if (isObject(nonResourceAttributes)) {
    return {
      verb: text(nonResourceAttributes['verb']),
      path: text(nonResourceAttributes['path']),
      group: '',
      resource: '',
      subresource: '',
      namespace: '',
      name: '',
    };
  }
  const attributes = fields(resourceAttributes);
  return {
    verb: text(attributes['verb']),
    group: text(attributes['group']),
    resource: text(attributes['resource']),
    subresource: text(attributes['subresource']),
    namespace: text(attributes['namespace']),
    name: text(attributes['name']),
  };
};

const answerFor = (call: ResourceCall, body: Fields, user: UserInfo, action: Action): Answer => {
  const decision = call.cluster.authorizer.decide(user, action);
  const status = { allowed: decision.allowed, ...(decision.reason === '' ? {} : { reason: decision.reason }) };
  const { metadata: _metadata, ...rest } = body;
  return jsonAnswer(call, { ...rest, metadata: { creationTimestamp: null }, status }, 201);
};

/** POST of selfsubjectaccessreviews: may the caller do this? */
export const reviewOwnAccess = (call: ResourceCall): Answer => {
  const body = readBody(call, kindOf(call.target.row));
  return answerFor(call, body, call.user, actionOf(call, fields(body['spec'])));
};

/** POST of subjectaccessreviews and localsubjectaccessreviews: may somebody else do this? */
export const reviewAccess = (call: ResourceCall): Answer => {
  const body = readBody(call, kindOf(call.target.row));
  const spec = fields(body['spec']);
  const username = text(spec['user']);
  const groups = strings(spec['groups']);
  if (username === '' && groups.length === 0) {
    throw errors.invalid(call.target.row, '', [
      { reason: 'FieldValueInvalid', field: 'spec.user', message: 'Invalid value: "": at least one of user or group must be specified' },
    ]);
  }
  const action = actionOf(call, spec);
  if (call.target.row.namespaced && action.namespace !== call.target.namespace) {
    throw errors.invalid(call.target.row, '', [
      {
        reason: 'FieldValueInvalid',
        field: 'spec.resourceAttributes.namespace',
        message: `Invalid value: ${JSON.stringify(action.namespace.slice(0, 63))}: must match metadata.namespace`,
      },
    ]);
  }
  return answerFor(call, body, { username, groups }, action);
};
