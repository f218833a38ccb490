import { objects, strings } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';

/** One PolicyRule. Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
export interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/** What somebody wants to do. `path` for requests that are no resources. */
export interface Action {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly path?: string;
}

const compiled = new WeakMap<KubeObject, readonly Rule[]>();

/** The rules of a Role or ClusterRole. */
export const rulesOf = (role: KubeObject): readonly Rule[] => {
  const known = compiled.get(role);
  if (known !== undefined) return known;
  const rules = objects(role['rules']).map((entry) => ({
    verbs: strings(entry['verbs']),
    apiGroups: strings(entry['apiGroups']),
    resources: strings(entry['resources']),
    resourceNames: strings(entry['resourceNames']),
    nonResourceURLs: strings(entry['nonResourceURLs']),
  }));
  compiled.set(role, rules);
  return rules;
};

const names = (list: readonly string[], value: string) => list.includes('*') || list.includes(value);

const namesResource = (list: readonly string[], resource: string, subresource: string): boolean => {
  if (list.includes('*')) return true;
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  return list.includes(combined) || (subresource !== '' && list.includes(`*/${subresource}`));
};

const namesPath = (list: readonly string[], path: string): boolean =>
  list.some((pattern) => pattern === '*' || pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1))));

/** Whether one rule allows the action. */
export const allows = (rule: Rule, action: Action): boolean => {
  if (!names(rule.verbs, action.verb)) return false;
  if (action.path !== undefined) return namesPath(rule.nonResourceURLs, action.path);
  return (
    names(rule.apiGroups, action.group) &&
    namesResource(rule.resources, action.resource, action.subresource) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(action.name))
  );
};

const covers = (owned: Rule, wanted: Rule): boolean => {
  const all = (list: readonly string[], needed: readonly string[], fits: (value: string) => boolean) =>
    list.includes('*') || needed.every(fits);
  if (!all(owned.verbs, wanted.verbs, (verb) => owned.verbs.includes(verb))) return false;
  if (wanted.nonResourceURLs.length > 0) return wanted.nonResourceURLs.every((path) => namesPath(owned.nonResourceURLs, path));
  return (
    all(owned.apiGroups, wanted.apiGroups, (group) => owned.apiGroups.includes(group)) &&
    all(owned.resources, wanted.resources, (resource) => {
      const [main = '', sub = ''] = resource.split('/', 2);
      return owned.resources.includes(resource) || (sub !== '' && namesResource(owned.resources, main, sub));
    }) &&
    (owned.resourceNames.length === 0 ||
      (wanted.resourceNames.length > 0 && wanted.resourceNames.every((name) => owned.resourceNames.includes(name))))
  );
};

/** Splits a rule into rules with one verb, group and resource each. */
const atoms = (rule: Rule): readonly Rule[] => {
  const result: Rule[] = [];
  for (const verb of rule.verbs) {
    for (const url of rule.nonResourceURLs)
      result.push({ verbs: [verb], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [url] });
    for (const group of rule.apiGroups) {
      for (const resource of rule.resources) {
        const single = { verbs: [verb], apiGroups: [group], resources: [resource], nonResourceURLs: [] };
        if (rule.resourceNames.length === 0) result.push({ ...single, resourceNames: [] });
        else for (const name of rule.resourceNames) result.push({ ...single, resourceNames: [name] });
      }
    }
  }
  return result;
};

/** The parts of `wanted` that nothing in `owned` grants. */
export const uncovered = (owned: readonly Rule[], wanted: readonly Rule[]): readonly Rule[] =>
  wanted.flatMap(atoms).filter((atom) => !owned.some((rule) => covers(rule, atom)));
