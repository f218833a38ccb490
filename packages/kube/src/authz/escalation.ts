import { errors } from '../errors.ts';
import { fields, nameOf, namespaceOf, text } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import type { ResourceRow } from '../resources/types.ts';
import type { UserInfo } from '../authn/user.ts';
import { groups } from '../wire.ts';
import type { Authorizer } from './authorizer.ts';
import { rulesOf, uncovered, type Rule } from './rules.ts';

const show = (rule: Rule): string => {
  if (rule.nonResourceURLs.length > 0)
    return `{NonResourceURLs:${JSON.stringify(rule.nonResourceURLs)}, Verbs:${JSON.stringify(rule.verbs)}}`;
  const named = rule.resourceNames.length === 0 ? '' : `, ResourceNames:${JSON.stringify(rule.resourceNames)}`;
  return `{APIGroups:${JSON.stringify(rule.apiGroups)}, Resources:${JSON.stringify(rule.resources)}${named}, Verbs:${JSON.stringify(rule.verbs)}}`;
};

/**
 * Nobody may write a role, or bind one, that grants more than they have, unless they hold `escalate` or `bind`.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
 */
export const refuseEscalation = (authorizer: Authorizer, user: UserInfo, row: ResourceRow, object: KubeObject): void => {
  if (row.group !== 'rbac.authorization.k8s.io' || user.groups.includes(groups.masters)) return;
  const namespace = row.namespaced ? namespaceOf(object) : '';
  const binding = row.resource.endsWith('bindings');
  const reference = fields(object['roleRef']);
  const resource = binding ? (text(reference['kind']) === 'ClusterRole' ? 'clusterroles' : 'roles') : row.resource;
  const name = binding ? text(reference['name']) : nameOf(object);
  const verb = binding ? 'bind' : 'escalate';
  if (authorizer.decide(user, { verb, group: row.group, resource, subresource: '', namespace, name }).allowed) return;
  const subject = { group: row.group, resource: row.resource, name: nameOf(object) };
  const wanted = binding ? authorizer.roleRules(reference, namespace) : rulesOf(object);
  if (wanted === undefined) throw errors.notFound({ group: row.group, resource, name });
  const missing = uncovered(authorizer.rules(user, namespace), wanted);
  if (missing.length === 0) return;
  throw errors.forbidden(
    subject,
    `user "${user.username}" (groups=${JSON.stringify(user.groups)}) is attempting to grant RBAC permissions not currently held:\n${missing.map(show).join('\n')}`,
  );
};
