import type { IncomingHttpHeaders } from 'node:http';
import type { Authorizer } from '../authz/authorizer.ts';
import { forbid } from '../authz/forbid.ts';
import type { Action } from '../authz/rules.ts';
import { errors } from '../errors.ts';
import { groups, users } from '../wire.ts';
import type { UserInfo } from './user.ts';

const values = (header: string | string[] | undefined): readonly string[] =>
  header === undefined
    ? []
    : (Array.isArray(header) ? header : header.split(',')).map((value) => value.trim()).filter((value) => value !== '');

const serviceAccount = /^system:serviceaccount:([^:]+):([^:]+)$/;

const impersonation = (resource: string, name: string, more: Partial<Action> = {}): Action => ({
  verb: 'impersonate',
  group: '',
  resource,
  subresource: '',
  namespace: '',
  name,
  ...more,
});

/**
 * The user that the caller acts as (`Impersonate-User`, `-Group`, `-Uid`, `-Extra-*`), after a check that it may act as each of them. Throws Forbidden.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
 */
export const impersonate = (authorizer: Authorizer, caller: UserInfo, headers: IncomingHttpHeaders): UserInfo => {
  const [username] = values(headers['impersonate-user']);
  const asGroups = values(headers['impersonate-group']);
  const [uid] = values(headers['impersonate-uid']);
  const extras = Object.entries(headers).filter(([name]) => name.startsWith('impersonate-extra-'));
  if (username === undefined) {
    if (asGroups.length === 0 && uid === undefined && extras.length === 0) return caller;
    throw errors.badRequest('requested impersonation without impersonating a user');
  }
  const account = serviceAccount.exec(username);
  const extra: Record<string, readonly string[]> = {};
  const actions: Action[] = [
    account === null
      ? impersonation('users', username)
      : impersonation('serviceaccounts', account[2] ?? '', { namespace: account[1] ?? '' }),
    ...asGroups.map((group) => impersonation('groups', group)),
  ];
  const authenticationGroup = { group: 'authentication.k8s.io' };
  if (uid !== undefined) actions.push(impersonation('uids', uid, authenticationGroup));
  for (const [header, raw] of extras) {
    let key = header.slice('impersonate-extra-'.length);
    try {
      key = decodeURIComponent(key);
    } catch {
      throw errors.badRequest('an Impersonate-Extra header has a malformed key');
    }
    extra[key] = values(raw);
    actions.push(...values(raw).map((value) => impersonation('userextras', value, { ...authenticationGroup, subresource: key })));
  }
  for (const action of actions) if (!authorizer.decide(caller, action).allowed) throw forbid(caller, action);
  const implied = account === null || asGroups.length > 0 ? [] : [groups.serviceAccounts, `${groups.serviceAccounts}:${account[1] ?? ''}`];
  const membership = username === users.anonymous ? groups.unauthenticated : groups.authenticated;
  return { username, ...(uid === undefined ? {} : { uid }), groups: [...new Set([...asGroups, ...implied, membership])], extra };
};
