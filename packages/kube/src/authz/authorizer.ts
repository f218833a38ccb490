import { resourceOf } from '../resources/lookup.ts';
import { namespaceOf, objects, text, fields, nameOf } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import type { Mirror } from '../registry/mirror.ts';
import type { UserInfo } from '../authn/user.ts';
import { groups, users } from '../wire.ts';
import { allows, rulesOf, type Action, type Rule } from './rules.ts';

interface Decision {
  readonly allowed: boolean;
  /** Why, as SubjectAccessReview shows it; empty when nothing allowed it. */
  readonly reason: string;
}

/** Role-based access control over the cluster's own roles and bindings. */
export interface Authorizer {
  decide(user: UserInfo, action: Action): Decision;
  /** All rules that the user has in a namespace (cluster-wide ones included); only cluster-wide ones when empty. */
  rules(user: UserInfo, namespace: string): readonly Rule[];
  /** The rules of what a binding refers to. Undefined when the role does not exist. */
  roleRules(reference: unknown, namespace: string): readonly Rule[] | undefined;
}

interface Grant {
  readonly binding: KubeObject;
  readonly subject: string;
}

const rbac = 'rbac.authorization.k8s.io';
const roles = resourceOf(rbac, 'roles');
const clusterRoles = resourceOf(rbac, 'clusterroles');
const roleBindings = resourceOf(rbac, 'rolebindings');
const clusterRoleBindings = resourceOf(rbac, 'clusterrolebindings');

const subjectKey = (subject: Readonly<Record<string, unknown>>, namespace: string): string => {
  const name = text(subject['name']);
  switch (text(subject['kind'])) {
    case 'User':
      return `User "${name}"`;
    case 'Group':
      return `Group "${name}"`;
    case 'ServiceAccount':
      return `User "${users.serviceAccountPrefix}${text(subject['namespace']) || namespace}:${name}"`;
    default:
      return '';
  }
};

const keysOf = (user: UserInfo): readonly string[] => [`User "${user.username}"`, ...user.groups.map((group) => `Group "${group}"`)];

/** Creates the authorizer of a cluster. Bindings are indexed by subject; the index is rebuilt after a binding changed. */
export const createAuthorizer = (mirror: Mirror): Authorizer => {
  /** By subject and the binding's namespace (empty for cluster role bindings). */
  let index: Map<string, Grant[]> | undefined;
  mirror.subscribe((event) => {
    if (event.row === roleBindings || event.row === clusterRoleBindings) index = undefined;
  });
  const build = (): Map<string, Grant[]> => {
    const built = new Map<string, Grant[]>();
    for (const row of [clusterRoleBindings, roleBindings]) {
      for (const binding of mirror.list(row, '')) {
        const namespace = namespaceOf(binding);
        for (const subject of objects(binding['subjects'])) {
          const key = subjectKey(subject, namespace);
          const place = `${namespace}\n${key}`;
          const grants = built.get(place) ?? [];
          grants.push({ binding, subject: key });
          built.set(place, grants);
        }
      }
    }
    return built;
  };
  const roleOf = (reference: unknown, namespace: string): KubeObject | undefined => {
    const name = text(fields(reference)['name']);
    if (text(fields(reference)['kind']) === 'ClusterRole') return mirror.get(clusterRoles, '', name);
    return namespace === '' ? undefined : mirror.get(roles, namespace, name);
  };
  const grantsOf = function* (user: UserInfo, namespace: string): Generator<Grant> {
    index ??= build();
    for (const scope of namespace === '' ? [''] : ['', namespace]) {
      for (const key of keysOf(user)) yield* index.get(`${scope}\n${key}`) ?? [];
    }
  };
  const rulesOfGrant = (grant: Grant): readonly Rule[] => {
    const role = roleOf(grant.binding['roleRef'], namespaceOf(grant.binding));
    return role === undefined ? [] : rulesOf(role);
  };
  const reasonOf = ({ binding, subject }: Grant): string => {
    const namespace = namespaceOf(binding);
    const kind = namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding';
    const place = namespace === '' ? nameOf(binding) : `${nameOf(binding)}/${namespace}`;
    const reference = fields(binding['roleRef']);
    return `RBAC: allowed by ${kind} "${place}" of ${text(reference['kind'])} "${text(reference['name'])}" to ${subject}`;
  };
  return {
    decide(user, action) {
      if (user.groups.includes(groups.masters)) return { allowed: true, reason: '' };
      for (const grant of grantsOf(user, action.path === undefined ? action.namespace : '')) {
        if (rulesOfGrant(grant).some((rule) => allows(rule, action))) return { allowed: true, reason: reasonOf(grant) };
      }
      return { allowed: false, reason: '' };
    },
    rules: (user, namespace) => {
      const everything: Rule[] = [
        { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: [] },
        { verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ['*'] },
      ];
      const own = [...grantsOf(user, namespace)].flatMap(rulesOfGrant);
      return user.groups.includes(groups.masters) ? [...everything, ...own] : own;
    },
    roleRules(reference, namespace) {
      const role = roleOf(reference, namespace);
      return role === undefined ? undefined : rulesOf(role);
    },
  };
};
