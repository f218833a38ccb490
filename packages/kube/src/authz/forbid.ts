import { errors, type StatusError } from '../errors.ts';
import type { UserInfo } from '../authn/user.ts';
import type { Action } from './rules.ts';

/** The 403 for an action that nothing allows, in the words of the API server. */
export const forbid = (user: UserInfo, action: Action): StatusError => {
  if (action.path !== undefined) return errors.forbiddenPath(user.username, action.verb, action.path);
  const resource = action.subresource === '' ? action.resource : `${action.resource}/${action.subresource}`;
  const place = action.namespace === '' ? 'at the cluster scope' : `in the namespace "${action.namespace}"`;
  const why = `User "${user.username}" cannot ${action.verb} resource "${resource}" in API group "${action.group}" ${place}`;
  return errors.forbidden({ group: action.group, resource: action.resource, name: action.name }, why);
};
