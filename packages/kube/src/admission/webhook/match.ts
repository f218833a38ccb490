import { labelsOf } from '../../object/read.ts';
import type { Mirror } from '../../registry/mirror.ts';
import { resourceOf } from '../../resources/lookup.ts';
import { matchesLabels } from '../../selectors/labels.ts';
import type { AdmissionRequest } from '../types.ts';
import type { Hook, HookRule } from './hooks.ts';

const namespaces = resourceOf('', 'namespaces');
const exemptGroup = 'admissionregistration.k8s.io';

const includes = (list: readonly string[], value: string) => list.includes('*') || list.includes(value);

const namesResource = (rule: HookRule, resource: string, subresource: string): boolean =>
  rule.resources.some((pattern) => {
    const [main = '', sub = ''] = pattern.split('/', 2);
    return (main === '*' || main === resource) && (sub === subresource || (sub === '*' && pattern.includes('/')));
  });

const ruleMatches = (rule: HookRule, request: AdmissionRequest): boolean =>
  includes(rule.operations, request.operation) &&
  includes(rule.groups, request.row.group) &&
  includes(rule.versions, request.row.version) &&
  namesResource(rule, request.row.resource, request.subresource) &&
  (rule.scope === '*' || (rule.scope === 'Namespaced') === request.row.namespaced);

const namespaceMatches = (hook: Hook, request: AdmissionRequest, mirror: Mirror): boolean => {
  if (hook.namespaceSelector.length === 0) return true;
  if (request.row === namespaces)
    return matchesLabels(hook.namespaceSelector, labelsOf(request.object ?? request.oldObject ?? { metadata: {} }));
  if (!request.row.namespaced) return true;
  const namespace = mirror.get(namespaces, '', request.namespace);
  return namespace !== undefined && matchesLabels(hook.namespaceSelector, labelsOf(namespace));
};

/**
 * Whether a webhook wants to see a request. Every group is served in one version, so that `matchPolicy: Equivalent` and `Exact` mean
 * the same. Webhook configurations themselves are never sent to webhooks.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules
 */
export const hookMatches = (hook: Hook, request: AdmissionRequest, mirror: Mirror): boolean => {
  if (request.row.group === exemptGroup || !hook.rules.some((rule) => ruleMatches(rule, request))) return false;
  if (!namespaceMatches(hook, request, mirror)) return false;
  if (hook.objectSelector.length === 0) return true;
  return [request.object, request.oldObject].some((object) => object !== undefined && matchesLabels(hook.objectSelector, labelsOf(object)));
};
